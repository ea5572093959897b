"""Converts the cells of a row to values of a contact, with the problems of invalid ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from smsgw_cli.contacts import field_values
from smsgw_cli.contacts.notation import PLAIN, Notation
from smsgw_cli.errors import Usage
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, WITH_OPTIONS, ContactField, Record
from smsgw_cli.sms.number_reader import NumberReader
from smsgw_cli.tables.booleans import is_subscribed
from smsgw_cli.tables.cells import CellReader
from smsgw_cli.tables.column_map import REGION, UNSUBSCRIBED, region_in
from smsgw_cli.tables.reader import Row
from smsgw_cli.tables.rejects import Problem


@dataclass(frozen=True)
class RowConverter:
    """`targets` maps columns to contact keys, `fields` tags to fields; `region` is the country of
    numbers without a leading +, `allowed` are words of --allow. With `clears_empty` an empty cell
    clears its field.

    `notations` has the notation of columns that differ from `notation`. A field of that tag comes
    before the targets `unsubscribed` and `region`.
    """

    targets: Mapping[str, str]
    fields: Mapping[str, ContactField]
    region: str | None
    cells: CellReader
    notation: Notation = PLAIN
    notations: Mapping[str, Notation] = field(default_factory=dict)
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
                value = self._value(key, row, column)
            except Usage as error:
                problems.append(Problem(row, column, error.message))
                continue
            if value is not None:
                values[self._renamed.get(key, key)] = value
            elif self.clears_empty and key in self.fields:
                values[key] = field_values.empty_value(self.fields[key])
        return values, problems

    def _value(self, key: str, row: Row, column: str) -> Any:
        """A cell in the API's form; None if it is empty, or no value of the contact."""
        if key in self.fields:
            return self._field_value(self.fields[key], row, column)
        text = self.cells.text(row, column)
        if key == MOBILE_NUMBER:
            land = region_in(row.cells, self._region_column)
            return self.numbers.read(text, f"row {row.number}", land=land)
        if key in (SUBSCRIBED, UNSUBSCRIBED):
            return _subscribed(text, turned_round=key == UNSUBSCRIBED)
        return None

    def _field_value(self, field: ContactField, row: Row, column: str) -> Any:
        text = self._text(field, row, column)
        if text.strip():
            return field_values.parse(field, text, self.notations.get(column, self.notation))
        if field.get("required"):
            raise Usage("is required, but empty")
        return None

    def _text(self, field: ContactField, row: Row, column: str) -> str:
        """The text of a cell; an option may be called `None`."""
        if field.get("type") in WITH_OPTIONS:
            written = self.cells.written(row, column)
            if field_values.fits(field, written):
                return written
        return self.cells.text(row, column)

    @cached_property
    def _region_column(self) -> str | None:
        if REGION in self.fields:
            return None
        return next((column for column, key in self.targets.items() if key == REGION), None)

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        return {} if UNSUBSCRIBED in self.fields else {UNSUBSCRIBED: SUBSCRIBED}


def _subscribed(text: str, *, turned_round: bool) -> bool | None:
    try:
        return is_subscribed(text, turned_round=turned_round)
    except ValueError as error:
        raise Usage(f"{text!r} {error}") from error
