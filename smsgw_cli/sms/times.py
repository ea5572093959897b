"""Parses points in time: `18:00`, `fri 09:00`, `+2h`, ISO 8601. Pure functions."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.sms import durations, zones

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


class ParsedTime(NamedTuple):
    """A point in time in UTC, and whether its text had no time zone."""

    moment: datetime
    is_local: bool


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

    At a change of clocks, a skipped hour has the offset before the change, and a repeated one is
    the first. Raises Usage.
    """
    try:
        return _read(text.strip(), now, zone, direction)
    except (ValueError, OverflowError, OSError) as error:
        raise Usage(f"cannot read {text!r} as a time", hint=direction.value) from error


def _read(text: str, now: datetime, zone: tzinfo | None, direction: Direction) -> ParsedTime:
    if text.startswith("+"):
        return ParsedTime((now + durations.exact(text[1:])).astimezone(UTC), False)
    if direction is Direction.LAST and durations.is_duration(text):
        return ParsedTime((now - durations.exact(text)).astimezone(UTC), False)
    iso = _ISO.fullmatch(text.upper())
    if iso and iso[3]:
        return ParsedTime(
            datetime.fromisoformat(f"{iso[1]}T{iso[2]}{iso[3]}").astimezone(UTC), False
        )
    zone = zone or zones.of_variable()
    if iso:
        naive = datetime.fromisoformat(f"{iso[1]}T{iso[2] or '00:00'}")
        return ParsedTime(_utc(naive, zone), True)
    return ParsedTime(_parse_words(text.lower(), now, zone, direction), True)


def _parse_words(text: str, now: datetime, zone: tzinfo | None, direction: Direction) -> datetime:
    """`18:00`, `tomorrow`, `fri 09:00`."""
    today = now.astimezone(zone).date()
    if _CLOCK.fullmatch(text):
        return _nearest(today, 1, _clock(text), now, zone, direction)
    word, _, rest = text.partition(" ")
    at = _clock(rest.strip()) if rest.strip() else time()
    if word in _DAYS:
        return _utc(datetime.combine(today + timedelta(days=_DAYS[word]), at), zone)
    day = today + timedelta(days=weekday(word) - today.isoweekday())
    return _nearest(day, 7, at, now, zone, direction)


def _nearest(
    day: date, every: int, at: time, now: datetime, zone: tzinfo | None, direction: Direction
) -> datetime:
    """The next or last of the times at `at` every `every` days, one of them on `day`."""
    # Two each way, as a zone that moves across the date line skips a whole day.
    days = (day + timedelta(days=step * every) for step in (-2, -1, 0, 1, 2))
    candidates = [_utc(datetime.combine(each, at), zone) for each in days]
    if direction is Direction.NEXT:
        return next(each for each in candidates if each > now - GRACE)
    return next(each for each in reversed(candidates) if each <= now)


def _utc(naive: datetime, zone: tzinfo | None) -> datetime:
    return (naive.replace(tzinfo=zone) if zone else naive.astimezone()).astimezone(UTC)


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
