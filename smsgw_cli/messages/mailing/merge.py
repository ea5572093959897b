"""Mail merge: placeholders filled from a file's columns, rows with the same text grouped."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from smsgw_cli.errors import Usage
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
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.reader import Row, Sheet
from smsgw_cli.wording import pluralize

PLACEHOLDER = re.compile(r"\{([^{}|]+)(?:\|([^{}]*))?\}")


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


def read(
    name: str,
    template: str,
    *,
    region: str | None,
    column_map: Mapping[str, str],
    options: ReadOptions | None = None,
    check: reader.Check = reader.unchecked,
    transform: Callable[[str], str] = str,
) -> tuple[Sheet, list[MergedMessage]]:
    """The messages of a file, in order of the first occurrence of their texts.

    `{first_name}` is the row's value of that column, `{first_name|there}` has a default.
    `column_map` has the texts of --map by column; a target may be a name of the text. `check` takes
    the table with the columns that are used, `transform` converts a filled text to the one sent.
    Raises Usage with every row that lacks a value or a
    number, or has a duplicate number.
    """
    sheet = reader.read(name, options)
    targets = resolved(column_map, sheet.columns)
    refuse_types(targets.values())
    column, region_column = number_column(sheet.columns, targets), column_of(REGION, targets)
    fill = _Filler(template, sheet.columns, targets)
    used = list(dict.fromkeys(filter(None, (column, region_column, *fill.used))))
    sheet.table.refuse_unusable(used)
    check(sheet.table, used)
    problems: dict[str, list[str]] = {}
    grouped: dict[str, dict[str, Row]] = {}
    seen: dict[str, int] = {}
    for row in sheet.rows:
        try:
            refuse(row, used)
            country = region_in(row.cells, region_column, region)
            number, text = e164(row.cells[column], country), transform(fill(row))
            if seen.setdefault(number, row.number) != row.number:
                raise Usage(f"{number} is a duplicate of row {seen[number]}")
            grouped.setdefault(text, {})[number] = row
        except Usage as error:
            problems[f"row {row.number}"] = [error.message]
    if not sheet.rows:
        raise Usage(f"{name} has no rows", hint="the first row holds the column names")
    if problems:
        raise Usage(
            f"{name}: {pluralize(len(problems), 'invalid row')}, nothing was sent",
            errors=problems,
            hint="fix the rows; for numbers without a country code add --region US; "
            "for empty cells set a default: {first_name|there}",
        )
    return sheet, [
        MergedMessage(text, tuple(to), tuple(to.values())) for text, to in grouped.items()
    ]


def refuse(row: Row, used: Sequence[str]) -> None:
    """Raise Usage if something is wrong with a row, or with its cells in these columns."""
    for column, reason in row.problems(used):
        raise Usage(reason if column == reader.WHOLE_ROW else f"{column} {reason}")


class _Filler:
    """Fills a template from a row."""

    def __init__(
        self, template: str, columns: Sequence[str], targets: Mapping[str, Target]
    ) -> None:
        self._template = template
        used = [column for column in columns if column not in targets or targets[column].key]
        self._columns = {normalized(column): column for column in used}
        self._columns |= {normalized(each.key): c for c, each in targets.items() if each.key}
        for found in PLACEHOLDER.finditer(template):
            if normalized(found[1]) not in self._columns:
                raise Usage(
                    f"the message contains {found[0]}, but the file has no such column",
                    hint=f"columns: {', '.join(columns)}",
                )
        self._refuse_subscription(targets)

    @property
    def used(self) -> list[str]:
        """The columns that the text names."""
        names = PLACEHOLDER.finditer(self._template)
        return [self._columns[normalized(found[1])] for found in names]

    def _refuse_subscription(self, targets: Mapping[str, Target]) -> None:
        """Raise Usage if rows are marked as unsubscribed: they would be sent to."""
        named = {normalized(found[1]) for found in PLACEHOLDER.finditer(self._template)}
        for column, each in targets.items():
            if each.key in (SUBSCRIBED, UNSUBSCRIBED) and each.key not in named:
                raise Usage(
                    f"--map {column}={each.key} does not keep a message from a row",
                    hint="take these rows out of the file, or use --exclude",
                )

    def __call__(self, row: Row) -> str:
        text = PLACEHOLDER.sub(lambda found: self._value(found, row), self._template)
        if not text.strip():
            raise Usage("the message is empty")
        return text

    def _value(self, found: re.Match[str], row: Row) -> str:
        value = row.cells[self._columns[normalized(found[1])]].strip()
        if value:
            return value
        if found[2] is None:
            raise Usage(f"{found[1]} is empty")
        return str(found[2])
