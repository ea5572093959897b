"""Parses points in time: `18:00`, `fri 09:00`, `+2h`, ISO 8601. Pure functions."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, auto
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.sms import durations, local_time, wall_clock

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
GRACE = timedelta(minutes=5)  # cron starts `--at 18:00` at 18:00:01
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
# fromisoformat accepts any character between date and time, even the sign of an offset.
_ISO = re.compile(r"([0-9W-]+)(?:(?:T| +)([0-9:.,]+)(Z|[+-][0-9:]+)?)?")


class Direction(Enum):
    """Whether 18:00 or Friday is the next or the last one; the value is the hint of errors."""

    NEXT = "use 2031-01-01T12:00, 2031-01-01T12:00:00Z, 18:00, 'tomorrow 09:00', 'fri 09:00' or +2h"
    LAST = "use 2031-01-01, 2031-01-01T12:00:00Z, 18:00, 'yesterday 09:00', 'fri 09:00' or 2h (ago)"


class Form(Enum):
    """How a time was written."""

    AGE = auto()  # from now: +2h, 2h
    DATE = auto()  # with its day: 2031-01-01T12:00, today 18:00
    NEAREST = auto()  # the next or last one: 18:00, fri 09:00


class ParsedTime(NamedTuple):
    """A point in time in UTC, and how it was written.

    `wanted` is the time on the clocks of `zone` (None is this machine's), if its text had no zone;
    the clocks may not show it. `is_day`: it had no time of day, and means midnight.
    """

    moment: datetime
    form: Form
    wanted: datetime | None = None
    zone: tzinfo | None = None
    is_day: bool = False

    @property
    def is_local(self) -> bool:
        return self.wanted is not None


def upcoming(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """A time in the future, in UTC. Raises Usage.

    A time of day or a weekday is the next one, or one that passed less than GRACE ago. `zone` as
    in `read`.
    """
    return read(text, now, zone, Direction.NEXT).moment


def past(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """A time in the past, in UTC. Raises Usage.

    A time of day or a weekday is the last one, and `2h` is two hours ago. `zone` as in `read`.
    """
    return read(text, now, zone, Direction.LAST).moment


def read(text: str, now: datetime, zone: tzinfo | None, direction: Direction) -> ParsedTime:
    """Parse a time; one without a time zone is in `zone`, None being the local one.

    At a change of clocks as `wall_clock.instant`. Raises Usage.
    """
    text = text.strip()
    try:
        found = _absolute(text, now, direction)
        return found or _of_clock(text, now, zone or local_time.zone(), direction)
    except (ValueError, OverflowError, OSError) as error:
        raise Usage(f"cannot read {text!r} as a time", hint=direction.value) from error


def _absolute(text: str, now: datetime, direction: Direction) -> ParsedTime | None:
    """A time that means the same in every zone, such as `+2h` or one with an offset."""
    if text.startswith("+"):
        return ParsedTime((now + durations.exact(text[1:])).astimezone(UTC), Form.AGE)
    if direction is Direction.LAST and durations.is_duration(text):
        return ParsedTime((now - durations.exact(text)).astimezone(UTC), Form.AGE)
    iso = _ISO.fullmatch(text.upper())
    if not (iso and iso[3]):
        return None
    moment = datetime.fromisoformat(f"{iso[1]}T{iso[2]}{iso[3]}")
    return ParsedTime(moment.astimezone(UTC), Form.DATE)


def _of_clock(text: str, now: datetime, zone: tzinfo | None, direction: Direction) -> ParsedTime:
    iso = _ISO.fullmatch(text.upper())
    if not iso:
        return _parse_words(text.lower(), now, zone, direction)
    naive = datetime.fromisoformat(f"{iso[1]}T{iso[2] or '00:00'}")
    return _local(naive, zone, Form.DATE, is_day=iso[2] is None)


def _parse_words(text: str, now: datetime, zone: tzinfo | None, direction: Direction) -> ParsedTime:
    """`18:00`, `tomorrow`, `fri 09:00`."""
    today = now.astimezone(zone).date()
    if _CLOCK.fullmatch(text):
        return _nearest(_days(today, 1, _clock(text)), now, zone, direction)
    word, _, rest = text.partition(" ")
    at, is_day = _clock(rest.strip()) if rest.strip() else time(), not rest.strip()
    if word in _DAYS:
        naive = datetime.combine(today + timedelta(days=_DAYS[word]), at)
        return _local(naive, zone, Form.DATE, is_day=is_day)
    day = today + timedelta(days=weekday(word) - today.isoweekday())
    return _nearest(_days(day, 7, at), now, zone, direction)._replace(is_day=is_day)


def _days(day: date, every: int, at: time) -> list[datetime]:
    """Times at `at` every `every` days around `day`, earliest first."""
    # Two each way, as a zone that moves across the date line skips a whole day.
    steps = (-2, -1, 0, 1, 2)
    return [datetime.combine(day + timedelta(days=step * every), at) for step in steps]


def _nearest(
    times: list[datetime], now: datetime, zone: tzinfo | None, direction: Direction
) -> ParsedTime:
    """The next or the last of local times."""
    found = [_local(each, zone, Form.NEAREST) for each in times]
    if direction is Direction.NEXT:
        return next(each for each in found if each.moment > now - GRACE)
    return next(each for each in reversed(found) if each.moment <= now)


def _local(naive: datetime, zone: tzinfo | None, form: Form, *, is_day: bool = False) -> ParsedTime:
    return ParsedTime(wall_clock.instant(naive, zone), form, naive, zone, is_day)


def _clock(text: str) -> time:
    found = _CLOCK.fullmatch(text)
    if not found:
        raise ValueError(text)
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def weekday(name: str) -> int:
    """The number of a weekday (1 is Monday), from at least three letters. Raises ValueError."""
    if len(name) >= 3:
        for number, day in enumerate(WEEKDAYS, start=1):
            if day.startswith(name):
                return number
    raise ValueError(name)
