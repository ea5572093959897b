"""Reads numbers from files: one a line, or those of a column of a table."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from smsgw_cli.errors import Usage
from smsgw_cli.messages.mailing.subscribed_rows import SubscribedRows
from smsgw_cli.messages.number_list import Entry, Reading
from smsgw_cli.messages.waves import remaining
from smsgw_cli.tables import reader
from smsgw_cli.tables.cells import CellReader
from smsgw_cli.tables.column_map import REGION, Target, column_of, refuse_types, region_in, resolved
from smsgw_cli.tables.number_columns import number_column, rank_of
from smsgw_cli.tables.reader import Table
from smsgw_cli.tables.source import number_lines
from smsgw_cli.tables.text_file import display_name

# A # directly between digits may begin an extension; such a number is refused, not shortened.
COMMENT = re.compile(r"(?:^|(?<=\s))#.*|#(?!\d).*")
CELL = re.compile(r"[,;\t|]")


def entries(name: str, reading: Reading) -> Iterator[Entry]:
    """The texts of a file that should be numbers. Raises Usage if it cannot be read."""
    return _rows(name, reading) if _is_table(name, reading) else _lines(name)


def _is_table(name: str, reading: Reading) -> bool:
    """Whether a file is a table. A pipe, which is read once, is one only with a map."""
    if reading.column_map or not (reading.finds_tables and Path(name).is_file()):
        return bool(reading.column_map)
    first = next(iter(number_lines(name)), "")
    cells = [] if first.lstrip().startswith("#") else CELL.split(first)
    return any(rank_of(each) is not None for each in cells)


def _lines(name: str) -> Iterator[Entry]:
    """One number a line, without comments."""
    shown = display_name(name)
    for number, line in enumerate(number_lines(name), start=1):
        if text := COMMENT.sub("", line).strip():
            yield Entry(text, name, f"{shown}, line {number}")


def _rows(name: str, reading: Reading) -> Iterator[Entry]:
    """One number a row of a CSV file."""
    table, shown = reader.table(name, reading.options), display_name(name)
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
        remaining.refuse(table)
        _refuse_unsubscribed(name, table, targets, cells)
    for row in table.rows():
        text = cells.text(row, column)
        problem = next((f"{where}: {why}" for where, why in row.problems(used)), "")
        if not (text.strip() or problem):
            continue  # as a blank line
        country, place = region_in(row.cells, region_column), f"{shown}, row {row.number}"
        yield Entry(text, name, place, country, problem)


def _refuse_unsubscribed(
    name: str, table: Table, targets: Mapping[str, Target], cells: CellReader
) -> None:
    """Raise Usage if a column says that the person of a row is not subscribed."""
    subscribed = SubscribedRows(table.columns, table.rows(), targets, (), cells)
    for row in table.rows():
        if not subscribed.has(row):
            raise Usage(
                f"{display_name(name)}, row {row.number}: not subscribed; nothing was sent",
                hint=f"--csv {name} skips such rows",
            )


def has_columns(name: str, reading: Reading) -> bool:
    """Whether a file is a CSV file with the columns of the map."""
    if not reading.column_map or not Path(name).is_file():
        return False
    try:
        resolved(reading.column_map, reader.table(name, reading.options).columns)
    except Usage:
        return False
    return True
