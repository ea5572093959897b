"""Validation rules for single values, with the messages of Laravel's rules."""

import math
import re
from collections.abc import Callable, Container
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import instants
from smsgw_cli.sandbox.validation import Rule, RuleError

FLAGS = {"1": True, "true": True, "0": False, "false": False, "": False}
MOBILE_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


def text(max_length: int | None = None) -> Rule:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise RuleError("The :attribute field must be a string.")
        if max_length is not None and len(value) > max_length:
            raise RuleError(
                f"The :attribute field must not be greater than {max_length} characters."
            )
        return value

    return check


def integer(minimum: int | None = None, maximum: int = 2**63 - 1) -> Rule:
    def check(value: Any) -> int:
        number = _integer(value)
        if minimum is not None and number < minimum:
            raise RuleError(f"The :attribute field must be at least {minimum}.")
        if number > maximum:
            raise RuleError(f"The :attribute field must not be greater than {maximum}.")
        return number

    return check


def _integer(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise RuleError("The :attribute field must be an integer.")
    return value


def boolean(value: Any) -> bool:
    if not (isinstance(value, bool | int | str) and value in (True, False, "1", "0")):
        raise RuleError("The :attribute field must be true or false.")
    return value in (True, "1")


def query_boolean(value: Any) -> bool:
    """A boolean in a query string, where an empty text means false."""
    if not (isinstance(value, str) and value in FLAGS):
        raise RuleError("The :attribute field must be true or false.")
    return FLAGS[value]


def array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise RuleError("The :attribute field must be an array.")
    return value


def mapping(value: Any) -> dict[str, Any]:
    """PHP has a single array type: an empty list is an empty object as well."""
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise RuleError("The :attribute field must be an array.")
    return value


def one_of(allowed: Container[Any]) -> Rule:
    def check(value: Any) -> Any:
        try:
            known = value in allowed
        except TypeError:  # an unhashable list or object
            known = False
        if not known:
            raise RuleError("The selected :attribute is invalid.")
        return value

    return check


def unique(taken: Callable[[Any], bool]) -> Rule:
    def check(value: Any) -> Any:
        if taken(value):
            raise RuleError("The :attribute has already been taken.")
        return value

    return check


def regex(pattern: str) -> Rule:
    compiled = re.compile(pattern)

    def check(value: Any) -> Any:
        if not (isinstance(value, str) and compiled.fullmatch(value)):
            raise RuleError("The :attribute field format is invalid.")
        return value

    return check


def mobile_number(value: Any) -> str:
    if not (isinstance(value, str) and MOBILE_NUMBER.fullmatch(value)):
        raise RuleError("The :attribute field must be a valid number.")
    return value


def email(value: Any) -> str:
    if not (isinstance(value, str) and EMAIL.fullmatch(value)):
        raise RuleError("The :attribute field must be a valid email address.")
    return value


def url(value: Any) -> str:
    if not (isinstance(value, str) and URL.fullmatch(value)):
        raise RuleError("The :attribute field must be a valid URL.")
    return value


def number(value: Any) -> Any:
    try:
        if isinstance(value, bool) or not math.isfinite(float(value)):
            raise ValueError
    except (TypeError, ValueError, OverflowError) as error:
        raise RuleError("The :attribute field must be a number.") from error
    return value


def instant(zone: tzinfo = UTC) -> Rule:
    """A date or an instant, cast to milliseconds since 1970."""

    def check(value: Any) -> int:
        try:
            return instants.parse_instant(value, zone)
        except (TypeError, ValueError) as error:
            raise RuleError("The :attribute field must be a valid date.") from error

    return check


def date_format(python_format: str, php_format: str) -> Rule:
    """A date or time of day in exactly this format, given in Python's and in PHP's notation."""

    def check(value: Any) -> str:
        try:
            if datetime.strptime(value, python_format).strftime(python_format) != value:
                raise ValueError
        except (TypeError, ValueError) as error:
            raise RuleError(f"The :attribute field must match the format {php_format}.") from error
        return str(value)

    return check


def later_time(other: Any, name: str) -> Rule:
    """For times of day in a format that sorts as text."""

    def check(value: str) -> str:
        if isinstance(other, str) and value <= other:
            raise RuleError(f"The :attribute field must be a date after {name}.")
        return value

    return check


def timezone(value: Any) -> str:
    try:
        ZoneInfo(value)
    except (TypeError, ValueError, OSError, KeyError) as error:
        raise RuleError("The :attribute field must be a valid timezone.") from error
    return str(value)
