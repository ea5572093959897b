"""How phones process messages, as timetables computed in advance: pure functions of time.

The status of a message at any time follows from its row alone, so nothing runs between requests.
A SIM processes its messages one after another; all durations are divided by the speed.

The final status depends on the number alone: about 3 % fail, as does every number that ends in
0199 (such as the fictional +1 202 555 0199) and every USSD code that ends in 199#.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

from smsgw_cli.sandbox.instants import SECOND
from smsgw_cli.sandbox.schedule import Calendar, Window

# Milliseconds at speed 1. A message waits on the server, on the phone and in the radio's queue,
# is then transmitted, and is later reported as delivered.
START_DELAY = 15 * SECOND
QUEUED_BEFORE = 10 * SECOND
PROCESSED_BEFORE = 5 * SECOND
TRANSMIT_TIME = 1_200
REPORT_DELAY = range(5 * SECOND, 12 * SECOND)

FAILURES_PER_THOUSAND = 30
FAILING_SUFFIX = "0199"
FAILING_CODE_SUFFIX = "199#"

PHONE_ERRORS = (
    "RESULT_ERROR_NO_SERVICE",
    "RESULT_ERROR_GENERIC_FAILURE",
    "RESULT_ERROR_RADIO_OFF",
    "RESULT_NETWORK_REJECT",
)
SERVER_ERRORS = ("Insufficient credit", "Destination not reachable", "Sender rejected")

USSD_RESPONSES = (
    "Your balance is ${dollars}.{cents:02}. Valid until 31 Dec.",
    "You have {dollars} minutes and {cents} SMS left in your bundle.",
    "Data left: {dollars}.{cents:02} GB. Dial *100# for offers.",
)


@dataclass(frozen=True)
class SimRate:
    """How fast a SIM sends: durations in milliseconds, already divided by the speed."""

    speed: float
    delay: int = 0

    @property
    def transmit_time(self) -> int:
        """Time to transmit one message."""
        return self.scale(TRANSMIT_TIME)

    @property
    def interval(self) -> int:
        """Time from the start of one message to the start of the next."""
        return self.scale(TRANSMIT_TIME + self.delay * SECOND)

    def scale(self, duration: int) -> int:
        return max(1, round(duration / self.speed))


class Slot(NamedTuple):
    """When a SIM starts on a message, and the earliest time of its first status change."""

    not_before: int
    begins: int


class Timetable(NamedTuple):
    """The times at which a message changes its status; before the first one it is Pending."""

    queued_at: int
    processed_at: int
    transmitted_at: int
    done_at: int


class FinalStatus(NamedTuple):
    """The final status of a message, and the reason if it failed."""

    outcome: str
    error: str | None


def slots(
    start: int, number: int, rate: SimRate, calendar: Calendar, busy: Sequence[Window] = ()
) -> Iterator[Slot]:
    """When a SIM starts on each of the `number` messages of a run that starts at `start`.

    Always inside an active window, and never while it is `busy` with other campaigns.
    """
    at = start + rate.scale(START_DELAY)
    window = calendar.window(start)
    upcoming = deque(sorted(busy))
    for _ in range(number):
        at, window = _next_free(at, rate.transmit_time, window, calendar, upcoming)
        yield Slot(max(start, window.opens), at)
        at += rate.interval


def _next_free(
    at: int, transmit_time: int, window: Window, calendar: Calendar, upcoming: deque[Window]
) -> tuple[int, Window]:
    """The first time from `at` on that is in an active window and free for the duration `work`.

    Windows in `ahead` that are over by then are removed from it.
    """
    while True:
        if at >= window.closes:
            window = calendar.window(at)
        at = max(at, window.opens)
        while upcoming and upcoming[0].closes <= at:
            upcoming.popleft()
        if not upcoming or upcoming[0].opens >= at + transmit_time:
            return at, window
        at = upcoming[0].closes


def timetable(slot: Slot, rate: SimRate, number: str, final: FinalStatus) -> Timetable:
    """Timetable of one message: a failure is known at once, a delivery report takes seconds."""
    transmitted = slot.begins + rate.transmit_time
    report = REPORT_DELAY[_hash(number, "report") % len(REPORT_DELAY)]
    return Timetable(
        max(slot.not_before, slot.begins - rate.scale(QUEUED_BEFORE)),
        max(slot.not_before, slot.begins - rate.scale(PROCESSED_BEFORE)),
        transmitted,
        transmitted + (0 if final.error else rate.scale(report)),
    )


def busy_windows(taken: Iterable[Slot], rate: SimRate) -> list[Window]:
    """When a SIM is busy with a run: one window, unless active hours or other runs split it."""
    found: list[Window] = []
    for slot in taken:
        if found and slot.begins - found[-1].closes <= rate.interval - rate.transmit_time:
            found[-1] = Window(found[-1].opens, slot.begins + rate.transmit_time)
        else:
            found.append(Window(slot.begins, slot.begins + rate.transmit_time))
    return found


def final_message_status(number: str, errors: Sequence[str] = PHONE_ERRORS) -> FinalStatus:
    """Final status of a message to `number`: Delivered, or Failed with one of the `errors`."""
    if number.endswith(FAILING_SUFFIX):
        return FinalStatus("Failed", errors[0])
    if _hash(number, "fate") % 1000 < FAILURES_PER_THOUSAND:
        return FinalStatus("Failed", errors[_hash(number, "error") % len(errors)])
    return FinalStatus("Delivered", None)


def final_ussd_status(code: str) -> FinalStatus:
    """Final status of a USSD code: Completed, or Failed (the API gives no reason for it)."""
    failed = (
        code.endswith(FAILING_CODE_SUFFIX) or _hash(code, "fate") % 1000 < FAILURES_PER_THOUSAND
    )
    return (
        FinalStatus("Failed", "USSD_RETURN_FAILURE") if failed else FinalStatus("Completed", None)
    )


def ussd_response(code: str, sim: str) -> str:
    """The operator's response to a code dialled on a SIM; `sim` is any text that identifies it."""
    number = _hash(code + sim, "answer")
    return USSD_RESPONSES[number % len(USSD_RESPONSES)].format(
        dollars=number // 7 % 50, cents=number // 350 % 100
    )


def _hash(text: str, purpose: str) -> int:
    return crc32(f"{purpose}:{text}".encode())
