"""Converts the cells of a row to values of a contact, with the problems of invalid ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from smsgw_cli.contacts import field_values
from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, ContactField, Record
from smsgw_cli.sms.number_reader import NumberReader
from smsgw_cli.tables.column_map import REGION, UNSUBSCRIBED, region_in
from smsgw_cli.tables.reader import Row
from smsgw_cli.tables.rejects import Problem


@dataclass(frozen=True)
class RowConverter:
    """`targets` maps columns to contact keys, `fields` tags to fields; `region` is the country of
    numbers without a leading +, `allowed` are words of --allow. With `clears_empty` an empty cell
    clears its field.

    A field of that tag comes before the targets `unsubscribed` and `region`.
    """

    targets: Mapping[str, str]
    fields: Mapping[str, ContactField]
    region: str | None
    clears_empty: bool = False
    allowed: Collection[str] = ()

    @cached_property
    def numbers(self) -> NumberReader:
        """Reads the numbers, and counts them by kind."""
        return NumberReader(self.region, self.allowed)

    def values(self, row: Row, keys: Mapping[str, str]) -> tuple[Record, list[Problem]]:
        """The row's values for these columns, and their problems."""
        values: Record = {}
        problems: list[Problem] = []
        for column, key in keys.items():
            try:
                value = self._value(key, row, row.cells[column])
            except Usage as error:
                problems.append(Problem(row, column, error.message))
                continue
            if value is not None:
                values[self._renamed.get(key, key)] = value
            elif self.clears_empty and key in self.fields:
                values[key] = field_values.empty_value(self.fields[key])
        return values, problems

    def _value(self, key: str, row: Row, text: str) -> Any:
        """A cell in the API's form; None if it is empty, or no value of the contact."""
        if key == MOBILE_NUMBER:
            country = region_in(row.cells, self._region_column)
            return self.numbers.read(text, f"row {row.number}", country=country)
        if key == SUBSCRIBED:
            return _subscribed(text)
        if key in self.fields:
            return _field_value(self.fields[key], text)
        subscribed = _subscribed(text) if key == UNSUBSCRIBED else None
        return None if subscribed is None else not subscribed

    @cached_property
    def _region_column(self) -> str | None:
        if REGION in self.fields:
            return None
        return next((column for column, key in self.targets.items() if key == REGION), None)

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        return {} if UNSUBSCRIBED in self.fields else {UNSUBSCRIBED: SUBSCRIBED}


def _field_value(field: ContactField, text: str) -> Any:
    if text.strip():
        return field_values.parse(field, text)
    if field.get("required"):
        raise Usage("is required, but empty")
    return None


def _subscribed(text: str) -> bool | None:
    if not text.strip():
        return None
    try:
        return field_values.boolean(text)
    except ValueError as error:
        raise Usage(f"{text!r} {error}") from error
