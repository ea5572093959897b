"""Mail merge: placeholders filled from a file's columns, rows with the same text grouped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from smsgw_cli.errors import Usage
from smsgw_cli.messages.mailing.subscribed_rows import NOT_SUBSCRIBED, SubscribedRows
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
from smsgw_cli.tables.reader import Row, Sheet
from smsgw_cli.tables.rejects import Problem

MESSAGE = "message"  # the column of problems with a text


@dataclass(frozen=True)
class MergedMessage:
    """A text, its recipients, and their rows."""

    text: str
    numbers: tuple[str, ...]
    rows: tuple[Row, ...]

    def without(self, is_excluded: Callable[[str], bool]) -> "MergedMessage":
        """The message without the excluded recipients."""
        pairs = zip(self.numbers, self.rows, strict=True)
        kept = [(number, row) for number, row in pairs if not is_excluded(number)]
        return MergedMessage(self.text, tuple(to for to, _ in kept), tuple(row for _, row in kept))

    def split(self) -> list["MergedMessage"]:
        """One message per recipient, so that sending once does not depend on other recipients."""
        pairs = zip(self.numbers, self.rows, strict=True)
        return [MergedMessage(self.text, (number,), (row,)) for number, row in pairs]


@dataclass
class Merged:
    """A file with its messages.

    `literal` is the text between the placeholders, `problems` are those of invalid rows, `left_out`
    says of others why nothing is sent for them, by their numbers. `duplicates` of those have the
    number and the text of an earlier row. `notes` say how the file was read.
    """

    sheet: Sheet
    literal: str
    problems: list[Problem] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    _by_text: dict[str, dict[int, tuple[str, Row]]] = field(default_factory=dict)

    @property
    def messages(self) -> list[MergedMessage]:
        """The messages in order of the first occurrence of their texts."""
        return [
            MergedMessage(text, tuple(to for to, _ in pairs), tuple(row for _, row in pairs))
            for text, phones in self._by_text.items()
            if (pairs := phones.values())
        ]

    def add(self, row: Row, number: str, text: str) -> None:
        """Add a row. Two texts to one phone are two messages."""
        phones = self._by_text.setdefault(text, {})
        _, first = phones.setdefault(phone_of(number), (number, row))
        if first is not row:
            self.left_out[row.number] = f"duplicate of row {first.number}"
            self.duplicates += 1

    def remove(self, others: Mapping[int, str]) -> None:
        """Remove all messages to these numbers, by the rows that are not subscribed.

        Raises Usage if nothing is left.
        """
        for phones in self._by_text.values():
            for phone in phones.keys() & set(map(phone_of, others.values())):
                _, row = phones.pop(phone)
                self.left_out[row.number] = NOT_SUBSCRIBED
        self.left_out |= dict.fromkeys(others, NOT_SUBSCRIBED)
        if others and not (self.messages or self.problems):
            raise Usage("no recipients left: no row is subscribed")


def read(
    name: str,
    template: str,
    *,
    numbers: NumberReader,
    column_map: Mapping[str, str],
    options: ReadOptions | None = None,
    check: Check = unchecked,
    transform: Callable[[str], str] = str,
) -> Merged:
    """The messages of a file.

    `template` is as `template.parsed` takes it. `column_map` has the texts of --map by column; a
    target may be a name of the text. `check` takes the table with the columns that are used,
    `transform` converts a filled text to the one sent. Raises Usage for an empty file, a column
    that is missing, or if nobody is subscribed.
    """
    sheet = reader.read(name, options)
    if not sheet.rows:
        raise Usage(f"{name} has no rows", hint="the first row holds the column names")
    remaining.refuse(sheet.table)
    rows = _Rows(sheet, template, column_map, numbers, transform)
    sheet.table.refuse_unusable(rows.used)
    check(sheet.table, rows.used)
    merged = Merged(sheet, rows.literal)
    for row in sheet.rows:
        rows.merge(row, merged)
    merged.remove(rows.unsubscribed)
    merged.notes = rows.notes
    return merged


class _Rows:
    """Reads the rows of a file; `used` are the columns that it reads."""

    def __init__(
        self,
        sheet: Sheet,
        template: str,
        column_map: Mapping[str, str],
        numbers: NumberReader,
        transform: Callable[[str], str],
    ) -> None:
        columns = sheet.columns
        targets = resolved(column_map, columns)
        refuse_types(targets.values())
        self._column = number_column(columns, targets, unusable=sheet.table.unusable)
        self._region = column_of(REGION, targets)
        self._cells = CellReader(columns, self._column.name)
        self._fill = _Filler(template, columns, targets, self._cells)
        named = list(self._fill.template.columns)
        self._subscribed = SubscribedRows(columns, sheet.rows, targets, set(named), self._cells)
        self._numbers, self._transform = numbers, transform
        self.used = list(dict.fromkeys(filter(None, (self._column.name, self._region, *named))))

    def merge(self, row: Row, merged: Merged) -> None:
        """Add a row to the messages, or its problem, or neither if it is not subscribed."""
        place, reason = next(row.problems(self.used), (self._column.name, ""))
        try:
            number = self._number(row, reason)
            if self._subscribed.has(row, number):
                place = MESSAGE
                merged.add(row, number, self._transform(self._fill(row)))
        except Usage as error:
            merged.problems.append(Problem(row, place, error.message))

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
    def unsubscribed(self) -> Mapping[int, str]:
        """The numbers of the rows so far that are not subscribed, by row."""
        return self._subscribed.others

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
