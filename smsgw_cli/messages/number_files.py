"""Reads numbers from files: one a line, or those of a column of a table."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.tables.cells import CellReader
from smsgw_cli.tables.column_map import REGION, Target, column_of, refuse_types, region_in, resolved
from smsgw_cli.tables.number_columns import number_column, rank_of
from smsgw_cli.tables.read_options import Check, ReadOptions, unchecked
from smsgw_cli.tables.text_file import display_name

if TYPE_CHECKING:
    from smsgw_cli.tables.reader import Table

# A # directly between digits may begin an extension; such a number is refused, not shortened.
COMMENT = re.compile(r"(?:^|(?<=\s))#.*|#(?!\d).*")
CELL = re.compile(r"[,;\t|]")


@dataclass(frozen=True)
class Reading:
    """How numbers are read: `region` is the country of those without a leading +.

    With a `column_map` files are tables, read with these `options`, and checked; with
    `finds_tables` so are those with a usual name of a column of numbers in the first line.
    With `refuses_unsubscribed` nobody in a table may be unsubscribed. `allowed` are words of
    --allow; with `short_codes` those may be typed. What `is_listed` is taken as it is. `note`
    takes notes.
    """

    region: str | None = None
    column_map: Mapping[str, str] = field(default_factory=dict)
    options: ReadOptions = field(default_factory=ReadOptions)
    check: Check = unchecked
    allowed: Collection[str] = ()
    finds_tables: bool = False
    refuses_unsubscribed: bool = False
    short_codes: bool = False
    is_listed: Callable[[str], bool] = lambda _: False
    note: Callable[[str], None] = lambda _: None


class Entry(NamedTuple):
    """A text that should be a number, its file and its place in that; the country of a column, and
    what is wrong with the row."""

    text: str
    file: str = ""
    place: str = ""
    country: str = ""
    problem: str = ""


def entries(name: str, reading: Reading) -> Iterator[Entry]:
    """The texts of a file that should be numbers. Raises Usage if it cannot be read."""
    return _rows(name, reading) if _is_table(name, reading) else _lines(name)


def _is_table(name: str, reading: Reading) -> bool:
    """Whether a file is a table. A pipe, which is read once, is one only with a map."""
    if reading.column_map or not (reading.finds_tables and Path(name).is_file()):
        return bool(reading.column_map)
    first = next(iter(_text_lines(name)), "")
    cells = [] if first.lstrip().startswith("#") else CELL.split(first)
    return any(rank_of(each) is not None for each in cells)


def _text_lines(name: str) -> list[str]:
    lines: list[str] = import_module("smsgw_cli.tables.source").number_lines(name)
    return lines


def _lines(name: str) -> Iterator[Entry]:
    """One number a line, without comments."""
    shown = display_name(name)
    for number, line in enumerate(_text_lines(name), start=1):
        if text := COMMENT.sub("", line).strip():
            yield Entry(text, name, f"{shown}, line {number}")


def _rows(name: str, reading: Reading) -> Iterator[Entry]:
    """One number a row of a CSV file."""
    table, shown = _table(name, reading), display_name(name)
    targets = resolved(reading.column_map, table.columns)
    refuse_types(targets.values())
    numbers = number_column(table.columns, targets, unusable=table.unusable)
    region_column = column_of(REGION, targets)
    for text in numbers.notes:
        reading.note(f"note: {shown}: {text}")
    column, cells = numbers.name, CellReader(table.columns, numbers.name)
    used = [each for each in (column, region_column) if each is not None]
    table.refuse_unusable(used)
    reading.check(table, used)
    if reading.refuses_unsubscribed:
        _refuse_unsubscribed(name, table, targets, cells)
    for row in table.rows():
        text = cells.text(row, column)
        problem = next((f"{where}: {why}" for where, why in row.problems(used)), "")
        if not (text.strip() or problem):
            continue  # as a blank line
        country, place = region_in(row.cells, region_column), f"{shown}, row {row.number}"
        yield Entry(text, name, place, country, problem)


def _refuse_unsubscribed(
    name: str, table: "Table", targets: Mapping[str, Target], cells: CellReader
) -> None:
    """Raise Usage if a column says that the person of a row is not subscribed."""
    rows = import_module("smsgw_cli.messages.mailing.subscribed_rows")  # for files only
    subscribed = rows.SubscribedRows(table.columns, table.rows(), targets, (), cells)
    for row in table.rows():
        if not subscribed.has(row, ""):
            raise Usage(
                f"{display_name(name)}, row {row.number}: not subscribed; nothing was sent",
                hint=f"--csv {name} leaves such rows out",
            )


def _table(name: str, reading: Reading) -> "Table":
    reader = import_module("smsgw_cli.tables.reader")  # 10 ms, for files only
    table: Table = reader.table(name, reading.options)
    return table


def has_columns(name: str, reading: Reading) -> bool:
    """Whether a file is a CSV file with the columns of the map."""
    if not reading.column_map or not Path(name).is_file():
        return False
    try:
        resolved(reading.column_map, _table(name, reading).columns)
    except Usage:
        return False
    return True
