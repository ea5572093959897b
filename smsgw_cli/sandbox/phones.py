"""What phones do with messages, as a timetable worked out beforehand: pure functions of time.

A message's status at any moment follows from its row alone, so nothing has to run between
requests. A SIM works off its messages one after another; all times are divided by the speed.

Fates hang on the number alone: about three in a hundred fail, and so does every number that ends
in 0199 (as the fictional +1 202 555 0199) and every USSD code that ends in 199#.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zlib import crc32

from smsgw_cli.sandbox.instants import SECOND
from smsgw_cli.sandbox.schedule import Calendar, Window

# Milliseconds at speed 1. A message waits at the server, in the phone and in its radio's queue,
# is then on the radio, and later reported as delivered.
LEAD = 15 * SECOND
QUEUED_BEFORE = 10 * SECOND
PROCESSED_BEFORE = 5 * SECOND
WORK = 1_200
REPORT_AFTER = range(5 * SECOND, 12 * SECOND)

FAILED_IN_THOUSAND = 30
ALWAYS_FAILS = "0199"
CODE_ALWAYS_FAILS = "199#"

PHONE_ERRORS = (
    "RESULT_ERROR_NO_SERVICE",
    "RESULT_ERROR_GENERIC_FAILURE",
    "RESULT_ERROR_RADIO_OFF",
    "RESULT_NETWORK_REJECT",
)
SERVER_ERRORS = ("Insufficient credit", "Destination not reachable", "Sender rejected")

ANSWERS = (
    "Your balance is ${dollars}.{cents:02}. Valid until 31 Dec.",
    "You have {dollars} minutes and {cents} SMS left in your bundle.",
    "Data left: {dollars}.{cents:02} GB. Dial *100# for offers.",
)


@dataclass(frozen=True)
class Pace:
    """How fast a SIM works: milliseconds, already divided by the speed."""

    speed: float
    delay: int = 0

    @property
    def work(self) -> int:
        """One message on the radio."""
        return self.scaled(WORK)

    @property
    def step(self) -> int:
        """From the start of one message to that of the next."""
        return self.scaled(WORK + self.delay * SECOND)

    def scaled(self, duration: int) -> int:
        return max(1, round(duration / self.speed))


class Slot(NamedTuple):
    """When a SIM takes up a message, and the moment before which nothing may happen with it."""

    not_before: int
    begins: int


class Timetable(NamedTuple):
    """The moments at which a message changes its status; before the first one it is Pending."""

    queued_at: int
    processed_at: int
    transmitted_at: int
    done_at: int


class Fate(NamedTuple):
    """How a message ends, and the reason if it failed."""

    outcome: str
    error: str | None


def slots(
    start: int, number: int, pace: Pace, calendar: Calendar, busy: Sequence[Window] = ()
) -> Iterator[Slot]:
    """When a SIM takes up each of `number` messages of a run that starts at `start`.

    Always inside an active window, and never while `busy` with other campaigns.
    """
    at = start + pace.scaled(LEAD)
    window = calendar.window(start)
    ahead = deque(sorted(busy))
    for _ in range(number):
        at, window = _free(at, pace.work, window, calendar, ahead)
        yield Slot(max(start, window.opens), at)
        at += pace.step


def _free(
    at: int, work: int, window: Window, calendar: Calendar, ahead: deque[Window]
) -> tuple[int, Window]:
    """The first moment from `at` on that is active and leaves room for the work.

    Of the busy times `ahead`, those that are over by then are dropped.
    """
    while True:
        if at >= window.closes:
            window = calendar.window(at)
        at = max(at, window.opens)
        while ahead and ahead[0].closes <= at:
            ahead.popleft()
        if not ahead or ahead[0].opens >= at + work:
            return at, window
        at = ahead[0].closes


def timetable(slot: Slot, pace: Pace, number: str, fate: Fate) -> Timetable:
    """A delivery report comes some seconds after the message left; a failure shows at once."""
    transmitted = slot.begins + pace.work
    report = REPORT_AFTER[_dice(number, "report") % len(REPORT_AFTER)]
    return Timetable(
        max(slot.not_before, slot.begins - pace.scaled(QUEUED_BEFORE)),
        max(slot.not_before, slot.begins - pace.scaled(PROCESSED_BEFORE)),
        transmitted,
        transmitted + (0 if fate.error else pace.scaled(report)),
    )


def stretches(taken: Iterable[Slot], pace: Pace) -> list[Window]:
    """The stretches of time a SIM is busy with a run: one, unless windows or others part it."""
    found: list[Window] = []
    for slot in taken:
        if found and slot.begins - found[-1].closes <= pace.step - pace.work:
            found[-1] = Window(found[-1].opens, slot.begins + pace.work)
        else:
            found.append(Window(slot.begins, slot.begins + pace.work))
    return found


def message_fate(number: str, errors: Sequence[str] = PHONE_ERRORS) -> Fate:
    """What becomes of a message to `number`: Delivered, or Failed for one of the `errors`."""
    if number.endswith(ALWAYS_FAILS):
        return Fate("Failed", errors[0])
    if _dice(number, "fate") % 1000 < FAILED_IN_THOUSAND:
        return Fate("Failed", errors[_dice(number, "error") % len(errors)])
    return Fate("Delivered", None)


def code_fate(code: str) -> Fate:
    """What becomes of a USSD code: Completed, or Failed (the API gives no reason for it)."""
    failed = code.endswith(CODE_ALWAYS_FAILS) or _dice(code, "fate") % 1000 < FAILED_IN_THOUSAND
    return Fate("Failed", "USSD_RETURN_FAILURE") if failed else Fate("Completed", None)


def code_answer(code: str, sim: str) -> str:
    """What the operator answers to a code dialled on a SIM (its number, or any name of it)."""
    dice = _dice(code + sim, "answer")
    return ANSWERS[dice % len(ANSWERS)].format(dollars=dice // 7 % 50, cents=dice // 350 % 100)


def _dice(text: str, purpose: str) -> int:
    return crc32(f"{purpose}:{text}".encode())
