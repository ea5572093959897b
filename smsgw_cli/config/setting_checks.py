"""Checks of settings: each takes a value from a file, a variable or the command line, and returns
it in its final form or raises ValueError with the expected form."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from smsgw_cli.config import address
from smsgw_cli.errors import Usage
from smsgw_cli.sms.durations import FORMS, is_duration, seconds

Check = Callable[[object], Any]


class Price(NamedTuple):
    """The price of one message part, in any currency."""

    amount: float
    currency: str | None = None


class Share(float):
    """A share from 0 to 1, which is written as a percentage."""

    def __str__(self) -> str:
        return f"{self * 100:g}%"


def text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be text")
    return value.strip()


def server(value: object) -> str:
    try:
        return address.normalized(text(value))
    except Usage as error:
        raise ValueError(f"is invalid: {error.message}") from error


def token_text(value: object) -> str:
    """A token as used in a header. Raises ValueError if it is invalid."""
    token = text(value)
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise ValueError("contains invalid characters")
    return token


def one_of(*allowed: str) -> Check:
    def check(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return str(value)

    return check


def yes_or_no(value: object) -> bool:
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    try:
        return known[str(value).strip().lower()]
    except KeyError:
        raise ValueError("must be true or false") from None


def delimiter(value: object) -> str:
    """A character that separates values; a tab is `tab`, so that it can be seen."""
    if not isinstance(value, str):
        raise ValueError("must be text")
    character = value.strip(" ")
    if character.lower() in ("tab", "\\t", "\t"):
        return "tab"
    if len(character) != 1 or character.isalnum() or character in "\"'\r\n":
        raise ValueError("must be one character such as ; or tab")
    return character


def region(value: object) -> str:
    region = text(value).upper()
    if not re.fullmatch(r"[A-Z]{2}", region):
        raise ValueError("must be a two-letter country code, such as US")
    return region


def timezone(value: object) -> str:
    name = text(value)
    time_zone = import_module("smsgw_cli.sms.recurrence").time_zone  # 14 ms, for this check only
    try:
        time_zone(name)
    except Usage:
        raise ValueError("must be a time zone such as Europe/Berlin") from None
    return name


def quiet_hours(value: object) -> str:
    hours = text(",".join(map(str, value)) if isinstance(value, list) else value)
    try:
        import_module("smsgw_cli.sms.quiet_hours").QuietHours.of(hours)
    except Usage:
        raise ValueError("must be hours, days or both, such as '21-8, sun'") from None
    return hours


def names(value: object) -> str:
    """Ids or names, comma-separated."""
    given = value if isinstance(value, list) else [value]
    found = [part.strip() for each in given for part in str(each).split(",")]
    if isinstance(value, bool) or not found or not all(found):
        raise ValueError("must be ids or names such as 5,Customers")
    return ",".join(found)


def duration(shortest: float, longest: float, *, needs_unit: bool = False) -> Check:
    """The check of a duration in seconds; a bare number is in seconds, unless it needs a unit."""

    def check(value: object) -> float:
        if needs_unit and isinstance(value, str) and not is_duration(value):
            raise ValueError(f"must be a duration such as {FORMS}")
        found = _seconds(value)
        if not shortest <= found <= longest:
            least = f"from {shortest:g} to" if shortest >= 1 else "of at most"
            least = "above 0 and at most" if 0 < shortest < 1 else least
            raise ValueError(f"must be a duration {least} {longest} seconds")
        return found

    return check


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"must be a duration such as {FORMS}")
    if not isinstance(value, str):
        return float(value)
    try:
        return seconds(value)
    except Usage as error:
        raise ValueError(f"must be a duration such as {FORMS}") from error


def whole(least: int, most: int) -> Check:
    def check(value: object) -> int:
        text = str(value).strip()
        is_whole = not isinstance(value, bool) and re.fullmatch(r"[0-9]{1,12}", text)
        if not is_whole or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return check


def share(value: object) -> Share:
    """A share from a percentage such as `5%`, or `0`."""
    percent = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,9})?)\s*%|0", str(value).strip())
    found = float(percent[1] or 0) / 100 if percent else 2.0
    if isinstance(value, bool) or found > 1:
        raise ValueError("must be a percentage such as 5%, or 0")
    return Share(found)


_PER_MINUTE = {"s": 60.0, "sec": 60.0, "min": 1.0, "minute": 1.0, "h": 1 / 60, "hour": 1 / 60}


def rate(value: object) -> int:
    """Requests per minute, from a number or `600/min`, `10/s`, `3600/h`."""
    match = re.fullmatch(r"([0-9]{1,9})(?:\s*/\s*([a-z]+))?", str(value).strip())
    factor = _PER_MINUTE.get(match[2] or "min") if match else None
    if isinstance(value, bool) or match is None or factor is None or int(match[1]) * factor < 1:
        raise ValueError("must be a rate of at least one request per minute, such as 600/min")
    return int(int(match[1]) * factor)


def price(value: object) -> Price:
    amount, _, currency = str(value).strip().partition(" ")
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", amount):
        raise ValueError("must be an amount such as 0.05 or '0.05 EUR'")
    return Price(float(amount), currency.strip() or None)


def stop_words(value: object) -> tuple[str, ...]:
    """More words of replies that opt out; after a `=` before the first they replace the usual."""
    words = value if isinstance(value, list | tuple) else text(value).split(",")
    found = tuple(str(each).strip() for each in words)
    # Empty, a word would match every empty reply.
    if not found or "" in found or found[0] == "=":
        raise ValueError("must be words such as STOP,ARRET")
    return found


def thresholds(unit: str) -> Check:
    """The ranges `WARN/CRIT` of a metric with this unit, as they were written."""

    def check(value: object) -> str:
        written = text(value)
        # Only for who sets one: every command has the settings.
        import_module("smsgw_cli.config.ranges").Thresholds.of(written, unit)
        return written

    return check
