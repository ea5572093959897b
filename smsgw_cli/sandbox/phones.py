"""How phones process messages, as timetables computed in advance: pure functions of time.

The status of a message at any time follows from its row alone, so nothing runs between requests.
A SIM processes its messages one after another; all durations are divided by the speed.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from smsgw_cli.sandbox.behaviour import hashed, scaled
from smsgw_cli.sandbox.instants import DAY, NEVER, SECOND
from smsgw_cli.sandbox.magic import DELIVERED, FAILED, PENDING, PROCESSED, QUEUED, FinalStatus
from smsgw_cli.sandbox.schedule import Calendar, Window

# Milliseconds at speed 1. A message waits on the server, on the phone and in the radio's queue,
# is then transmitted, and is later reported as delivered.
START_DELAY = 15 * SECOND
QUEUED_BEFORE = 10 * SECOND
PROCESSED_BEFORE = 5 * SECOND
TRANSMIT_TIME = 1_200
REPORT_DELAY = range(5 * SECOND, 12 * SECOND)


@dataclass(frozen=True)
class SimRate:
    """How fast a SIM sends: durations in milliseconds, already divided by the speed."""

    speed: float
    delay: int = 0

    @cached_property
    def transmit_time(self) -> int:
        """Time to transmit one message."""
        return self.scale(TRANSMIT_TIME)

    @cached_property
    def interval(self) -> int:
        """Time from the start of one message to the start of the next."""
        return self.scale(TRANSMIT_TIME + self.delay * SECOND)

    @cached_property
    def lead_times(self) -> tuple[int, int]:
        """How long before it is transmitted a message is Queued and Processed."""
        return self.scale(QUEUED_BEFORE), self.scale(PROCESSED_BEFORE)

    def scale(self, duration: int) -> int:
        return scaled(duration, self.speed)


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


UNFINISHED = (PENDING, QUEUED, PROCESSED)
WAITING = Timetable(NEVER, NEVER, NEVER, NEVER)
"""Of a message that stays Pending."""


@dataclass
class Quota:
    """How many messages a SIM may send on a day (UTC); `used` counts them by day since 1970.

    What is above it waits for the next day (smsgateway.rbsoft.org/docs/quota.html, where the
    period can be chosen).
    """

    limit: int
    used: dict[int, int] = field(default_factory=dict)

    def opens(self, at: int) -> int:
        """The first time from `at` on at which a message may be sent; `limit` is not 0."""
        day = at // DAY
        while self.used.get(day, 0) >= self.limit and day * DAY < NEVER:
            day += 1
        return max(at, day * DAY)

    def use(self, at: int) -> None:
        self.used[at // DAY] = self.used.get(at // DAY, 0) + 1


def slots(
    start: int,
    number: int,
    rate: SimRate,
    calendar: Calendar,
    busy: Sequence[Window] = (),
    quota: Quota | None = None,
) -> Iterator[Slot]:
    """When a SIM starts on each of the `number` messages of a run that starts at `start`.

    Always inside an active window and its quota, and never while it is `busy` with other campaigns.
    """
    at = start + rate.scale(START_DELAY)
    window = calendar.window(start)
    upcoming = deque(sorted(busy))
    opens = start
    for _ in range(number):
        while True:
            at, window = _next_free(at, rate.transmit_time, window, calendar, upcoming)
            leaves = at + rate.transmit_time
            if quota is None or quota.opens(leaves) == leaves:
                break
            at = opens = quota.opens(leaves)
        if quota is not None:
            quota.use(leaves)
        yield Slot(max(opens, window.opens), at)
        at += rate.interval


def _next_free(
    at: int, transmit_time: int, window: Window, calendar: Calendar, upcoming: deque[Window]
) -> tuple[int, Window]:
    """The first time from `at` on that is in an active window and free for `transmit_time`.

    Windows in `upcoming` that are over by then are removed from it.
    """
    while True:
        if at >= window.closes:
            window = calendar.window(at)
        elif at > window.opens and at + transmit_time > window.closes:
            # It would leave outside the hours, unless the next ones follow immediately.
            following = calendar.window(window.closes)
            window = following if following.opens > window.closes else window
        at = max(at, window.opens)
        while upcoming and upcoming[0].closes <= at:
            upcoming.popleft()
        if not upcoming or upcoming[0].opens >= at + transmit_time:
            return at, window
        at = upcoming[0].closes


def timetable(slot: Slot, rate: SimRate, number: str, final: FinalStatus) -> Timetable:
    """Timetable of one message: a failure is known at once, a delivery report takes seconds."""
    transmitted = slot.begins + rate.transmit_time
    before = rate.lead_times
    queued = max(slot.not_before, slot.begins - before[0])
    processed = max(slot.not_before, slot.begins - before[1])
    if final.outcome == DELIVERED:
        late = rate.scale(final.late) if final.late else 0
        done = transmitted + report_delay(number, rate) + late
        return Timetable(queued, processed, transmitted, done)
    if final.outcome in UNFINISHED:
        reached = UNFINISHED.index(final.outcome)
        return Timetable(*(queued, processed)[:reached], *WAITING[reached:])
    return Timetable(queued, processed, transmitted, transmitted)


def response_time(times: Timetable, rate: SimRate, code: str, final: FinalStatus) -> Timetable:
    """Timetable of a USSD code: the operator's response takes seconds, a failure does not."""
    if final.outcome == FAILED or times.transmitted_at >= NEVER:
        return times
    return times._replace(done_at=times.transmitted_at + report_delay(code, rate))


def report_delay(number: str, rate: SimRate) -> int:
    """How long a delivery report, or a reply from the network, takes."""
    return rate.scale(REPORT_DELAY[hashed("report", number) % len(REPORT_DELAY)])


def busy_windows(taken: Iterable[Slot], rate: SimRate) -> list[Window]:
    """When a SIM is busy with a run: one window, unless active hours or other runs split it."""
    found: list[Window] = []
    for slot in taken:
        if found and slot.begins - found[-1].closes <= rate.interval - rate.transmit_time:
            found[-1] = Window(found[-1].opens, slot.begins + rate.transmit_time)
        else:
            found.append(Window(slot.begins, slot.begins + rate.transmit_time))
    return found
