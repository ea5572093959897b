"""The dialect of a CSV file, judged by its first lines: delimiter, header, columns of numbers."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from smsgw_cli.tables.names import REASON
from smsgw_cli.tables.quoting import Bad, Quoting

DELIMITERS = ",;\t|"
NAMED = {"tab": "\t"}
SAMPLE = 1_000  # lines
# Excel takes such a first line for its own, and shows the next one as row 1.
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
PHONE = re.compile(r"\+?[\d\s().\-/]{6,30}")
LEAST_DIGITS = 6
DATE = re.compile(r"\d{4}[-./]\d\d?[-./]\d\d?|\d\d?[-./]\d\d?[-./](\d\d){1,2}")


@dataclass(frozen=True)
class Dialect:
    """How the records of a file are written.

    `skipped` counts the lines above the header, `rows_above` those that a spreadsheet shows. Rows
    usually have `width` cells, and those in the columns `phones` (places, counted from 0) usually
    look like phone numbers. `has_reason` is whether it is one of our files of rejects, `is_spaced`
    whether there are blanks before quotes. Without `has_quotes` they are texts.
    """

    delimiter: str = ","
    skipped: int = 0
    rows_above: int = 0
    width: int = 0
    phones: frozenset[int] = frozenset()
    has_reason: bool = False
    is_spaced: bool = False
    has_quotes: bool = True

    def looks_like_row(self, line: str, rest: Sequence[str] = ()) -> bool:
        """Whether a line of a cell, and the cells behind that, could be a row of this file."""
        cells = line.split(self.delimiter)
        width = self.width - self.has_reason
        is_row = len(cells) + len(rest) == width and (len(cells) > 1 or width == 1)
        return is_row and any(
            looks_like_phone(cells[place]) for place in self.phones if place < len(cells)
        )


def looks_like_phone(text: str) -> bool:
    """Whether a cell could hold a phone number."""
    text = text.strip().strip('"')
    if not PHONE.fullmatch(text) or DATE.fullmatch(text):
        return False
    return sum(map(str.isdigit, text)) >= LEAST_DIGITS


def detect(lines: Sequence[str], delimiter: str | None, skip_lines: int) -> Dialect:
    """The dialect of a file that begins with these lines; what is given is not detected."""
    skipped = skip_lines
    first = lines[skipped] if skipped < len(lines) else ""
    named = SEPARATOR_LINE.fullmatch(first.strip(" \r\n"))
    if named:
        delimiter, skipped = delimiter or named[1], skipped + 1
    sample = lines[skipped:]
    delimiter = NAMED.get(delimiter or "", delimiter)
    delimiter = delimiter or max(DELIMITERS, key=lambda each: _score(sample, each))
    rows = _rows(sample, delimiter)
    has_reason = bool(rows) and rows[0][-1].strip() == REASON
    widths = Counter(map(len, rows))
    width = max(widths, key=lambda each: (widths[each], each), default=0)
    return Dialect(
        delimiter, skipped, skip_lines, width, _phones(rows), has_reason, _spaced(sample, delimiter)
    )


def _spaced(lines: Sequence[str], delimiter: str) -> bool:
    """Whether some line has quotes that are none without the blanks before them."""
    quoting = Quoting(delimiter)
    for line in filter(quoting.is_spaced, lines):
        found = quoting.cells([line])
        if not isinstance(found, Bad) and [found[0]] != list(
            csv.reader([line], delimiter=delimiter)
        ):
            return True
    return False


def numbered(lines: Sequence[str], dialect: Dialect) -> Iterator[tuple[int, Sequence[str]]]:
    """The cells of each line by itself, below the skipped ones, with its number."""
    for number, line in enumerate(lines[dialect.skipped :], start=dialect.skipped + 1):
        yield number, next(iter(_rows([line], dialect.delimiter)), ())


def header_below(rows: Iterable[tuple[int, Sequence[str]]]) -> int | None:
    """The number of the row that looks like the header, if it is not the first one.

    That has many more names than the rows above it, none of them a number, and rows with phone
    numbers follow it.
    """
    most, found = 0, None
    for number, row in rows:
        cells = [each.strip() for each in row if each.strip()]
        if any(map(looks_like_phone, cells)):
            return found
        is_wider = len(cells) >= 3 * most if most > 1 else len(cells) > most == 1
        if is_wider and not any(map(str.isdecimal, cells)):
            found = number
        most = max(most, len(cells))
    return None


def _score(lines: Sequence[str], delimiter: str) -> tuple[int, bool, int]:
    """How well a delimiter fits: the rows of the same width, and whether the header has it."""
    rows = _rows(lines, delimiter)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0, False, 0)
    width = max(widths, key=lambda each: (widths[each], each))
    return (widths[width], len(rows[0]) == width, width)


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The rows of a sample, leniently; not those of nothing but blanks."""
    rows: list[list[str]] = []
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    with suppress(csv.Error):  # a cell that is too long
        rows.extend(row for row in reader if any(map(str.strip, row)))
    return rows


def _phones(rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """The places of columns at least half of whose cells look like phone numbers."""
    counts: Counter[int] = Counter()
    filled: Counter[int] = Counter()
    for row in rows[1:]:
        for place, cell in enumerate(row):
            filled[place] += bool(cell.strip())
            counts[place] += looks_like_phone(cell)
    return frozenset(
        place for place, count in counts.items() if count and count * 2 >= filled[place]
    )
