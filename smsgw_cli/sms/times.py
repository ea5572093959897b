"""Moments, rhythms and hours as people write them, as the API wants them. Pure functions."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from smsgw_cli.errors import Usage
from smsgw_cli.sms.timestamps import written

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNITS = ("minute", "hour", "day", "week", "month", "year")
LONGEST = 3660 * 86_400  # seconds; servers refuse dates too long gone by
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_FORMS = "2031-01-01T12:00, 2031-01-01T12:00:00Z, 'tomorrow 09:00' or +2h"


def zone(name: str | None) -> tzinfo | None:
    """A time zone of the IANA database; None for the local one. Raises Usage if there is none."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Usage(
            f"there is no time zone {name!r}", hint="they are called like Europe/Berlin"
        ) from error


def instant(text: str, now: datetime, local: tzinfo | None) -> str:
    """A moment as the API wants it, in UTC: `2031-01-01T12:00:00Z`.

    `text` is ISO 8601, with a zone or local to `local`; `+2h` or `+1d12h` from `now` on; or
    a time today or tomorrow. Raises Usage for anything else.
    """
    try:
        return written(_moment(text.strip(), now, local))
    except (ValueError, OverflowError) as error:
        raise Usage(f"{text!r} is no moment", hint=f"write it like {_FORMS}") from error


def past(text: str, now: datetime, local: tzinfo | None = None) -> datetime:
    """A moment gone by: `2h` or `1d12h` ago, or as `instant` takes it. Raises Usage."""
    try:
        return (now - timedelta(seconds=_span(text.strip()))).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.fromisoformat(instant(text, now, local))


def duration(text: str) -> timedelta:
    """How long, from `2h` or `1d12h`, ten years at most. Raises Usage."""
    try:
        return timedelta(seconds=min(_span(text.strip()), LONGEST))
    except (ValueError, OverflowError) as error:
        raise Usage(f"{text!r} is no duration", hint="write it like 12h or 2d") from error


def _moment(text: str, now: datetime, local: tzinfo | None) -> datetime:
    if text.startswith("+"):
        return now + timedelta(seconds=_span(text[1:]))
    word, _, rest = text.lower().partition(" ")
    if word in ("today", "tomorrow"):
        day = now.astimezone(local).date() + timedelta(days=word == "tomorrow")
        return _on_the_wall(datetime.combine(day, _time(rest)), local)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else _on_the_wall(moment, local)


def _on_the_wall(moment: datetime, local: tzinfo | None) -> datetime:
    """A moment without a zone as the clock of `local` shows it."""
    return moment.replace(tzinfo=local) if local else moment.astimezone()


def _time(text: str) -> time:
    return time.fromisoformat(text.strip()) if text.strip() else time()


def _span(text: str) -> int:
    if not re.fullmatch(r"(\d{1,9}[smhdw])+", text):
        raise ValueError(text)
    return sum(int(n) * _SECONDS[unit] for n, unit in re.findall(r"(\d+)([smhdw])", text))


def rhythm(text: str) -> tuple[int, str]:
    """How often, from `2 weeks` or `day`: frequency and unit. Raises Usage."""
    found = re.fullmatch(rf"\s*(\d{{1,6}})?\s*({'|'.join(UNITS)})s?\s*", text.lower())
    if not found or found[1] == "0":
        raise Usage(
            f"{text!r} is no rhythm", hint=f"write it like '2 weeks'; units: {', '.join(UNITS)}"
        )
    return int(found[1] or 1), found[2]


def days(text: str) -> list[int]:
    """Days of the week, from `mon,wed`, `mon-fri` or `1,3`; 1 is Monday. Raises Usage."""
    found: set[int] = set()
    for part in text.lower().split(","):
        first, dash, last = part.partition("-")
        start, end = _day(first), _day(last if dash else first)
        found |= {(start - 1 + step) % 7 + 1 for step in range((end - start) % 7 + 1)}
    return sorted(found)


def _day(text: str) -> int:
    name = text.strip()
    if name in ("1", "2", "3", "4", "5", "6", "7"):
        return int(name)
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if len(name) >= 3:
        for number, day in enumerate(full, start=1):
            if day.startswith(name):
                return number
    raise Usage(f"{text!r} is no day of the week", hint="they are " + ",".join(DAYS))


def hours(text: str) -> dict[str, str]:
    """The hours of a day a campaign may run in, from `08:00-17:00`. Raises Usage."""
    found = re.fullmatch(r"\s*(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)\s*", text)
    try:
        if not found:
            raise ValueError(text)
        start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError as error:
        raise Usage(f"{text!r} are no hours", hint="write them like 08:00-17:00") from error
    return {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
