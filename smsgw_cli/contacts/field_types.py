"""Infers the type of a new field from all values of its column."""

import re
from datetime import date

from smsgw_cli.contacts.field_values import is_email
from smsgw_cli.model import ContactField
from smsgw_cli.tables.mapping import field_for

# Leading zeros (postal codes) and many digits (accounts) must stay text to be exact.
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
MOST_DIGITS = 15
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def is_number(text: str) -> bool:
    """Whether a text is a number that JSON and JavaScript represent exactly."""
    digits = sum(each.isdigit() for each in text)
    return digits <= MOST_DIGITS and NUMBER.fullmatch(text) is not None


def is_date(text: str) -> bool:
    if not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


CHECKS = {"number": is_number, "email": is_email, "date": is_date}


class TypeInference:
    """The type that fits all values of a column; text by default."""

    def __init__(self, column: str, tag: str | None = None) -> None:
        self._column = column
        self._tag = tag
        self._possible = dict(CHECKS)
        self._filled = False

    def observe(self, text: str) -> None:
        """Take a value into account; empty ones are ignored."""
        text = text.strip()
        if not text:
            return
        self._filled = True
        if self._possible:
            self._possible = {kind: check for kind, check in self._possible.items() if check(text)}

    def field(self) -> ContactField:
        """The field to create: label, tag and type."""
        kind = next(iter(self._possible), "text") if self._filled else "text"
        return field_for(self._column, self._tag, kind)
