"""Converts the cells of a row to values of a contact, and finds the problems of invalid ones."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from smsgw_cli.contacts import field_values
from smsgw_cli.errors import Usage
from smsgw_cli.model import (
    DATE_ORDERS,
    MOBILE_NUMBER,
    SUBSCRIBED,
    WITH_OPTIONS,
    ContactField,
    Record,
)
from smsgw_cli.sms.date_values import WrongOrder
from smsgw_cli.sms.notation import PLAIN, Notation
from smsgw_cli.sms.number_map import NumberMap, as_int, as_text
from smsgw_cli.sms.number_reader import NumberReader
from smsgw_cli.sms.same_phone import usual
from smsgw_cli.tables.booleans import is_subscribed
from smsgw_cli.tables.cells import CellReader
from smsgw_cli.tables.column_map import REGION, UNSUBSCRIBED, map_option, region_in
from smsgw_cli.tables.reader import Row
from smsgw_cli.tables.rejects import Problem

Read = Callable[[Row, str], Any]
"""Takes a row and a column; returns the value in the API's form, None for an empty cell."""


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
        """The row's values for these of the columns, and their problems."""
        values: Record = {}
        problems: list[Problem] = []
        readers, renamed = self._readers, self._renamed
        for column, key in keys.items():
            try:
                value = readers[column](row, column)
            except Usage as error:
                problems.append(Problem(row, column, _reason(error, column, key)))
                continue
            if value is not None:
                values[renamed.get(key, key)] = value
            elif self.clears_empty and key in self.fields:
                values[key] = field_values.empty_value(self.fields[key])
        return values, problems

    @cached_property
    def _readers(self) -> Mapping[str, Read]:
        """What reads each column; found once, as files are long."""
        return {column: self._reader(column, key) for column, key in self.targets.items()}

    def _reader(self, column: str, key: str) -> Read:
        if key in self.fields:
            return self._field_reader(self.fields[key], self.notations.get(column, self.notation))
        if key == MOBILE_NUMBER:
            return self._number
        if key in (SUBSCRIBED, UNSUBSCRIBED):
            return partial(self._subscribed, turned_round=key == UNSUBSCRIBED)
        return lambda row, column: None

    def _number(self, row: Row, column: str) -> str:
        country = region_in(row.cells, self._region_column)
        return self.numbers.read(self.cells.text(row, column), f"row {row.number}", country=country)

    def _subscribed(self, row: Row, column: str, *, turned_round: bool) -> bool | None:
        text = self.cells.text(row, column)
        try:
            return is_subscribed(text, turned_round=turned_round)
        except ValueError as error:
            raise Usage(f"{text!r} {error}") from error

    def _field_reader(self, field: ContactField, notation: Notation) -> Read:
        convert = field_values.converter(field, notation)
        text_of = self._option if field.get("type") in WITH_OPTIONS else self.cells.text
        is_required = bool(field.get("required"))

        def read(row: Row, column: str) -> Any:
            text = text_of(row, column)
            if text and not text.isspace():
                return convert(text)
            if is_required:
                raise Usage("is required, but empty")
            return None

        return read

    def _option(self, row: Row, column: str) -> str:
        """The text of a cell; an option may be called `None`."""
        written = self.cells.written(row, column)
        is_option = field_values.fits(self.fields[self.targets[column]], written)
        return written if is_option else self.cells.text(row, column)

    @cached_property
    def _region_column(self) -> str | None:
        if REGION in self.fields:
            return None
        return next((column for column, key in self.targets.items() if key == REGION), None)

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        return {} if UNSUBSCRIBED in self.fields else {UNSUBSCRIBED: SUBSCRIBED}


class RowValidator:
    """Validates the rows of a file from first to last."""

    def __init__(self, mapping: RowConverter) -> None:
        self._mapping = mapping
        self._seen = NumberMap()
        self._number_column = next(c for c, key in mapping.targets.items() if key == MOBILE_NUMBER)

    def problems(self, row: Row) -> tuple[int, list[Problem]]:
        """The row's number (E.164 digits as an integer, 0 if invalid), and its problems."""
        own = self._own(row) if row.problem or row.flaws else []
        if row.raw:
            return 0, own
        values, problems = self._mapping.values(row, self._mapping.targets)
        number = as_int(values.get(MOBILE_NUMBER))
        if own:
            bad = {each.column for each in own}
            problems = [each for each in problems if each.column not in bad]
        return number, problems + own + self._duplicate(row, number)

    def _own(self, row: Row) -> list[Problem]:
        """The problems that reading the row found."""
        return [Problem(row, *each) for each in row.problems(self._mapping.targets)]

    def _duplicate(self, row: Row, number: int) -> list[Problem]:
        found = []
        first = self._seen.setdefault(usual(number), row.number) if number else row.number
        if first != row.number:
            reason = f"{as_text(number)} is a duplicate of row {first}"
            found.append(Problem(row, self._number_column, reason))
        return found


def _reason(error: Usage, column: str, key: str) -> str:
    """The reason of a problem, with the option that helps."""
    if isinstance(error.__cause__, WrongOrder):
        options = (map_option(column, f"{key}:{order}") for order in DATE_ORDERS[:2])
        return f"{error.message}; {' or '.join(options)} says which"
    return error.message
