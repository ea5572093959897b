"""When a campaign may act, and when it runs again: pure functions of time."""

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

LONGEST = {
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY + HOUR,
    "week": 7 * DAY + HOUR,
    "month": 31 * DAY + HOUR,
    "year": 366 * DAY + HOUR,
}
"""The most milliseconds a unit may last; a day may have 25 hours."""


class Window(NamedTuple):
    """A stretch of time in milliseconds: from `opens` up to, but not at, `closes`."""

    opens: int
    closes: int


@dataclass(frozen=True)
class Calendar:
    """The hours of the day and days of the week on which a campaign acts, in its own time zone.

    `opens` and `closes` are minutes after midnight, the second one exclusive; `days` counts
    1 = Monday … 7 = Sunday and is never empty.
    """

    zone: ZoneInfo
    opens: int = 0
    closes: int = FULL_DAY
    days: frozenset[int] = EVERY_DAY

    def window(self, at: int) -> Window:
        """The active window that holds `at`, or else the first one after it.

        From 2100 on it is always open: what is planned for then will not be watched.
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
        """Where clocks are set back an hour happens twice: opening at its second and closing at
        its first never acts outside the hours. If that leaves nothing, both at the first."""
        closes = wall(day, self.closes, self.zone)
        opens = wall(day, self.opens, self.zone, second=True)
        return Window(opens if opens < closes else wall(day, self.opens, self.zone), closes)


def wall(day: date, minutes: int, zone: ZoneInfo, *, second: bool = False) -> int:
    """The instant at which clocks in `zone` first (or for the `second` time) show a time of day.

    A time that clocks skip stands for the moment they are set forward.
    """
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    first = from_datetime(local.replace(tzinfo=zone, fold=0))
    other = from_datetime(local.replace(tzinfo=zone, fold=1))
    if other < first:  # only of a time that is skipped: the two straddle the jump
        return _jump(other, first, zone)
    return other if second else first


def _jump(early: int, late: int, zone: ZoneInfo) -> int:
    """The first minute in (early, late] that has the offset of `late`."""
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

    Minutes and hours are counted; days and longer keep the local time of day across changes of
    the clock, and months the day, cut to a shorter month's last. Raises OverflowError beyond the
    calendar's end.
    """
    skipped = max(after - anchor, 0) // (frequency * LONGEST[unit])
    runs = (_nth(anchor, number * frequency, unit, zone) for number in count(max(skipped, 1)))
    return next(run for run in runs if run > after)


def _nth(anchor: int, number: int, unit: str, zone: ZoneInfo) -> int:
    if unit in ("minute", "hour"):
        return anchor + number * LONGEST[unit]
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
