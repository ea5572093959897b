"""The dialect of a CSV file, judged by its first lines: delimiter, header, columns of numbers."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import NamedTuple

from smsgw_cli.tables.names import REASON
from smsgw_cli.tables.number_columns import DATE, looks_like_phone, rank_of
from smsgw_cli.tables.quoting import Bad, Quoting

DELIMITERS = ",;\t|"
NAMED = {"tab": "\t"}
SAMPLE = 1_000  # lines
FIRST = 50  # rows in which numbers are looked for
MOST_TITLES = 20  # rows in which a header is looked for by its names
# Excel takes such a first line for its own, and shows the next one as row 1.
SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


class Dialect(NamedTuple):
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
        width, count = self.width - self.has_reason, len(cells) + len(rest)
        is_row = count == width and (len(cells) > 1 or width == 1)
        # A row may lack its last cells, but a sentence has a blank behind its comma.
        is_short = count < width and len(cells) > 1 and f"{self.delimiter} " not in line
        return (is_row or is_short) and any(
            looks_like_phone(cells[place]) for place in self.phones if place < len(cells)
        )


def detect(lines: Sequence[str], delimiter: str | None, skip_lines: int) -> Dialect:
    """The dialect of a file that begins with these lines; what is given is not detected."""
    skipped = skip_lines
    first = lines[skipped] if skipped < len(lines) else ""
    named = SEPARATOR_LINE.fullmatch(first.strip(" \r\n"))
    if named:
        delimiter, skipped = delimiter or named[1], skipped + 1
    sample = lines[skipped:]
    delimiter = NAMED.get(delimiter or "", delimiter) or _likely(sample)
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
    """The cells of each row below the skipped lines, leniently, with the number of its line."""
    number = dialect.skipped + 1
    reader = csv.reader(
        lines[dialect.skipped :], delimiter=dialect.delimiter, skipinitialspace=True
    )
    with suppress(csv.Error):  # a cell that is too long
        for row in reader:
            yield number, row
            number = dialect.skipped + 1 + reader.line_num


def header_below(rows: Iterable[tuple[int, Sequence[str]]]) -> int | None:
    """The number of the row that looks like the header, if it is not the first one.

    Either it has many more names than the rows above it, none of them a number, and rows with phone
    numbers follow it; or it names a column of numbers, and the first row has values.
    """
    filled = ((number, [each.strip() for each in row if each.strip()]) for number, row in rows)
    found = ((number, cells) for number, cells in filled if cells)
    first = list(islice(found, MOST_TITLES))
    below = _wider_below(chain(first, found))
    return _named_below(first) if below is None else below


def _wider_below(rows: Iterable[tuple[int, Sequence[str]]]) -> int | None:
    most, found = 0, None
    for number, cells in rows:
        if any(map(looks_like_phone, cells)):
            return found
        is_wider = len(cells) >= 3 * most if most > 1 else len(cells) > most == 1
        if is_wider and not any(map(str.isdecimal, cells)):
            found = number
        most = max(most, len(cells))
    return None


def _named_below(rows: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    has_value = any(_is_value(cell) for _, cells in rows[:1] for cell in cells)
    for number, cells in rows[1:] if has_value else ():
        if not any(map(_is_value, cells)) and any(rank_of(each) is not None for each in cells):
            return number
    return None


def _is_value(cell: str) -> bool:
    """Whether a cell is a number or a date, as names of columns are not."""
    return cell.isdecimal() or looks_like_phone(cell) or DATE.fullmatch(cell) is not None


def _likely(lines: Sequence[str]) -> str:
    """The delimiter that fits best."""
    there = [each for each in DELIMITERS if any(each in line for line in lines)]
    return max(there or DELIMITERS, key=lambda each: _score(lines, each))


def _score(lines: Sequence[str], delimiter: str) -> tuple[int, bool, bool, int]:
    """How well a delimiter fits: the rows of the same width, whether the header has it, and whether
    it sets numbers apart, as that in `Lee, Ann;+12025550123` does."""
    rows = _rows(lines, delimiter)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return (0, False, False, 0)
    width = max(widths, key=lambda each: (widths[each], each))
    has_numbers = any(looks_like_phone(cell) for row in rows[:FIRST] for cell in row)
    return (widths[width], len(rows[0]) == width, has_numbers, width)


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
