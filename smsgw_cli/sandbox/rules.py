"""Validation rules for single values, with the messages of Laravel's rules.

laravel.com/docs/12.x/validation, "Available Validation Rules"; how PHP reads integers and numbers:
php.net/manual, "Validation filters" (FILTER_VALIDATE_INT) and "Numeric strings".
"""

import re
from collections.abc import Callable, Container
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import instants
from smsgw_cli.sandbox.lenient import is_relaxed
from smsgw_cli.sandbox.php_variables import UploadedFile
from smsgw_cli.sandbox.shapes import described
from smsgw_cli.sandbox.validation import Always, Rule, RuleError

BLANKS = r"[ \t\n\r\v]*"
INTEGER = re.compile(rf"{BLANKS}([+-]?(?:0|[1-9][0-9]*)){BLANKS}")
NUMERIC = re.compile(
    r"[ \t\n\r\v\f]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\r\v\f]*"
)
ISO = re.compile(
    "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    "([T ]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2}([.]([0-9]{3}){1,2})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
TIME_OF_DAY = re.compile("([0-9]{1,2}):([0-9]{2})")
MOBILE_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")  # as RFC 5322: ann@localhost is one
URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)
SMALLEST, LARGEST = -(2**63), 2**63 - 1
MAX_DIGITS = 4000  # Python reads no longer integer; PHP's end long before

DATES = ({"format": "date"}, {"format": "date-time"})
PHP_FORMAT = str.maketrans(
    {
        "Y": "[0-9]{4}",
        "m": "(0[1-9]|1[0-2])",
        "d": "(0[1-9]|[12][0-9]|3[01])",
        "H": "([01][0-9]|2[0-3])",
        "i": "[0-5][0-9]",
        "\\": "",
    }
)

NO_INTEGER = "PHP reads integers without leading zeros, fractions or exponents"
NO_FLAG = "Laravel's boolean rule takes true, false, 1 and 0, but not the texts 'true' and 'false'"
NO_ARRAY = "a list needs brackets in a form or query string, such as statuses[]=Sent"
NO_ZONE = "PHP's timezone rule takes canonical names such as Europe/Berlin or UTC, not aliases"
NO_DATE = "Laravel's date rule takes dates that PHP's strtotime reads, but not relative ones"


def text(max_length: int | None = None) -> Rule:
    @described(type="string", maxLength=max_length)
    def check(value: Any) -> str:
        messages = [] if isinstance(value, str) else ["The :attribute field must be a string."]
        if max_length is not None and _size(value) > max_length:
            messages.append(
                f"The :attribute field must not be greater than {max_length} characters."
            )
        if messages:
            raise RuleError(*messages)
        return str(value)

    return check


def integer(minimum: int | None = None, maximum: int | None = None) -> Rule:
    @described(type="integer", format="int64", minimum=minimum, maximum=maximum)
    def check(value: Any) -> int:
        number = as_integer(value)
        messages = ["The :attribute field must be an integer."] if number is None else []
        size = _numeric_size(value)
        if minimum is not None and size < minimum:
            messages.append(f"The :attribute field must be at least {minimum}.")
        if maximum is not None and size > maximum:
            messages.append(f"The :attribute field must not be greater than {maximum}.")
        if number is None or messages:
            raise RuleError(*messages, hint=NO_INTEGER if _is_numeric(value) else "")
        return number

    return check


def as_integer(value: Any) -> int | None:
    """The integer that PHP's FILTER_VALIDATE_INT reads in a value, which may be true; or None."""
    found = INTEGER.fullmatch(php_text(value))
    if found is None or len(found[1]) > MAX_DIGITS:
        return None
    number = int(found[1])
    return number if SMALLEST <= number <= LARGEST else None


def php_text(value: Any) -> str:
    """A single value as PHP makes a text of it; lists and objects are empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, int) and SMALLEST <= value <= LARGEST:
        return str(value)
    return f"{float(value):.14g}" if isinstance(value, int | float) else ""


def _size(value: Any) -> float:
    """Laravel's size of what is no number: characters of a text, items of a list."""
    return len(value) if isinstance(value, list | dict) else len(php_text(value))


def _numeric_size(value: Any) -> float:
    """Laravel's size under a rule for numbers: the number itself, if it is one."""
    return float(value) if _is_numeric(value) else _size(value)


def _is_numeric(value: Any) -> bool:
    """PHP's is_numeric."""
    if isinstance(value, str):
        return bool(NUMERIC.fullmatch(value))
    return isinstance(value, int | float) and not isinstance(value, bool)


@described(type="boolean")
def boolean(value: Any) -> bool:
    known = isinstance(value, bool) or (isinstance(value, int | str) and value in (0, 1, "0", "1"))
    if not known:
        raise RuleError(
            "The :attribute field must be true or false.",
            hint=NO_FLAG if value in ("true", "false") else "",
        )
    return value in (True, "1")


@described(type="array")
def array(value: Any) -> list[Any] | dict[str, Any]:
    """PHP has a single type for lists and objects."""
    if isinstance(value, list | dict):
        return value
    if is_relaxed("lists"):
        return [] if value is None else [value]
    raise RuleError("The :attribute field must be an array.", hint=NO_ARRAY)


@described(type="object")
def mapping(value: Any) -> Any:
    """An object, or a list, which PHP does not tell apart; an empty one is {}."""
    if not isinstance(value, list | dict):
        raise RuleError("The :attribute field must be an array.")
    return _as_json(value) or {}


def _as_json(value: Any) -> Any:
    """A value as PHP's json_encode shows it: whole numbers without fraction, a file as {}."""
    if isinstance(value, UploadedFile):
        return {}
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    return [_as_json(inner) for inner in value] if isinstance(value, list) else value


def one_of(allowed: Container[Any]) -> Rule:
    """Laravel compares texts: 5 is "5"."""

    @described(enum=allowed)
    def check(value: Any) -> Any:
        try:
            known = value in allowed or php_text(value) in allowed
        except TypeError:  # an unhashable list or object
            known = False
        if not known:
            raise RuleError("The selected :attribute is invalid.")
        return value

    return check


def unique(taken: Callable[[Any], bool]) -> Rule:
    @described(description="Not taken yet.")
    def check(value: Any) -> Any:
        if taken(value):
            raise RuleError("The :attribute has already been taken.")
        return value

    return check


def regex(pattern: str) -> Rule:
    compiled = re.compile(pattern)

    def check(value: Any) -> Any:
        is_text = isinstance(value, str) or _is_numeric(value)
        if not (is_text and compiled.fullmatch(php_text(value))):
            raise RuleError("The :attribute field format is invalid.")
        return value

    return described(type="string", pattern=f"^({pattern})$")(Always(check))


@described(type="string", pattern=f"^{MOBILE_NUMBER.pattern}$")
def mobile_number(value: Any) -> str:
    if not (isinstance(value, str) and MOBILE_NUMBER.fullmatch(value)):
        raise RuleError("The :attribute field must be a valid number.")
    return value


def email(value: Any) -> str:
    if not (isinstance(value, str) and EMAIL.fullmatch(value)):
        raise RuleError("The :attribute field must be a valid email address.")
    return value


@described(type="string", format="uri", pattern="^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/]")
def url(value: Any) -> str:
    if not (isinstance(value, str) and URL.fullmatch(value)):
        raise RuleError("The :attribute field must be a valid URL.")
    return value


def number(value: Any) -> Any:
    """PHP's is_numeric."""
    if not _is_numeric(value) or abs(float(value)) == float("inf"):
        raise RuleError("The :attribute field must be a number.")
    return _as_json(value)


def instant(zone: tzinfo = UTC) -> Rule:
    """A date or an instant, cast to milliseconds since 1970; `zone` is that of one without."""

    @described(type="string", anyOf=DATES, description="From 1970 to 2099.")
    def check(value: Any) -> int:
        text = php_text(value)
        try:
            if ISO.fullmatch(text):
                return instants.parse_instant(text, zone)
            # Reads all that PHP does; costs 10 ms when it is first used.
            parse_date = import_module("smsgw_cli.sandbox.php_dates").parse_date
            return instants.in_range(parse_date(text, zone))
        except (ValueError, OverflowError, KeyError) as error:
            raise RuleError("The :attribute field must be a valid date.", hint=NO_DATE) from error

    return check


def date_format(python_format: str, php_format: str) -> Rule:
    """A date or time of day in exactly this format, given in Python's and in PHP's notation."""

    @described(type="string", pattern=f"^{php_format.translate(PHP_FORMAT)}$")
    def check(value: Any) -> str:
        try:
            if datetime.strptime(value, python_format).strftime(python_format) != value:
                raise ValueError
        except (TypeError, ValueError) as error:
            raise RuleError(f"The :attribute field must match the format {php_format}.") from error
        return str(value)

    return check


def later_time(other: Any, name: str) -> Rule:
    """A time of day after another one; it is valid if there is no other one."""
    first = _minutes(other)

    def check(value: Any) -> Any:
        minutes = _minutes(value)
        if other is not None and (first is None or minutes is None or minutes <= first):
            raise RuleError(f"The :attribute field must be a date after {name}.")
        return value

    return described(description=f"After {name}.")(Always(check))


def _minutes(value: Any) -> int | None:
    """Minutes after midnight of a time as PHP's format H:i reads it, which is not strict."""
    found = TIME_OF_DAY.fullmatch(value) if isinstance(value, str) else None
    return 60 * int(found[1]) + int(found[2]) if found else None


@described(type="string", description="A canonical name of the IANA database, or UTC.")
def timezone(value: Any) -> str:
    """One of PHP's DateTimeZone::listIdentifiers()."""
    zones = import_module("smsgw_cli.sandbox.php_zones").ZONES
    known = isinstance(value, str) and (value in zones or is_relaxed("timezone"))
    if not (known and _is_zone_of_system(value)):
        raise RuleError("The :attribute field must be a valid timezone.", hint=NO_ZONE)
    return str(value)


def _is_zone_of_system(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
