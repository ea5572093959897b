"""Dates and times in texts, as spreadsheets, databases and people write them, in the API's form."""

import re
from datetime import date, time, timedelta

from smsgw_cli.sms.notation import PLAIN, Notation

DATE, TIME, DATETIME = (
    "a date such as 2031-01-31",
    "a time such as 17:30",
    "a date and time such as 2031-01-31T17:30, without a time zone",
)
LENGTH = len("2031-01-31")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_YEAR_FIRST = re.compile(
    r"(\d{4})(?:([-./])(\d\d?)\2(\d\d?)|(\d\d)(\d\d)|年(\d\d?)月(\d\d?)日)", re.ASCII
)
_YEAR_LAST = re.compile(r"(\d\d?)([-./]) ?(\d\d?)\2 ?(\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d\d?([-./])\d\d?\1\d\d", re.ASCII)
_DAY_MONTH = re.compile(r"(\d\d?)[-. ]+([a-z]{3,9})[-., ]+(\d{4})", re.ASCII)
_MONTH_DAY = re.compile(r"([a-z]{3,9})[. ]+(\d\d?)(?:st|nd|rd|th)?,? +(\d{4})", re.ASCII)
_TIME = re.compile(
    r"(\d\d?)(?::(\d\d)(?::(\d\d)(?:[.,](0+|\d+))?)?)?\s?(?:([ap])\.?m\.?)?", re.ASCII
)
_ZERO = re.compile(r"[T ]+(?:0?0:00(?::00(?:[.,]0+)?)?(?:Z|\+00:?00)?|12:00(?::00)? ?am)$", re.I)
_TIME_AFTER = re.compile(r"\d[T ,]+\d\d?:\d\d(:\d\d)?( ?[ap]m)?$", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)  # days since 1899-12-30: 1927 to 2173
_FIRST_DAY = date(1899, 12, 30)


class WrongOrder(ValueError):
    """The order of day and month is unknown, or not the one of the file."""


def date_value(text: str, notation: Notation = PLAIN) -> str:
    """`2031-01-31`. A time of midnight is dropped. Raises ValueError with the reason."""
    text = text.strip()
    day = _ZERO.sub("", text) if len(text) > LENGTH else text
    if len(day) > LENGTH and _TIME_AFTER.search(day):
        raise ValueError("has a time of day, which a date would lose")
    return _date(day, notation, DATE)


def time_value(text: str) -> str:
    """`17:30`, with seconds if they are not zero. Raises ValueError."""
    found = _TIME.fullmatch(text.strip().lower())
    if found is None or not (found[2] or found[5]):
        raise ValueError(f"is not {TIME}")
    if (found[4] or "").strip("0"):
        raise ValueError("has a fraction of a second, which would be lost")
    hour = int(found[1])
    if found[5]:
        if not 1 <= hour <= 12:
            raise ValueError(f"is not {TIME}")
        hour = hour % 12 + (12 if found[5] == "p" else 0)
    return _clock(hour, int(found[2] or 0), int(found[3] or 0))


def datetime_value(text: str, notation: Notation = PLAIN) -> str:
    """`2031-01-31T17:30`; midnight if there is no time. Raises ValueError."""
    text = text.strip()
    for found in re.finditer(r"(?<=\d)(?:T|,? +)(?=\d)", text):
        try:
            clock = time_value(text[found.end() :])
        except ValueError:
            continue
        return f"{_date(text[: found.start()], notation, DATETIME)}T{clock}"
    return f"{_date(text, notation, DATETIME)}T00:00"


def _date(text: str, notation: Notation, expected: str) -> str:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = filter(None, (found[1], *found.groups()[2:]))
        return _day(year, month, day, expected)
    if found := _YEAR_LAST.fullmatch(text):
        return _in_order(found, notation, expected)
    if found := _DAY_MONTH.fullmatch(text.lower()):
        return _day(found[3], _month(found[2]), found[1], expected)
    if found := _MONTH_DAY.fullmatch(text.lower()):
        return _day(found[3], _month(found[1]), found[2], expected)
    if _SHORT_YEAR.fullmatch(text):
        raise ValueError("has a year of two digits: write all four")
    if _SERIAL.fullmatch(text):
        day = _FIRST_DAY + timedelta(float(text))
        raise ValueError(f"is the number of a day in a spreadsheet ({day}): format it as a date")
    raise ValueError(f"is not {expected}")


def _in_order(found: re.Match[str], notation: Notation, expected: str) -> str:
    """A date with the year at the end: by the order that is known, or the only one possible.

    Points are only written with the day first, so an order by region does not count for them.
    """
    order, usual = notation.dates, notation.usual_dates
    if order is None and usual in ("dmy", "mdy") and not (found[2] == "." and usual == "mdy"):
        order = usual
    first, second, year = found[1], found[3], found[4]
    if order == "dmy":
        return _day(year, second, first, expected, order)
    if order == "mdy":
        return _day(year, first, second, expected, order)
    if order == "ymd":
        raise WrongOrder("does not have the year first")
    if int(first) <= 12 and int(second) <= 12 and first != second:
        raise WrongOrder("may be day or month first")
    month, day = (second, first) if int(first) > 12 else (first, second)
    return _day(year, month, day, expected)


def _day(year: str, month: str, day: str, expected: str, order: str = "") -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        if order and int(month) > 12 >= int(day):
            raise WrongOrder(f"is not a date in the order {order}") from None
        raise ValueError(f"is not {expected}") from None


def _month(name: str) -> str:
    """The number of an English month, which may be cut short; 0 if there is none."""
    return str(next((n for n, full in enumerate(_MONTHS, start=1) if full.startswith(name)), 0))


def _clock(hour: int, minute: int, second: int) -> str:
    try:
        moment = time(hour, minute, second)
    except ValueError:
        raise ValueError(f"is not {TIME}") from None
    return moment.isoformat(timespec="seconds" if second else "minutes")
