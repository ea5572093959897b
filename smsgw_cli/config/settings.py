"""Settings of a profile and their validation.

A check takes a value from the file or an option, and returns it in its final form or raises
ValueError with the expected form.
"""

import re
from collections.abc import Callable
from typing import Any

from smsgw_cli.config import address
from smsgw_cli.errors import Usage
from smsgw_cli.output import FORMATS
from smsgw_cli.sms.durations import FORMS, seconds

# Campaigns run for days; a socket can wait 24 days at most (2³¹ ms).
MAX_SECONDS = 14 * 86_400
MAX_SETTLE = 86_400


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be text")
    return value.strip()


def _server(value: object) -> str:
    try:
        return address.normalized(_text(value))
    except Usage as error:
        raise ValueError(f"is invalid: {error.message}") from error


def token_text(value: object) -> str:
    """A token as used in a header. Raises ValueError if it is invalid."""
    token = _text(value)
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise ValueError("contains invalid characters")
    return token


def _one_of(*allowed: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return str(value)

    return check


def _region(value: object) -> str:
    region = _text(value).upper()
    if not re.fullmatch(r"[A-Z]{2}", region):
        raise ValueError("must be a two-letter country code, such as US")
    return region


def _seconds(value: object) -> float:
    longest = MAX_SECONDS
    if isinstance(value, str):  # `timeout = "2m"` in the file
        value = _duration(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= longest:
        raise ValueError(f"must be a duration above 0 and at most {longest} seconds")
    return value


def _duration(text: str) -> float:
    try:
        return seconds(text)
    except Usage as error:
        raise ValueError(f"must be a duration such as {FORMS}") from error


def _retries(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise ValueError("must be a whole number from 0 to 100")
    return value


def _rate_limit(value: object) -> int:
    """Requests per minute, as a number or as `600/min`."""
    match = re.fullmatch(r"([0-9]{1,9})(?:\s*/\s*min(?:ute)?)?", str(value))
    if isinstance(value, bool) or match is None or int(match[1]) == 0:
        raise ValueError("must be a number of requests per minute, such as 600")
    return int(match[1])


CHECKS: dict[str, Callable[[object], Any]] = {
    "server": _server,
    "token": token_text,
    "token_command": _text,
    "send_method": _one_of("post", "get"),
    "region": _region,
    "timeout": _seconds,
    "retries": _retries,
    "rate_limit": _rate_limit,
    "output": _one_of(*FORMATS),
    "ca_bundle": _text,
}


def checked(key: str, value: object) -> Any:
    """A value as stored in a profile. Raises Usage if it is invalid for its key."""
    try:
        return CHECKS[key](value)
    except ValueError as error:
        # An invalid address may contain a password.
        shown = "" if key in ("token", "server") else f", not {value!r}"
        raise Usage(f"{key} {error}{shown}") from error


def settle(seconds: float) -> float:
    """Validate --settle (seconds); NaN is refused. Raises Usage."""
    if not 0 <= seconds <= MAX_SETTLE:
        raise Usage(f"--settle must be at most {MAX_SETTLE} seconds, not {seconds:g}")
    return seconds
