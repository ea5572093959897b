"""Reads a file with one record a row as a table: its columns, and its rows as a stream."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import filterfalse, islice
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.tables import dialect as dialects
from smsgw_cli.tables.cell_flaws import control, lost
from smsgw_cli.tables.cells import is_export
from smsgw_cli.tables.columns import Columns, columns_of
from smsgw_cli.tables.dialect import Dialect
from smsgw_cli.tables.encoding import RAW, Difference
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.records import Record, records
from smsgw_cli.tables.source import Source, source

WHOLE_ROW = "the row"  # in place of a column, for what is wrong with a row as a whole
NO_FLAWS: Mapping[str, str] = {}


class Row(NamedTuple):
    """One row: its `number` as in a spreadsheet (the header is 1) and its text by column.

    `problem` is what is wrong with it as a whole, `flaws` with its cells, by column. `surplus`:
    values to the right of the last column. `raw`: the text of a row that has no cells.
    """

    number: int
    cells: dict[str, str]
    surplus: tuple[str, ...] = ()
    problem: str = ""
    flaws: Mapping[str, str] = NO_FLAWS
    raw: str = ""

    def problems(self, used: Iterable[str]) -> Iterator[tuple[str, str]]:
        """What is wrong with the row and its cells in these columns: column and reason."""
        if self.problem:
            yield WHOLE_ROW, self.problem
        if self.flaws:
            yield from ((each, self.flaws[each]) for each in used if each in self.flaws)


class Form(NamedTuple):
    """How a file is written: the lines above its header, delimiter, encoding, line breaks."""

    above: str
    delimiter: str
    encoding: str
    line_break: str


class Table(NamedTuple):
    """A file's columns, and its rows as a stream that can be restarted.

    `columns` are unique. `unusable` are those without a name, and those that share one.
    """

    source: Source
    dialect: Dialect
    layout: Columns

    @property
    def columns(self) -> tuple[str, ...]:
        return self.layout.names

    @property
    def unusable(self) -> frozenset[str]:
        return self.layout.unusable

    def refuse_unusable(self, used: Iterable[str]) -> None:
        """Raise Usage if one of these columns has no name that is valid and its own."""
        for each in used:
            if reason := control(each):
                raise Usage(f"{self.source.name}: the column name {each!r} {reason}")
            if each in self.unusable:
                name = self.layout.header[self.columns.index(each)]
                what = f"duplicate column {name!r}" if name else f"{each} has no name"
                raise Usage(
                    f"{self.source.name}: {what}",
                    hint="give every column that is used a unique name in the first row",
                )

    def differences(self, used: Sequence[str]) -> Iterator[Difference]:
        """The cells of these columns that make the encoding a guess."""
        guess = self.source.guess
        if guess is None:
            return iter(())
        raw = self._replace(source=replace(self.source, encoding=RAW))
        cells = ((row.number, each, row.cells[each]) for row in raw.rows() for each in used)
        foreign = import_module("smsgw_cli.tables.foreign_encoding")
        found: Iterator[Difference] = foreign.differences(cells, guess)
        return found

    def rows(self) -> Iterator[Row]:
        """All rows except blank ones. Raises Usage for text that cannot be decoded."""
        with self.source.text() as lines:
            found = records(lines, self.dialect, spaced=self.source.spaced)
            next(filterfalse(is_blank, found), None)  # the header
            columns, width = self.columns, self._simple_width
            for record in found:
                number, cells, _, _ = record
                if len(cells) == width and any(map(str.strip, cells)):
                    yield Row(number, dict(zip(columns, cells, strict=True)))
                elif not is_blank(record):
                    yield self._row(record)

    @property
    def _simple_width(self) -> int:
        """The number of cells of records that need no further look; 0 if all of them do."""
        is_simple = self.layout.is_complete and not (self.source.controls or self._is_of_workbook)
        return self.layout.width if is_simple else 0

    def _row(self, record: Record) -> Row:
        number, cells, problem, raw = record
        width = self.layout.width
        surplus = tuple(cells[width:]) if any(map(str.strip, cells[width:])) else ()
        cells = (cells + [""] * (width - len(cells)))[:width]
        if surplus:
            wide = width - self.layout.has_reason
            problem = f"{wide + len(surplus)} values for {wide} columns"
        named = dict(zip(self.columns, self.layout.chosen(cells), strict=True))
        flaws = self._flaws(named) if not raw else NO_FLAWS
        return Row(number, named, surplus, problem, flaws, self._without_reason(raw))

    def _without_reason(self, raw: str) -> str:
        """The raw text of a row, without the reason that our file of rejects has behind it."""
        delimiter = self.dialect.delimiter
        text, found, reason = raw.rpartition(f"{delimiter}{WHOLE_ROW}: ")
        return text if found and self.layout.has_reason and delimiter not in reason else raw

    def _flaws(self, cells: Mapping[str, str]) -> Mapping[str, str]:
        check_lost = self._is_of_workbook
        flaws = {}
        for column, cell in cells.items():
            if reason := control(cell) or (check_lost and lost(cell)):
                flaws[column] = reason
        return flaws or NO_FLAWS

    @property
    def _is_of_workbook(self) -> bool:
        """Whether the cells may be those of a workbook, as in its rejects."""
        return self.source.is_workbook or self.layout.has_reason

    @property
    def form(self) -> "Form":
        """How the file is written."""
        with self.source.text() as lines:
            above = "".join(islice(lines, self.dialect.skipped))
            first = next(lines, "")
        has_mark = self.source.has_mark
        return Form(
            above,
            self.dialect.delimiter,
            self.source.encoding if has_mark else self.source.encoding.removesuffix("-sig"),
            first[len(first.rstrip("\r\n")) :] or "\r\n",
        )


def table(name: str, options: ReadOptions | None = None) -> Table:
    """The file as a table; `-` is standard input. Raises Usage if it is not a table."""
    options = options or ReadOptions()
    found = source(name, options)
    with found.text() as text:
        lines = list(islice(text, dialects.SAMPLE))
    dialect = _dialect(found, lines, options)
    _refuse_titles(found, lines, dialect)
    with found.text() as text:
        rows = filterfalse(is_blank, records(text, dialect))
        header = next(rows, None)
        if header is None:
            raise Usage(f"{name} is empty", hint="the first row must have the column names")
        _, cells, problem, _ = header
        if problem:
            raise Usage(f"{name}: the header is invalid: {problem}")
        columns = columns_of(cells, (each[1] for each in rows))
    is_own = _is_own_tsv(lines[dialect.skipped], dialect, columns)
    return Table(found, dialect._replace(has_quotes=not is_own), columns)


def _is_own_tsv(header: str, dialect: Dialect, columns: Columns) -> bool:
    """Whether `-o tsv` wrote a file, which has escapes and no quotes. A spreadsheet that saved it
    again would end its lines with CR LF; its rejects have quotes."""
    ends_ours = header.endswith("\n") and not header.endswith("\r\n")
    is_tsv = dialect.delimiter == "\t" and ends_ours and not dialect.has_reason
    return is_tsv and is_export(columns.names)


def _refuse_titles(found: Source, lines: Sequence[str], dialect: Dialect) -> None:
    """Raise Usage if the header seems to be below the first row."""
    if found.is_workbook:  # whose rows count, not its lines
        rows = ((number, cells) for number, cells, _, _ in records(lines, dialect))
        below, unit = dialects.header_below(rows), "row"
    else:
        below, unit = dialects.header_below(dialects.numbered(lines, dialect)), "line"
    if below is not None:
        raise Usage(
            f"{found.name}: {unit} {below} looks like the header, not the first one",
            hint=f"skip the {unit}s above it: --set skip_lines={below - 1}",
        )


def _dialect(found: Source, lines: Sequence[str], options: ReadOptions) -> Dialect:
    if found.is_workbook:
        return Dialect(skipped=options.skip_lines, rows_above=options.skip_lines)
    return dialects.detect(lines, options.delimiter, options.skip_lines)


def is_blank(record: Record) -> bool:
    """Whether a record has nothing but blanks, as lines of `;;;` in exports of spreadsheets."""
    _, cells, problem, _ = record
    return not (problem or any(map(str.strip, cells)))
