"""Reads CSV files of any common dialect as a stream of rows."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from smsgw_cli.errors import Usage
from smsgw_cli.tables.source import Source, source

DELIMITERS = ",;\t|"
LONGEST_CELL = 10_000_000
QUOTED = re.compile(r'"[^"]*"')
LINES_TO_A_HEADER = 1_000  # lines searched for the header


@dataclass(frozen=True)
class Row:
    """One row: its `number` as in a spreadsheet (the header is 1) and its text by column.

    `surplus`: values to the right of the last column.
    """

    number: int
    cells: dict[str, str]
    surplus: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A file's columns and rows, the encoding it was read with, and the digest of its bytes."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    digest: str


@dataclass(frozen=True)
class Table:
    """A file's columns, and its rows as a stream that can be restarted."""

    source: Source
    delimiter: str
    columns: tuple[str, ...]

    def rows(self) -> Iterator[Row]:
        """All rows except blank ones. Raises Usage with the line number for invalid CSV."""
        with self.source.text() as lines:
            records = _records(self.source.name, lines, self.delimiter)
            next(records, None)
            width, columns = len(self.columns), self.columns
            for number, cells in records:
                short = width - len(cells)
                surplus = tuple(cells[width:]) if short < 0 and any(cells[width:]) else ()
                filled = cells + [""] * short
                yield Row(number, dict(zip(columns, filled, strict=False)), surplus)


def table(name: str, encoding: str | None = None) -> Table:
    """The file as a table; `-` is standard input. Raises Usage if it is not a CSV file."""
    found = source(name, encoding)
    with found.text() as lines:
        delimiter = _delimiter(lines)
    with found.text() as lines:
        header = next(_records(name, lines, delimiter), None)
    if header is None:
        raise Usage(f"{name} is empty", hint="the first row must name the columns")
    return Table(found, delimiter, _columns(name, header[1]))


def read(name: str, encoding: str | None = None) -> Sheet:
    """The whole file at once. Raises Usage with the row number if a row is too long."""
    found = table(name, encoding)
    rows = tuple(map(_checked_width, found.rows()))
    return Sheet(found.columns, rows, found.source.encoding, found.source.digest)


def _checked_width(row: Row) -> Row:
    if row.surplus:
        raise Usage(f"row {row.number}: {surplus(row)}")
    return row


def surplus(row: Row) -> str:
    """The error message for a row that is too long."""
    wide = len(row.cells)
    return f"{wide + len(row.surplus)} values for {wide} columns"


def _records(name: str, lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with their numbers; the first is the header."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cells):
                yield number, cells
    except csv.Error as error:
        raise Usage(f"{name}, line {reader.line_num}: {error}") from error


def _delimiter(lines: Iterable[str]) -> str:
    """The candidate that occurs most often in the header, outside of quotes."""
    header = next(filter(str.strip, islice(lines, LINES_TO_A_HEADER)), "")
    return max(DELIMITERS, key=QUOTED.sub("", header).count)


def _columns(name: str, header: list[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip() for cell in header)
    counted = Counter(filter(None, columns))
    if duplicates := sorted(each for each, count in counted.items() if count > 1):
        raise Usage(f"{name}: duplicate column {', '.join(map(repr, duplicates))}")
    if "" in columns:
        unnamed = [str(place) for place, each in enumerate(columns, start=1) if not each]
        raise Usage(f"{name}: column {', '.join(unnamed)} has no name")
    return columns
