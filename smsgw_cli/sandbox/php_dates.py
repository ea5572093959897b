"""Dates as PHP's strtotime reads them, for Laravel's rule `date`.

Documented at php.net/manual, "Supported Date and Time Formats"; the usual ones of them are read
here. laravel.com/docs/12.x/validation: `date` is "a valid, non-relative date according to the
strtotime PHP function": year, month and day must be given and exist.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_EAST = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "eet": 2,
    "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "jst": 9,
}  # fmt: skip
UNITS_IN_SECONDS = {
    "sec": 1,
    "min": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 604_800,
    "fortnight": 1_209_600,
}
MAX_RELATIVE = 6  # digits of a relative number

YEAR = "(?P<year>[0-9]{4})"
YEARS = "(?P<year>[0-9]{4}|[0-9]{2})"
MONTH = "(?P<month>1[0-2]|0?[0-9])"
DAY = "(?P<day>3[01]|[0-2]?[0-9])"
ORDINAL = f"{DAY}(?:st|nd|rd|th)?"
NAME = (
    "(?P<name>january|february|march|april|may|june|july|august|september|october|november"
    "|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
HOUR = "(?P<hour>2[0-4]|[01]?[0-9])"
HALF = r"(?P<hour>1[0-2]|0?[1-9])"
NOON = r"[ \t]*(?P<half>[ap])\.?m\.?(?=[ \t,;]|$)"
MINUTE = "(?P<minute>[0-5]?[0-9])"
SECOND = "(?P<second>60|[0-5]?[0-9])"
FRACTION = "(?:[.,:](?P<fraction>[0-9]+))?"
GAP = r"[ \t.-]*"

DATES = (
    f"{YEAR}-{MONTH}-{DAY}",
    f"{YEAR}/{MONTH}/{DAY}",
    "(?P<year>[0-9]{2})-(?P<month>1[0-2]|0[0-9])-(?P<day>3[01]|[0-2][0-9])",
    f"{MONTH}/{DAY}/{YEARS}",
    rf"{DAY}[.\t-]{MONTH}[.-]{YEAR}",
    rf"{DAY}[.\t]{MONTH}\.(?P<year>[0-9]{{2}})",
    f"{YEAR}(?P<month>1[0-2]|0[0-9])(?P<day>3[01]|[0-2][0-9])",
    f"{YEAR}-{MONTH}",
    f"{ORDINAL}{GAP}{NAME}{GAP}{YEARS}",
    rf"{NAME}{GAP}{ORDINAL}[,. \t]+{YEAR}",
    f"{NAME}{GAP}{YEAR}",
    f"{YEAR}{GAP}{NAME}",
    f"{YEARS}-{NAME}-{DAY}",
    f"{NAME}-{DAY}-{YEARS}",
)
WEEK = r"(?P<year>[0-9]{4})-?w(?P<week>0[1-9]|[1-4][0-9]|5[0-3])(?:-?(?P<weekday>[0-7]))?"
DATE_AND_TIME = YEAR + "".join(
    f"(?P<{part}>[0-9]{{2}})" for part in ("month", "day", "hour", "minute", "second")
)
TIMES = (
    rf"t?{HOUR}[:.]{MINUTE}(?:[:.]{SECOND}{FRACTION})?",
    "t(?P<hour>2[0-4]|[01][0-9])(?::?(?P<minute>[0-5][0-9])(?::?(?P<second>[0-5][0-9]))?)?",
    rf"{HALF}(?:[:.]{MINUTE}(?:[:.]{SECOND})?)?{NOON}",
)
OFFSET = r"\(?(?:gmt|utc)?(?P<sign>[+-])(?P<east>[0-9]{1,2})(?::?(?P<extra>[0-5][0-9]))?\)?"
ZONE = r"\(?(?P<zone>[a-z]+(?:/[a-z_+0-9-]+)*)\)?"
UNIT = r"(?P<unit>sec|min|hour|day|week|fortnight|month|year)(?:ond|ute)?s?(?![a-z])"
RELATIVE = rf"(?P<sign>[+-])[ \t]*(?P<count>[0-9]{{1,{MAX_RELATIVE}}})[ \t]*{UNIT}"
DAY_NAME = "(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])"
STAMP = "@(?P<stamp>-?[0-9]{1,12})(?![0-9])"
BETWEEN = " \t,;"
NO_FRACTION = re.compile(
    r"([0-9]{8}|[0-9]{4}-([0-9]-[0-9]{1,2}|[0-9]{2}-[0-9]))t[0-9:]+[.][0-9]", re.IGNORECASE
)
"""After these forms of a date and a T, PHP reads no fraction of a second."""


@dataclass
class _Read:
    """What has been read so far; a second date or time is a mistake."""

    date: tuple[int, int, int] | None = None
    time: timedelta | None = None
    zone: tzinfo | None = None
    months: int = 0
    moved: timedelta = field(default_factory=timedelta)
    weekday: int | None = None

    def put_date(self, date: tuple[int, int, int]) -> None:
        if self.date is not None:
            raise ValueError("two dates")
        self.date = date

    def put_zone(self, zone: tzinfo) -> None:
        self.zone = self.zone or zone  # PHP keeps the first of two

    def put_time(self, time: timedelta) -> None:
        if self.time is not None:
            raise ValueError("two times")
        self.time = time


Found = re.Match[str]


def _date(read: _Read, found: Found) -> None:
    parts = found.groupdict()
    name = parts.get("name")
    month = MONTHS.index(name[:3].lower()) + 1 if name else int(parts["month"])
    read.put_date((_year(parts["year"]), month, int(parts.get("day") or 1)))


def _year(digits: str) -> int:
    """Two digits are from 1970 to 2069."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 70 else 1900)


def _date_and_time(read: _Read, found: Found) -> None:
    _date(read, found)
    _time(read, found)


def _week(read: _Read, found: Found) -> None:
    """PHP reads the first day of the year and moves from there."""
    year, weekday = int(found["year"]), int(found["weekday"] or 1)
    first = datetime(year, 1, 1)
    monday = datetime.fromisocalendar(year, 1, 1) + timedelta(weeks=int(found["week"]) - 1)
    read.put_date((year, 1, 1))
    read.moved += monday + timedelta(days=weekday - 1) - first


def _time(read: _Read, found: Found) -> None:
    parts = found.groupdict()
    hour = int(parts["hour"])
    if half := parts.get("half"):
        hour = hour % 12 + (12 if half in "pP" else 0)
    time = timedelta(
        hours=hour, minutes=int(parts.get("minute") or 0), seconds=int(parts.get("second") or 0)
    )
    fraction = (parts.get("fraction") or "0")[:6].ljust(6, "0")
    read.put_time(time + timedelta(microseconds=int(fraction)))


def _offset(read: _Read, found: Found) -> None:
    east = timedelta(hours=int(found["east"]), minutes=int(found["extra"] or 0))
    read.put_zone(timezone(-east if found["sign"] == "-" else east))


def _zone(read: _Read, found: Found) -> None:
    name = found["zone"]
    hours = HOURS_EAST.get(name.lower())
    if hours is None and "/" not in name:
        raise ValueError(f"{name!r} is not a time zone")
    read.put_zone(ZoneInfo(name) if hours is None else timezone(timedelta(hours=hours)))


def _relative(read: _Read, found: Found) -> None:
    count = int(found["sign"] + found["count"])
    unit = found["unit"].lower()
    if unit in UNITS_IN_SECONDS:
        read.moved += timedelta(seconds=count * UNITS_IN_SECONDS[unit])
    else:
        read.months += count * (12 if unit == "year" else 1)


def _weekday(read: _Read, found: Found) -> None:
    read.weekday = WEEKDAYS.index(found["weekday"][:3].lower())


def _stamp(read: _Read, found: Found) -> None:
    read.put_date((1970, 1, 1))
    read.put_time(timedelta(seconds=int(found["stamp"])))
    read.put_zone(UTC)


Handler = Callable[[_Read, Found], None]
FORMS: list[tuple[re.Pattern[str], Handler]] = [
    (re.compile(pattern, re.IGNORECASE), handler)
    for patterns, handler in (
        (TIMES, _time),  # before dates: 03.06.30 is a time
        (DATES, _date),
        ((DATE_AND_TIME,), _date_and_time),
        ((WEEK,), _week),
        ((RELATIVE,), _relative),
        ((OFFSET,), _offset),
        ((DAY_NAME,), _weekday),
        ((ZONE,), _zone),
        ((STAMP,), _stamp),
    )
    for pattern in patterns
]


def parse_date(text: str, zone: tzinfo) -> datetime:
    """The instant that a text names; `zone` is that of a text without one.

    Raises ValueError if it is not a date, is relative or does not exist.
    """
    if NO_FRACTION.match(text):
        raise ValueError(f"{text!r} has a fraction")
    read = _Read()
    rest = text.strip(BETWEEN)
    while rest:
        found, handler = _longest(rest)
        handler(read, found)
        rest = rest[found.end() :].lstrip(BETWEEN)
    if read.date is None:
        raise ValueError(f"{text!r} is not a date")
    return _instant(read, zone)


def _longest(rest: str) -> tuple[Found, Handler]:
    """PHP takes the form that reads most of what is left."""
    matches = [(found, handler) for form, handler in FORMS if (found := form.match(rest))]
    if not matches:
        raise ValueError(f"{rest!r} is not part of a date")
    return max(matches, key=lambda match: match[0].end())


def _instant(read: _Read, zone: tzinfo) -> datetime:
    year, month, day = read.date or (0, 0, 0)
    at = datetime(year, month, day) + (read.time or timedelta())
    if read.weekday is not None:
        at += timedelta(days=(read.weekday - at.weekday()) % 7)
    return (_months_later(at, read.months) + read.moved).replace(tzinfo=read.zone or zone)


def _months_later(at: datetime, months: int) -> datetime:
    """Days beyond the end of a month are days of the next one: PHP's 31 January + 1 month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=1) + timedelta(days=at.day - 1)
