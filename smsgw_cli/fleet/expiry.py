"""Days until which a balance is valid, as operators write them: `31/12/25`, `31 Dec 2026`."""

import re
from contextlib import suppress
from datetime import date, timedelta

from smsgw_cli.fleet.money import with_ascii_digits
from smsgw_cli.sms.date_values import date_value
from smsgw_cli.sms.notation import notation_of

LONGEST = timedelta(days=20 * 366)
LAPSED = timedelta(days=31)  # how long one that passed is still shown
_BUDDHIST = 543  # years of the Thai calendar before those of the Gregorian one
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_CLOCK = r"\d\d?:\d\d(?::\d\d)? ?(?:[ap]\.?m\.?)?"
_TIME = re.compile(rf"^{_CLOCK},? |[T ,]+{_CLOCK}$", re.IGNORECASE)
_JOINED = re.compile(r"(\d\d)(\d\d)(20\d\d)", re.ASCII)  # 31012026
_SHORT_YEAR = re.compile(r"(\d\d?)([-./ ]?)(\d\d?|[a-z]{3,9})[-./ ]?'?(\d\d)", re.ASCII | re.I)
_LONG_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)", re.ASCII)


def expiry(text: str, country: str | None, read_on: date) -> date:
    """The last day on which a balance read on `read_on` is valid; a time of day is ignored.

    A day without a year is the next one. `country` is that of the SIM (two letters), for the order
    of day and month. Raises ValueError if it is not a date, may be two, or is too far away.
    """
    shown = _TIME.sub("", _ORDINAL.sub("", with_ascii_digits(text))).strip(" .,;")
    notation = notation_of(None, None, country, "")
    for written in _with_long_year(shown, country, notation.usual_dates, read_on.year):
        with suppress(ValueError):
            day = date(*map(int, date_value(written, notation).split("-")))
            if read_on - LAPSED <= day <= read_on + LONGEST:
                return day
    raise ValueError(f"is not a date of expiry: {shown}")


def _with_long_year(text: str, country: str | None, order: str | None, this_year: int) -> list[str]:
    """The text with a year of four digits; several where it may be one of several."""
    if found := _JOINED.fullmatch(text):
        return ["-".join(reversed(found.groups()))]
    if found := _LONG_YEAR.search(text):
        year = int(found[0])
        return [text.replace(found[0], str(year - _BUDDHIST if country == "TH" else year)), text]
    if found := _SHORT_YEAR.fullmatch(text):
        return _of_short_year(found, country, order)
    return [text, *(f"{text} {this_year + later}" for later in (0, 1))]


def _of_short_year(found: re.Match[str], country: str | None, order: str | None) -> list[str]:
    first, sign, month, last = found.groups()
    if month.isdecimal() and order not in ("dmy", "mdy"):  # 25/12/31 may be 2025 or 2031
        return [f"20{first}-{month}-{last}"] if order == "ymd" else []
    year = 2500 + int(last) - _BUDDHIST if country == "TH" else 2000 + int(last)
    sign = sign if month.isdecimal() else " "
    return [f"{first}{sign}{month}{sign}{year}", f"{first}{sign}{month}{sign}20{last}"]
