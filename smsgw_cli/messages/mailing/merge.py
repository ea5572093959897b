"""Mail merge: placeholders filled from a file's columns, rows with the same text grouped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from smsgw_cli.errors import Usage
from smsgw_cli.messages.mailing.subscribed_rows import SubscribedRows
from smsgw_cli.messages.mailing.template import Template, parsed
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
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.reader import Check, Row, Sheet, unchecked
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
    number and the text of an earlier row. `notes` are for the user.
    """

    sheet: Sheet
    literal: str
    messages: list[MergedMessage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)
    duplicates: int = 0
    notes: list[str] = field(default_factory=list)
    _by_text: dict[str, dict[int, tuple[str, Row]]] = field(default_factory=dict)

    def add(self, row: Row, number: str, text: str) -> None:
        """Add a row. Two texts to one phone are two messages."""
        phones = self._by_text.setdefault(text, {})
        _, first = phones.setdefault(phone_of(number), (number, row))
        if first is not row:
            self.left_out[row.number] = f"duplicate of row {first.number}"
            self.duplicates += 1

    @property
    def grouped(self) -> list[MergedMessage]:
        """The messages of the added rows, in order of the first occurrence of their texts."""
        return [
            MergedMessage(text, tuple(to for to, _ in pairs), tuple(row for _, row in pairs))
            for text, phones in self._by_text.items()
            for pairs in [phones.values()]
        ]


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
    targets = resolved(column_map, sheet.columns)
    refuse_types(targets.values())
    number_in, region_column = number_column(sheet.columns, targets), column_of(REGION, targets)
    column, cells = number_in.name, CellReader(sheet.columns, number_in.name)
    fill = _Filler(template, sheet.columns, targets, cells)
    subscribed = SubscribedRows(sheet.columns, targets, fill.named, cells)
    used = list(dict.fromkeys(filter(None, (column, region_column, *fill.template.columns))))
    sheet.table.refuse_unusable(used)
    check(sheet.table, used)
    merged = Merged(sheet, fill.template.literal)
    for row in sheet.rows:
        if found := next(row.problems(used), None):
            merged.problems.append(Problem(row, *found))
            continue
        place = column
        try:
            land = region_in(row.cells, region_column)
            number = numbers.read(cells.text(row, column), f"row {row.number}", land=land)
            place = MESSAGE
            if subscribed.has(row, number):
                merged.add(row, number, transform(fill(row)))
            else:
                merged.left_out[row.number] = "not subscribed"
        except Usage as error:
            merged.problems.append(Problem(row, place, error.message))
    merged.messages = subscribed.alone(merged.grouped)
    merged.notes = [*number_in.notes, *cells.notes, *subscribed.notes]
    return merged


class _Filler:
    """Fills a template from a row; `named` are the names in it, normalized."""

    def __init__(
        self,
        template: str,
        columns: Sequence[str],
        targets: Mapping[str, Target],
        cells: CellReader,
    ) -> None:
        self.named: set[str] = set()
        self._cells = cells
        used = [column for column in columns if column not in targets or targets[column].key]
        self._columns = {normalized(column): column for column in used}
        self._columns |= {normalized(each.key): c for c, each in targets.items() if each.key}
        self.template: Template = parsed(template, self._column, columns)

    def _column(self, name: str) -> str | None:
        column = self._columns.get(normalized(name)) if name else None
        self.named |= {normalized(name)} if column else set()
        return column

    def __call__(self, row: Row) -> str:
        text = self.template.fill(partial(self._cells.text, row))
        if not text.strip():
            raise Usage("the message is empty")
        return text
