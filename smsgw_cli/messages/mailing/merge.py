"""Mail merge: placeholders filled from a file's columns, row by row, into the spool."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from smsgw_cli.errors import Usage
from smsgw_cli.messages.mailing import spooled_rows
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.spooled_rows import InvalidRow
from smsgw_cli.messages.mailing.subscribed_rows import SubscribedRows
from smsgw_cli.messages.mailing.template import Template, parsed
from smsgw_cli.messages.waves import remaining
from smsgw_cli.sms.number_reader import NumberReader
from smsgw_cli.sms.same_phone import phone_of
from smsgw_cli.tables import reader
from smsgw_cli.tables.cells import CellReader
from smsgw_cli.tables.column_map import (
    REGION,
    Target,
    column_of,
    refuse_types,
    region_in,
    resolved,
)
from smsgw_cli.tables.names import normalized
from smsgw_cli.tables.number_columns import number_column
from smsgw_cli.tables.read_options import Check, ReadOptions, unchecked
from smsgw_cli.tables.reader import Row, Table
from smsgw_cli.tables.shard import Shard

MESSAGE = "message"  # the column of problems with a text


@dataclass
class Merged:
    """A file whose rows are in a spool.

    `literal` is the text between the placeholders, `invalid` counts the rows that are, of the whole
    file. `notes` say how it was read.
    """

    table: Table
    spool: Spool
    literal: str
    invalid: int = 0
    notes: list[str] = field(default_factory=list)


def read(
    name: str,
    template: str,
    *,
    numbers: NumberReader,
    column_map: Mapping[str, str],
    options: ReadOptions | None = None,
    check: Check = unchecked,
    transform: Callable[[str], str] = str,
    shard: Shard | None = None,
) -> Merged:
    """Read a file, or the rows of a part of it, into a spool.

    `template` is as `template.parsed` takes it. `column_map` has the texts of --map by column; a
    target may be a name of the text. `check` takes the table with the columns that are used,
    `transform` converts a filled text to the one sent. Raises Usage for an empty file, a column
    that is missing, or if nobody is subscribed.
    """
    table = reader.table(name, options)
    if next(table.rows(), None) is None:
        raise Usage(f"{name} has no rows", hint="the first row must have the column names")
    remaining.refuse(table)
    rows = _Rows(table, template, column_map, numbers, transform)
    table.refuse_unusable(rows.used)
    check(table, rows.used)
    merged = Merged(table, Spool(), rows.literal)
    for row in table.rows():
        rows.merge(row, merged, shard)
    spooled_rows.leave_out_unsubscribed(merged.spool)
    merged.notes = rows.notes
    is_empty = shard is None and not (merged.invalid or spooled_rows.count(merged.spool))
    if rows.has_unsubscribed and is_empty:
        raise Usage("no recipients left: no row is subscribed")
    return merged


class _Rows:
    """Reads the rows of a file; `used` are the columns that it reads."""

    def __init__(
        self,
        table: Table,
        template: str,
        column_map: Mapping[str, str],
        numbers: NumberReader,
        transform: Callable[[str], str],
    ) -> None:
        columns = table.columns
        targets = resolved(column_map, columns)
        refuse_types(targets.values())
        self._column = number_column(columns, targets, unusable=table.unusable)
        self._region = column_of(REGION, targets)
        self._cells = CellReader(columns, self._column.name)
        self._fill = _Filler(template, columns, targets, self._cells)
        named = list(self._fill.template.columns)
        self._subscribed = SubscribedRows(columns, table.rows(), targets, set(named), self._cells)
        self._numbers, self._transform = numbers, transform
        self.used = list(dict.fromkeys(filter(None, (self._column.name, self._region, *named))))

    def merge(self, row: Row, merged: Merged, shard: Shard | None) -> None:
        """Add a row to the spool, unless it is of another part of the file."""
        place, reason = next(row.problems(self.used), (self._column.name, ""))
        try:
            number = self._number(row, reason)
            is_ours = shard is None or shard.has(phone_of(number))
            is_subscribed = self._subscribed.has(row)
            place = MESSAGE
            text = self._transform(self._fill(row)) if is_subscribed else ""
        except Usage as error:
            merged.invalid += 1
            is_ours = shard is None or shard.has_row(row.number)
            found = InvalidRow(row.number, place, error.message, place in row.flaws, is_ours)
            spooled_rows.add_invalid(merged.spool, found)
        else:
            add = spooled_rows.add if is_subscribed else spooled_rows.add_unsubscribed
            if is_ours:
                add(merged.spool, row.number, number, text)

    def _number(self, row: Row, reason: str) -> str:
        """The number of a row. Raises Usage if it is invalid, or the row is for this reason."""
        if reason:
            raise Usage(reason)
        country = region_in(row.cells, self._region)
        text = self._cells.text(row, self._column.name)
        return self._numbers.read(text, f"row {row.number}", country=country)

    @property
    def literal(self) -> str:
        """The text between the placeholders."""
        return self._fill.template.literal

    @property
    def has_unsubscribed(self) -> bool:
        """Whether any row so far is not subscribed."""
        return bool(self._subscribed.notes)

    @property
    def notes(self) -> list[str]:
        """What to tell the user about the rows so far."""
        return [*self._column.notes, *self._cells.notes, *self._subscribed.notes]


class _Filler:
    """Fills a template from a row."""

    def __init__(
        self,
        template: str,
        columns: Sequence[str],
        targets: Mapping[str, Target],
        cells: CellReader,
    ) -> None:
        self._cells = cells
        used = [column for column in columns if column not in targets or targets[column].key]
        self._columns = {normalized(column): column for column in used}
        self._columns |= {normalized(each.key): c for c, each in targets.items() if each.key}
        self.template: Template = parsed(template, self._column, columns)

    def _column(self, name: str) -> str | None:
        return self._columns.get(normalized(name))

    def __call__(self, row: Row) -> str:
        text = self.template.fill(partial(self._cells.text, row))
        if not text.strip():
            raise Usage("the message is empty")
        return text
