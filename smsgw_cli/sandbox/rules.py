"""The rules for single values; each gives the message that Laravel's rule of that name has."""

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


def text(longest: int | None = None) -> Rule:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise RuleError("The :attribute field must be a string.")
        if longest is not None and len(value) > longest:
            raise RuleError(f"The :attribute field must not be greater than {longest} characters.")
        return value

    return check


def integer(least: int | None = None, most: int = 2**63 - 1) -> Rule:
    def check(value: Any) -> int:
        number = _integer(value)
        if least is not None and number < least:
            raise RuleError(f"The :attribute field must be at least {least}.")
        if number > most:
            raise RuleError(f"The :attribute field must not be greater than {most}.")
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


def flag(value: Any) -> bool:
    """A boolean of a query string, where an empty text is a no."""
    if not (isinstance(value, str) and value in FLAGS):
        raise RuleError("The :attribute field must be true or false.")
    return FLAGS[value]


def array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise RuleError("The :attribute field must be an array.")
    return value


def mapping(value: Any) -> dict[str, Any]:
    """PHP knows one kind of array: an empty list is an empty object as well."""
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise RuleError("The :attribute field must be an array.")
    return value


def one_of(allowed: Container[Any]) -> Rule:
    def check(value: Any) -> Any:
        try:
            known = value in allowed
        except TypeError:  # a list or an object, where names or numbers are looked up
            known = False
        if not known:
            raise RuleError("The selected :attribute is invalid.")
        return value

    return check


def free(taken: Callable[[Any], bool]) -> Rule:
    def check(value: Any) -> Any:
        if taken(value):
            raise RuleError("The :attribute has already been taken.")
        return value

    return check


def matching(pattern: str) -> Rule:
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


def moment(zone: tzinfo = UTC) -> Rule:
    """A day or an instant, cast to milliseconds since 1970."""

    def check(value: Any) -> int:
        try:
            return instants.parsed(value, zone)
        except (TypeError, ValueError) as error:
            raise RuleError("The :attribute field must be a valid date.") from error

    return check


def written(form: str, shown_as: str) -> Rule:
    """A date or time of day written exactly so: `form` as Python has it, `shown_as` as PHP."""

    def check(value: Any) -> str:
        try:
            if datetime.strptime(value, form).strftime(form) != value:
                raise ValueError
        except (TypeError, ValueError) as error:
            raise RuleError(f"The :attribute field must match the format {shown_as}.") from error
        return str(value)

    return check


def later_than(other: Any, name: str) -> Rule:
    """For times of day, written so that they sort as text."""

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
