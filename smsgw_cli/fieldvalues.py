"""Values of custom fields: text as people type it, checked and made what the API wants.

The types are those of the reference (GET /fields/{id}): text, number, email, dropdown,
multiselect, checkbox, radio, date, datetime-local, time, textarea.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from smsgw_cli.errors import Usage
from smsgw_cli.resource import Record

TRUE = frozenset({"true", "yes", "y", "1", "on", "x"})
FALSE = frozenset({"false", "no", "n", "0", "off", ""})


def typed(field: Record, text: str) -> Any:
    """The value on the wire: a number, a list, true or false, else text.

    Raises Usage, naming the field and what is allowed, if the text does not fit its type.
    """
    convert = _CONVERTERS.get(str(field.get("type")), _as_is)
    try:
        return convert(field, text)
    except ValueError as error:
        reason = f"{field['tag']}: {text!r} {error}"
        raise Usage(reason) from error


def boolean(text: str) -> bool:
    """Yes or no, however it is written. Raises ValueError for anything else."""
    word = text.strip().casefold()
    if word not in TRUE | FALSE:
        raise ValueError("is neither true nor false")
    return word in TRUE


def _as_is(_: Record, text: str) -> str:
    return text


def _number(_: Record, text: str) -> int | float:
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,2})?", text.strip(), re.IGNORECASE):
        raise ValueError("is not a number")
    return int(text) if re.fullmatch(r"\s*[+-]?\d{1,18}\s*", text) else float(text)


def _email(_: Record, text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text.strip()):
        raise ValueError("is not an e-mail address")
    return text.strip()


def _option(field: Record, text: str) -> str:
    """An option's value, also if it was named by its label."""
    options = field.get("options") or []
    for option in options:
        if text in (option.get("value"), option.get("label")):
            return str(option["value"])
    allowed = ", ".join(str(option.get("value")) for option in options)
    raise ValueError(f"is none of its options: {allowed}")


def _options(field: Record, text: str) -> list[str]:
    return [_option(field, part.strip()) for part in text.split(",") if part.strip()]


def _checkbox(_: Record, text: str) -> bool:
    return boolean(text)


def _iso(parse: Callable[[str], Any], what: str) -> Callable[[Record, str], str]:
    def convert(_: Record, text: str) -> str:
        try:
            parse(text.strip())
        except ValueError:
            raise ValueError(f"is not {what}") from None
        return text.strip()

    return convert


_CONVERTERS: dict[str, Callable[[Record, str], Any]] = {
    "number": _number,
    "email": _email,
    "dropdown": _option,
    "radio": _option,
    "multiselect": _options,
    "checkbox": _checkbox,
    "date": _iso(date.fromisoformat, "a date such as 2031-01-31"),
    "time": _iso(time.fromisoformat, "a time such as 17:30"),
    "datetime-local": _iso(datetime.fromisoformat, "a moment such as 2031-01-31T17:30"),
}
