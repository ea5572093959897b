"""The texts of KEY=VALUE parsed: for `sandbox serve`, `sandbox set` and the control address."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from smsgw_cli.sandbox.keys import Key

DURATION_FORMS = "5s, 10m, 1h30m, 1d or 2w"
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_COMPOUND = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?[smhdw])+")
_PART = re.compile(r"([0-9.]+)([smhdw])")

_PER_MINUTE = {"s": 60.0, "sec": 60.0, "min": 1.0, "minute": 1.0, "h": 1 / 60, "hour": 1 / 60}
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def value_of(key: Key, text: str) -> Any:
    """The value in its final form. Raises ValueError with what it must be."""
    return key.check(PARSERS.get(key.form, str)(text))


def seconds(text: str) -> float:
    """Seconds from `5s`, `1h30m`, or a number of them. Raises ValueError."""
    text = text.strip()
    try:
        number = float(text)  # 0.1.0 took every number, such as 1e-3
    except ValueError:
        if not _COMPOUND.fullmatch(text):
            raise ValueError(f"must be a duration such as {DURATION_FORMS}") from None
        return sum(float(count) * _SECONDS[unit] for count, unit in _PART.findall(text))
    if not 0 <= number < math.inf:
        raise ValueError(f"must be a duration such as {DURATION_FORMS}")
    return number


def _factor(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("must be a number, such as 20 or 0.5") from None


def _whole(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError("must be a whole number")
    return int(text)


def _rate(text: str) -> int:
    """Requests per minute, from a number or `600/min`, `10/s`, `3600/h`."""
    match = re.fullmatch(r"([0-9]{1,9})(?:\s*/\s*([a-z]+))?", text.strip())
    factor = _PER_MINUTE.get(match[2] or "min") if match else None
    if match is None or factor is None or int(match[1]) * factor < 1:
        raise ValueError("must be a rate of at least one request per minute, such as 600/min")
    return int(int(match[1]) * factor)


def _truth(text: str) -> bool:
    try:
        return _TRUTH[text.strip().lower()]
    except KeyError:
        raise ValueError("must be true or false") from None


def _ago(text: str) -> float:
    if not (_COMPOUND.fullmatch(text.strip()) or text.strip() == "0"):
        raise ValueError(f"must be a duration such as {DURATION_FORMS}")
    return seconds(text)


def _percent(text: str) -> float:
    match = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]+)?)(%?)", text)
    share = float(match[1]) / (100 if match[2] else 1) if match else 2.0
    if match is None or (share > 1 and not match[2]):
        raise ValueError("must be a percentage, such as 2%")
    return share


def _amount(text: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,4})?", text):
        raise ValueError("must be an amount, such as 3.20")
    return text


def _number(text: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", text):
        raise ValueError("must be a number such as +12025550123")
    return text


def _early(text: str) -> str:
    if text != "early":
        raise ValueError("must be early, or empty")
    return text


def _reference(text: str) -> int | str:
    if not text:
        raise ValueError("must be an id or a name")
    return int(text) if text.isdecimal() else text


PARSERS: Mapping[str, Callable[[str], Any]] = {
    "FACTOR": _factor,
    "DURATION": seconds,
    "N/UNIT": _rate,
    "N": _whole,
    "BOOL": _truth,
    "AGO": _ago,
    "PERCENT": _percent,
    "AMOUNT": _amount,
    "NUMBER": _number,
    "early": _early,
    "ID|NAME": _reference,
}
"""By the form of a key; a form that is not here is any text."""
