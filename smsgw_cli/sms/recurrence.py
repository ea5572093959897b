"""Parses when campaigns run: time zones, intervals, weekdays, hours."""

import re
from datetime import time, tzinfo

from smsgw_cli.errors import Usage
from smsgw_cli.sms import zones
from smsgw_cli.sms.times import WEEKDAYS, weekday

UNITS = ("minute", "hour", "day", "week", "month", "year")


def time_zone(name: str | None) -> tzinfo | None:
    """A time zone of the IANA database; None for the local one. Raises Usage if unknown."""
    return None if name is None else zones.named(name)


def interval(text: str) -> tuple[int, str]:
    """Frequency and unit, from `2 weeks` or `day`. Raises Usage."""
    found = re.fullmatch(rf"\s*([0-9]{{1,6}})?\s*({'|'.join(UNITS)})s?\s*", text.lower())
    if not found or found[1] == "0":
        raise Usage(
            f"cannot read {text!r} as an interval",
            hint=f"write it like '2 weeks'; units: {', '.join(UNITS)}",
        )
    return int(found[1] or 1), found[2]


def days_of_week(text: str) -> list[int]:
    """Days of the week, from `mon,wed`, `mon-fri` or `1,3`; 1 is Monday. Raises Usage."""
    found: set[int] = set()
    for part in text.lower().split(","):
        first, dash, last = part.partition("-")
        start, end = _day(first), _day(last if dash else first)
        found |= {(start - 1 + step) % 7 + 1 for step in range((end - start) % 7 + 1)}
    return sorted(found)


def _day(text: str) -> int:
    name = text.strip()
    if re.fullmatch("[1-7]", name):
        return int(name)
    try:
        return weekday(name)
    except ValueError as error:
        short = ",".join(day[:3] for day in WEEKDAYS)
        raise Usage(f"unknown weekday {text!r}", hint=f"use {short}") from error


def active_hours(text: str) -> dict[str, str]:
    """The active hours of a campaign, from `08:00-17:00`: `start` and `end`. Raises Usage."""
    found = re.fullmatch(r"\s*([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})\s*", text)
    try:
        if not found:
            raise ValueError(text)
        start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    except ValueError as error:
        raise Usage(f"cannot read {text!r} as hours", hint="write them like 08:00-17:00") from error
    if start >= end:
        raise Usage(
            f"the hours {text!r} end before they start",
            hint="hours must be within one day, such as 08:00-20:00",
        )
    return {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
