"""Converts the cells of a row to values of a contact, with the problems of invalid ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smsgw_cli.contacts import field_values
from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, ContactField, Record
from smsgw_cli.sms.numbers import e164
from smsgw_cli.tables.reader import Row
from smsgw_cli.tables.rejects import Problem


@dataclass(frozen=True)
class RowConverter:
    """`targets` maps columns to contact keys, `fields` tags to fields; `region` is the country of
    numbers without a leading +. With `clears_empty` an empty cell clears its field."""

    targets: Mapping[str, str]
    fields: Mapping[str, ContactField]
    region: str | None
    clears_empty: bool = False

    def values(self, row: Row, keys: Mapping[str, str]) -> tuple[Record, list[Problem]]:
        """The row's values for these columns, and their problems."""
        values: Record = {}
        problems: list[Problem] = []
        for column, key in keys.items():
            try:
                value = _value(key, row.cells[column], self.fields, self.region)
            except Usage as error:
                problems.append(Problem(row, column, error.message))
                continue
            if value is not None:
                values[key] = value
            elif self.clears_empty and key in self.fields:
                values[key] = field_values.empty_value(self.fields[key])
        return values, problems


def _value(key: str, text: str, fields: Mapping[str, ContactField], region: str | None) -> Any:
    """A cell in the API's form; None if it is empty."""
    if key == MOBILE_NUMBER:
        return e164(text, region)
    if key == SUBSCRIBED:
        return _subscribed(text)
    if text.strip():
        return field_values.parse(fields[key], text)
    if fields[key].get("required"):
        raise Usage("is required, but empty")
    return None


def _subscribed(text: str) -> bool | None:
    if not text.strip():
        return None
    try:
        return field_values.boolean(text)
    except ValueError as error:
        raise Usage(f"{text!r} {error}") from error
