"""Values of custom fields: validates text and converts it for the API.

The types are those of the reference (GET /fields/{id}): text, number, email, dropdown,
multiselect, checkbox, radio, date, datetime-local, time, textarea.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any, cast

from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.model import FIELD_TYPES, ContactField, Option, Record

TYPES = FIELD_TYPES
BLANK = re.compile(r"\s")
TRUE = frozenset({"true", "yes", "y", "1", "on", "x"})
FALSE = frozenset({"false", "no", "n", "0", "off", ""})


def tagged(fields: Iterable[Record]) -> list[ContactField]:
    """The fields of a list. Raises SmsgwError if one has no tag, the key of its values."""
    found = cast(list[ContactField], list(fields))
    if not all(isinstance(field.get("tag"), str) for field in found):
        raise SmsgwError("the server returned a field without a tag")
    return found


def parse(field: ContactField, text: str) -> Any:
    """A text as the API's value of a field: a number, list or boolean, else text.

    Raises Usage with field and expected form if the text does not fit the type.
    """
    convert: Callable[[ContactField, str], Any] = _CONVERTERS.get(str(field.get("type")), _as_is)
    try:
        return convert(field, text)
    except (ValueError, OverflowError, RecursionError) as error:
        reason = f"{field['tag']}: {text!r} {error}"
        raise Usage(reason) from error


def empty_value(field: ContactField) -> Any:
    """The value that clears a field; None for texts, as Laravel turns an empty text into null."""
    empty: dict[str, Any] = {"multiselect": [], "checkbox": False}
    return empty.get(str(field.get("type")))


def boolean(text: str) -> bool:
    """A boolean in any notation. Raises ValueError if it is invalid."""
    word = text.strip().casefold()
    if word not in TRUE | FALSE:
        raise ValueError("is not true or false")
    return word in TRUE


def options(field: ContactField) -> list[Option]:
    """The options of a field; servers return a list, an object, or text (JSON or `a,b`)."""
    found: Any = field.get("options")
    if isinstance(found, str):
        found = _choices(found)
    if isinstance(found, dict):
        return [{"label": str(label), "value": str(value)} for value, label in found.items()]
    return [_choice(each) for each in found] if isinstance(found, list) else []


def _choices(text: str) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, list | dict) else _split_list(text)


def _choice(option: Any) -> Option:
    """One option; a missing label is the value, a missing value the label."""
    if not isinstance(option, dict):
        return {"label": str(option), "value": str(option)}
    value, label = option.get("value"), option.get("label")
    return {
        "label": str(value if label is None else label),
        "value": str(label if value is None else value),
    }


def _as_is(_: ContactField, text: str) -> str:
    return text


def _number(_: ContactField, text: str) -> int | float:
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", text.strip(), re.IGNORECASE):
        raise ValueError("is not a number")
    if re.fullmatch(r"\s*[+-]?\d{1,300}\s*", text):
        return int(text)
    if not math.isfinite(float(text)):
        raise ValueError("is too large")
    return float(text)


def _email(_: ContactField, text: str) -> str:
    if not is_email(text.strip()):
        raise ValueError("is not an e-mail address")
    return text.strip()


def is_email(text: str) -> bool:
    """Whether it has one @, and a dot within what follows it, as far as can be said of any."""
    name, _, domain = text.partition("@")
    return bool(name and "@" not in domain and "." in domain[1:-1] and not BLANK.search(text))


def _option(field: ContactField, text: str) -> str:
    """The value of an option, given by value or label."""
    choices = options(field)
    for key in ("value", "label"):
        for option in choices:
            if text == option[key]:
                return option["value"]
    allowed = ", ".join(option["value"] for option in choices)
    raise ValueError(f"is not one of its options: {allowed or 'it has none'}")


def _options(field: ContactField, text: str) -> list[str]:
    """Several options, `a,b` or a JSON array, or a single one that contains a comma."""
    try:
        return [_option(field, text)]
    except ValueError:
        return [_part(field, part) for part in _parts(text)]


def _part(field: ContactField, part: str) -> str:
    try:
        return _option(field, part)
    except ValueError as error:
        raise ValueError(f"has {part!r}, which {error}") from error


def _parts(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        return [str(part) for part in json.loads(text)]
    return _split_list(text)


def _split_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _checkbox(_: ContactField, text: str) -> bool:
    return boolean(text)


def _date(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _time(text: str) -> str:
    return _clock(time.fromisoformat(text))


def _datetime(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return f"{moment.date().isoformat()}T{_clock(moment.timetz())}"


def _clock(moment: time) -> str:
    """A time as HTML inputs write it: `17:30`, with seconds if not zero. Raises ValueError."""
    if moment.tzinfo:
        raise ValueError("has a time zone, which is not supported")
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _iso(parse: Callable[[str], str], expected: str) -> Callable[[ContactField, str], str]:
    def convert(_: ContactField, text: str) -> str:
        try:
            return parse(text.strip())
        except ValueError:
            raise ValueError(f"is not {expected}") from None

    return convert


_CONVERTERS: dict[str, Callable[[ContactField, str], Any]] = {
    "number": _number,
    "email": _email,
    "dropdown": _option,
    "radio": _option,
    "multiselect": _options,
    "checkbox": _checkbox,
    "date": _iso(_date, "a date such as 2031-01-31"),
    "time": _iso(_time, "a time such as 17:30"),
    "datetime-local": _iso(
        _datetime, "a date and time such as 2031-01-31T17:30, without a time zone"
    ),
}
