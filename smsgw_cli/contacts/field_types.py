"""Infers the type of a new field from all values of its column."""

import re
from datetime import date

from smsgw_cli.contacts.field_values import is_email
from smsgw_cli.contacts.number_values import is_exact, is_exact_integer
from smsgw_cli.sms.notation import PLAIN, Notation

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def is_date(text: str) -> bool:
    if not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


class TypeInference:
    """The type that fits all values of a column, and changes the spelling of none.

    Where a point may be none of a fraction, only whole numbers are numbers.
    """

    def __init__(self, notation: Notation = PLAIN) -> None:
        is_number = is_exact if notation.is_decimal_point else is_exact_integer
        self._possible = {"number": is_number, "email": is_email, "date": is_date}
        self._filled = False

    def observe(self, text: str) -> None:
        """Take a value into account; empty ones are ignored."""
        if self._filled and not self._possible:
            return  # a text, as most are soon
        text = text.strip()
        if not text:
            return
        self._filled = True
        self._possible = {kind: check for kind, check in self._possible.items() if check(text)}

    @property
    def kind(self) -> str:
        """The type; text by default."""
        return next(iter(self._possible), "text") if self._filled else "text"
