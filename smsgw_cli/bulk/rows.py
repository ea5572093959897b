"""CSV files as people have them, as rows of text by column."""

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from smsgw_cli.errors import Usage

DELIMITERS = ",;\t|"
LONGEST_CELL = 10_000_000
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Row:
    """One row: its `number` as a spreadsheet counts (the header is 1), text by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A file's columns and rows, and the encoding it was read with."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str


def read(name: str, encoding: str | None = None) -> Sheet:
    """The file as a sheet; `-` is standard input. Raises Usage, naming the row, if it is none."""
    content = _content(name)
    used = encoding or detected(content)
    try:
        text = content.decode(used)
    except (UnicodeDecodeError, LookupError) as error:
        raise Usage(
            f"{name} is not {used} text: {error}", hint="--encoding names another"
        ) from error
    return _sheet(name, text, used)


def detected(content: bytes) -> str:
    """UTF-8 if it can be, UTF-16 if it is marked so, and else what old spreadsheets write."""
    if content.startswith(UTF16_MARKS):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _content(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise Usage(f"cannot read {name}: {error.strerror}") from error


def _sheet(name: str, text: str, encoding: str) -> Sheet:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        records = [(number, cells) for number, cells in enumerate(reader, start=1) if any(cells)]
    except csv.Error as error:
        raise Usage(f"{name}, line {reader.line_num}: {error}") from error
    if not records:
        raise Usage(f"{name} is empty", hint="the first row names the columns")
    columns = _columns(name, records[0][1])
    return Sheet(columns, tuple(_rows(name, columns, records[1:])), encoding)


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)


def _columns(name: str, header: list[str]) -> tuple[str, ...]:
    columns = tuple(cell.strip() for cell in header)
    if doubled := sorted({each for each in columns if columns.count(each) > 1}):
        raise Usage(f"{name}: several columns are called {', '.join(map(repr, doubled))}")
    if "" in columns:
        raise Usage(f"{name}: column {columns.index('') + 1} has no name")
    return columns


def _rows(
    name: str, columns: tuple[str, ...], records: list[tuple[int, list[str]]]
) -> Iterator[Row]:
    for number, cells in records:
        if len(cells) > len(columns):
            raise Usage(f"{name}, row {number}: {len(cells)} values for {len(columns)} columns")
        filled = cells + [""] * (len(columns) - len(cells))
        yield Row(number, dict(zip(columns, filled, strict=True)))
