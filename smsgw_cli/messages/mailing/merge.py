"""Mail merge: placeholders filled from a file's columns, rows with the same text grouped."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from smsgw_cli.errors import Usage
from smsgw_cli.messages.mailing.template import Template, parsed
from smsgw_cli.model import SUBSCRIBED
from smsgw_cli.sms.numbers import e164
from smsgw_cli.tables import reader
from smsgw_cli.tables.column_map import (
    REGION,
    UNSUBSCRIBED,
    Target,
    column_of,
    normalized,
    refuse_types,
    region_in,
    resolved,
)
from smsgw_cli.tables.mapping import number_column
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
    number and the text of an earlier row.
    """

    sheet: Sheet
    literal: str
    problems: list[Problem] = field(default_factory=list)
    left_out: dict[int, str] = field(default_factory=dict)
    duplicates: int = 0
    _by_text: dict[str, dict[str, Row]] = field(default_factory=dict)

    @property
    def messages(self) -> list[MergedMessage]:
        """The messages in order of the first occurrence of their texts."""
        return [
            MergedMessage(text, tuple(to), tuple(to.values())) for text, to in self._by_text.items()
        ]

    def add(self, row: Row, number: str, text: str) -> None:
        """Add a row. Two texts to one number are two messages."""
        first = self._by_text.setdefault(text, {}).setdefault(number, row)
        if first is not row:
            self.left_out[row.number] = f"duplicate of row {first.number}"
            self.duplicates += 1


def read(
    name: str,
    template: str,
    *,
    region: str | None,
    column_map: Mapping[str, str],
    encoding: str | None = None,
    transform: Callable[[str], str] = str,
) -> Merged:
    """The messages of a file.

    `template` is as `template.parsed` takes it. `column_map` has the texts of --map by column; a
    target may be a name of the text. `transform` converts a filled text to the one sent. Raises
    Usage for an empty file or a column that is missing.
    """
    sheet = reader.read(name, encoding)
    if not sheet.rows:
        raise Usage(f"{name} has no rows", hint="the first row holds the column names")
    targets = resolved(column_map, sheet.columns)
    refuse_types(targets.values())
    column, region_column = number_column(sheet.columns, targets), column_of(REGION, targets)
    fill = _Filler(template, sheet.columns, targets)
    merged = Merged(sheet, fill.template.literal)
    for row in sheet.rows:
        place = column
        try:
            number = e164(row.cells[column], region_in(row.cells, region_column, region))
            place = MESSAGE
            merged.add(row, number, transform(fill(row)))
        except Usage as error:
            merged.problems.append(Problem(row, place, error.message))
    return merged


class _Filler:
    """Fills a template from a row."""

    def __init__(
        self, template: str, columns: Sequence[str], targets: Mapping[str, Target]
    ) -> None:
        used = [column for column in columns if column not in targets or targets[column].key]
        self._columns = {normalized(column): column for column in used}
        self._columns |= {normalized(each.key): c for c, each in targets.items() if each.key}
        self.template: Template = parsed(template, self._column, columns)
        self._refuse_subscription(targets)

    def _column(self, name: str) -> str | None:
        return self._columns.get(normalized(name))

    def _refuse_subscription(self, targets: Mapping[str, Target]) -> None:
        """Raise Usage if rows are marked as unsubscribed: they would be sent to."""
        named = set(self.template.columns)
        for column, each in targets.items():
            if each.key in (SUBSCRIBED, UNSUBSCRIBED) and column not in named:
                raise Usage(
                    f"--map {column}={each.key} does not keep a message from a row",
                    hint="take these rows out of the file, or use --exclude",
                )

    def __call__(self, row: Row) -> str:
        text = self.template.fill(row.cells.__getitem__)
        if not text.strip():
            raise Usage("the message is empty")
        return text
