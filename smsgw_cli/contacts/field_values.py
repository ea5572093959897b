"""Values of custom fields: validates text and converts it for the API.

The types are those of the reference (GET /fields/{id}): text, number, email, dropdown,
multiselect, checkbox, radio, date, datetime-local, time, textarea.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, cast

from smsgw_cli.contacts.number_values import number
from smsgw_cli.contacts.option_values import option, options
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.model import FIELD_TYPES, ContactField, Record
from smsgw_cli.sms.date_values import date_value, datetime_value, time_value
from smsgw_cli.sms.notation import PLAIN, Notation
from smsgw_cli.tables.booleans import boolean

TYPES = FIELD_TYPES
BLANK = re.compile(r"\s")


def tagged(fields: Iterable[Record]) -> list[ContactField]:
    """The fields of a list. Raises SmsgwError if one has no tag, the key of its values."""
    found = cast(list[ContactField], list(fields))
    if not all(isinstance(field.get("tag"), str) for field in found):
        raise SmsgwError("the server returned a field without a tag")
    return found


def by_tag(fields: Iterable[ContactField]) -> dict[str, ContactField]:
    return {str(field["tag"]): field for field in fields}


def parse(field: ContactField, text: str, notation: Notation = PLAIN) -> Any:
    """A text as the API's value of a field: a number, list or boolean, else text.

    Raises Usage with the text and the expected form if it does not fit the type.
    """
    return converter(field, notation)(text)


def converter(field: ContactField, notation: Notation = PLAIN) -> Callable[[str], Any]:
    """What `parse` does with each text, for many of one field."""
    convert = _CONVERTERS.get(str(field.get("type")))
    if convert is None:
        return str

    def checked(text: str) -> Any:
        try:
            return convert(field, text, notation)
        except (ValueError, OverflowError, RecursionError) as error:
            raise Usage(f"{text!r} {error}") from error

    return checked


def fits(field: ContactField, text: str) -> bool:
    """Whether a text is a value of a field."""
    try:
        parse(field, text)
    except Usage:
        return False
    return True


def empty_value(field: ContactField) -> Any:
    """The value that clears a field; None for texts, as Laravel turns an empty text into null."""
    empty: dict[str, Any] = {"multiselect": [], "checkbox": False}
    return empty.get(str(field.get("type")))


def is_email(text: str) -> bool:
    """Whether it has one @, and a dot within what follows it, as far as can be said of any."""
    name, _, domain = text.partition("@")
    return bool(name and "@" not in domain and "." in domain[1:-1] and not BLANK.search(text))


def _email(text: str) -> str:
    if not is_email(text.strip()):
        raise ValueError("is not an e-mail address")
    return text.strip()


_Converter = Callable[[ContactField, str, Notation], Any]


def _of_text(convert: Callable[[str], Any]) -> _Converter:
    return lambda _, text, __: convert(text)


def _of_notation(convert: Callable[[str, Notation], Any]) -> _Converter:
    return lambda _, text, notation: convert(text, notation)


def _of_options(convert: Callable[[ContactField, str], Any]) -> _Converter:
    return lambda field, text, _: convert(field, text)


_CONVERTERS: dict[str, _Converter] = {
    "number": _of_notation(number),
    "email": _of_text(_email),
    "dropdown": _of_options(option),
    "radio": _of_options(option),
    "multiselect": _of_options(options),
    "checkbox": _of_text(boolean),
    "date": _of_notation(date_value),
    "time": _of_text(time_value),
    "datetime-local": _of_notation(datetime_value),
}
