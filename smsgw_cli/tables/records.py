"""Splits lines into records as people's programs write them; one bad line is one bad record."""

import csv
from collections.abc import Iterable, Iterator
from itertools import islice

from smsgw_cli.tables.dialect import Dialect
from smsgw_cli.tables.quoting import LINE_BREAK, Bad, Quoting

LONGEST_CELL = 1_000_000  # characters
MOST_LINES = 1_000  # of a record that RFC 4180 does not allow


Record = tuple[int, list[str], str, str]
"""Its number, its cells, or if it cannot be split, why, and its raw text."""


class _Lines:
    """Lines that can be put back; `record` has those of the record that is being read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._back: list[str] = []
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        record = self.record
        while self._back:
            line = self._back.pop()
            record.append(line)
            yield line
        for line in self._lines:
            record.append(line)
            yield line

    def more(self, most: int) -> list[str]:
        """The lines of the record, and those that follow, `most` in all."""
        record = self.record
        for _ in islice(self, max(0, most - len(record))):
            pass
        return [*record]

    def keep(self, count: int) -> str:
        """End the record after this number of lines, and put back the rest; returns its text."""
        text = "".join(self.record[:count])
        self._back.extend(reversed(self.record[count:]))
        self.record.clear()
        return text


def records(lines: Iterable[str], dialect: Dialect, *, spaced: bool = True) -> Iterator[Record]:
    """All records, blank ones too, numbered as a spreadsheet shows them.

    RFC 4180, with blanks around quotes, and quotes escaped by a backslash (as by MySQL). `spaced`
    is whether there may be blanks before quotes.
    """
    if not dialect.has_quotes:
        yield from _unquoted(lines, dialect)
        return
    csv.field_size_limit(LONGEST_CELL)
    feed, quoting = _Lines(islice(lines, dialect.skipped, None)), Quoting(dialect.delimiter)
    number, line = dialect.rows_above, dialect.skipped
    spaced = spaced and not dialect.is_spaced  # else the reader skips them
    while True:
        reader = csv.reader(
            feed, delimiter=dialect.delimiter, skipinitialspace=dialect.is_spaced, strict=True
        )
        cells: list[str] | None = None
        try:
            for cells in reader:
                record = feed.record
                if len(record) > 1 or (spaced and quoting.is_spaced(record[0])):
                    break
                number += 1
                yield number, cells, "", ""
                record.clear()
            else:
                return
        except csv.Error:
            cells = None
        number, line = number + 1, line + reader.line_num - len(feed.record)
        found, count = _unusual(feed, cells, quoting, spaced=spaced)
        raw = feed.keep(count)
        problem = found if isinstance(found, str) else _swallowed(found, line + 1, dialect)
        line += count
        yield (number, [], problem, raw) if problem else (number, [*found], "", "")


def _unquoted(lines: Iterable[str], dialect: Dialect) -> Iterator[Record]:
    """One record a line."""
    kept = islice(lines, dialect.skipped, None)
    for number, line in enumerate(kept, start=dialect.rows_above + 1):
        yield number, line.rstrip("\r\n").split(dialect.delimiter), "", ""


def _unusual(
    feed: _Lines, cells: list[str] | None, quoting: Quoting, *, spaced: bool
) -> tuple[list[str] | str, int]:
    """The cells of a record that has line breaks, blanks before quotes, or is invalid by
    RFC 4180 (then `cells` is None), or what is wrong with it; and its number of lines."""
    count = len(feed.record)
    if cells is not None and not (spaced and quoting.is_spaced(feed.record[0])):
        return cells, count
    found = quoting.cells(feed.record[:1])
    if isinstance(found, Bad) and found.is_open:
        found = quoting.cells(feed.more(MOST_LINES))
    if not isinstance(found, Bad):
        return found
    # In ` "Annie" Lee` the quotes are text.
    return (cells, count) if cells is not None else (found.reason, 1)


def _swallowed(cells: list[str], line: int, dialect: Dialect) -> str:
    """What is wrong with a record that begins in this line if it contains other rows."""
    last = line + sum(len(LINE_BREAK.findall(cell)) for cell in cells)
    cells = cells[:-1] if dialect.has_reason else cells
    for place, cell in enumerate(cells):
        _, *following = LINE_BREAK.split(cell)
        for number, text in enumerate(following, start=1):
            rest = cells[place + 1 :] if number == len(following) else ()
            if dialect.looks_like_row(text, rest):
                return (
                    f"a quote opened in line {line} is closed in line {last} although line "
                    f"{line + number} looks like another row"
                )
        line += len(following)
    return ""
