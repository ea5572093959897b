"""Durations as people write and read them: `5s`, `10m`, `1h30m`; `3 min`. Pure functions."""

import re
from datetime import timedelta

from smsgw_cli.errors import Usage

FORMS = "5s, 10m, 1h30m, 1d or 2w"
LONGEST = timedelta(days=3660)  # servers refuse dates too far in the past
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_COMPOUND = r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?[smhdw])+"
_PART = r"([0-9.]+)([smhdw])"
_BARE = r"[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]+"


def seconds(value: object) -> float:
    """Seconds from `5s`, `1h30m`, or a number of seconds such as `90` or `0.5`. Raises Usage."""
    text = str(value).strip()
    if re.fullmatch(_BARE, text):
        return float(text)
    if re.fullmatch(_COMPOUND, text):
        return _sum(text)
    raise Usage(f"cannot read {text!r} as a duration", hint=f"use {FORMS}, or in seconds")


def whole_seconds(value: object) -> int:
    """The same as an integer. Raises Usage for a fraction of a second."""
    found = seconds(value)
    if not found.is_integer():
        raise Usage(f"{value} is not a whole number of seconds")
    return int(found)


def duration(text: str) -> timedelta:
    """A duration with a unit, limited to LONGEST. Raises Usage."""
    if not is_duration(text):
        raise Usage(f"cannot read {text!r} as a duration", hint=f"use {FORMS}")
    return timedelta(seconds=min(_sum(text.strip()), LONGEST.total_seconds()))


def is_duration(text: str) -> bool:
    """Whether it is a duration with a unit."""
    return re.fullmatch(_COMPOUND, text.strip()) is not None


def exact(text: str) -> timedelta:
    """A duration with a unit, unlimited. Raises ValueError, OverflowError."""
    if not is_duration(text):
        raise ValueError(text)
    return timedelta(seconds=_sum(text.strip()))


def in_words(seconds: float) -> str:
    """A duration in one unit, rounded down: `42 s`, `3 min`, `5 h`, `2 days`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 2 * 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h" if whole < 2 * 86_400 else f"{whole // 86_400:,} days"


def _sum(text: str) -> float:
    return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(_PART, text))
