"""When a campaign may send, and when it runs again: pure functions of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox.instants import DAY, HOUR, MINUTE, NEVER, from_datetime, to_datetime

UNITS = ("minute", "hour", "day", "week", "month", "year")
EVERY_DAY = frozenset(range(1, 8))
FULL_DAY = 24 * 60
END_OF_TIME = 2**62

MAX_DURATION = {
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY + HOUR,
    "week": 7 * DAY + HOUR,
    "month": 31 * DAY + HOUR,
    "year": 366 * DAY + HOUR,
}
"""The longest duration of each unit in milliseconds; a day can have 25 hours."""


class Window(NamedTuple):
    """A period in milliseconds since 1970, from `opens` (inclusive) to `closes` (exclusive)."""

    opens: int
    closes: int


@dataclass(frozen=True)
class Calendar:
    """The active hours and days of the week of a campaign, in its own time zone.

    `opens` and `closes` are minutes after midnight, `closes` exclusive; `days` counts from
    1 = Monday to 7 = Sunday and is never empty.
    """

    zone: ZoneInfo
    opens: int = 0
    closes: int = FULL_DAY
    days: frozenset[int] = EVERY_DAY

    def window(self, at: int) -> Window:
        """The active window that contains `at`, or else the next one.

        Always open from 2100 on, which stands for "never".
        """
        if at >= NEVER:
            return Window(at, END_OF_TIME)
        today = to_datetime(at, self.zone).date()
        return next(window for window in self._windows(today) if window.closes > at)

    def _windows(self, first: date) -> Iterator[Window]:
        for number in count():
            day = first + timedelta(days=number)
            if day.isoweekday() in self.days:
                window = self._window_of(day)
                if window.opens < window.closes:
                    yield window

    def _window_of(self, day: date) -> Window:
        """When clocks are set back, an hour occurs twice: open at the second and close at the first
        occurrence, to stay inside the hours. If that leaves nothing, use the first for both."""
        closes = local_instant(day, self.closes, self.zone)
        opens = local_instant(day, self.opens, self.zone, second=True)
        return Window(
            opens if opens < closes else local_instant(day, self.opens, self.zone), closes
        )


def local_instant(day: date, minutes: int, zone: ZoneInfo, *, second: bool = False) -> int:
    """The instant at which clocks in `zone` show a time of day for the first (or `second`) time.

    A time that clocks skip is moved to the instant they are set forward.
    """
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    first = from_datetime(local.replace(tzinfo=zone, fold=0))
    other = from_datetime(local.replace(tzinfo=zone, fold=1))
    if other < first:  # only for a skipped time: the two are on either side of the change
        return _offset_change(other, first, zone)
    return other if second else first


def _offset_change(early: int, late: int, zone: ZoneInfo) -> int:
    """The first minute in (early, late] with the UTC offset of `late`."""
    after = to_datetime(late, zone).utcoffset()
    while late - early > MINUTE:
        middle = early + (late - early) // (2 * MINUTE) * MINUTE
        if to_datetime(middle, zone).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late


def next_run(anchor: int, frequency: int, unit: str, zone: ZoneInfo, after: int) -> int:
    """The first of `anchor` plus 1, 2, 3 … times `frequency` units that is later than `after`.

    Minutes and hours are exact durations; days and longer units keep the local time of day across
    clock changes, and months keep the day, limited to the last one of the month. Raises
    OverflowError after the calendar's last year.
    """
    skipped = max(after - anchor, 0) // (frequency * MAX_DURATION[unit])
    runs = (_nth_run(anchor, number * frequency, unit, zone) for number in count(max(skipped, 1)))
    return next(run for run in runs if run > after)


def _nth_run(anchor: int, number: int, unit: str, zone: ZoneInfo) -> int:
    if unit in ("minute", "hour"):
        return anchor + number * MAX_DURATION[unit]
    local = to_datetime(anchor, zone)
    if unit in ("day", "week"):
        moved = local + timedelta(days=number * (7 if unit == "week" else 1))
    else:
        moved = _months_later(local, number * (12 if unit == "year" else 1))
    return from_datetime(moved.replace(fold=0))


def _months_later(at: datetime, months: int) -> datetime:
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    for day in range(at.day, at.day - 4, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise OverflowError(f"no year {year}")
