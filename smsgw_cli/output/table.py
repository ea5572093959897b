"""Tables for people: aligned, escaped, and no wider than the terminal."""

from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import accumulate, islice
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smsgw_cli.output.cells import Record, lookup, visible
from smsgw_cli.output.formats import View
from smsgw_cli.output.values import brief, is_number, is_time, parts, with_age

MAX_CELL = 2_000  # characters, more than any terminal shows; rich would measure all of them
MAX_ROWS = 1_000  # rows; a longer list becomes several tables, to limit memory
UNCUT = 100_000  # characters; the width used for a file
OPTIONAL = ("reason",)  # columns that are shown only if there is something in them
WHOLE = ("last_seen", "battery", "signal", "state")  # columns of short texts, as 3 min ago
MIN_TEXT = 16  # characters of a text that are still useful
LEAST_TEXT = 12  # the same beside an optional column, or if all columns fit then
GAP = 2  # characters between columns


class Column:
    """A column with its cells; numbers, times and short texts are never truncated."""

    def __init__(
        self, name: str, records: Sequence[Record], show: Callable[[str, Any], Text] = brief
    ) -> None:
        self.name = name
        values = [lookup(each, name) for each in records]
        self.is_number = bool(values) and all(map(is_number, values))
        self.no_truncate = self.is_number or is_time(name) or name in WHOLE
        self.head = _single_line(Text(visible(name.upper().replace("_", " "))))
        self.cells = [_single_line(show(name, value)) for value in values]

    @property
    def width(self) -> int:
        return max(each.cell_len for each in [self.head, *self.cells])

    def min_width(self, least: int) -> int:
        """The minimum useful width, with this many characters of a text."""
        return self.width if self.no_truncate else min(self.width, least)


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO, view: View) -> None:
    """A list. Columns that do not fit are dropped from the end, replaced by `…`, and named."""
    console = _console(file)
    dropped: dict[str, None] = {}
    for part in _parts(records):
        names = [name for name in columns if name not in OPTIONAL or _has_any(name, part)]
        all_columns = _columns(names, part, _clock(file, view), console.width)
        fitting = _how_many_fit(all_columns, console.width)
        dropped |= dict.fromkeys(names[fitting:])
        _print(_table(all_columns[:fitting], more=fitting < len(all_columns)), console, file)
    if dropped:
        view.note(f"no room for {', '.join(dropped)}; select columns with -c, or use -o json")


def _clock(file: TextIO, view: View) -> datetime | None:
    """The time for ages; None for a file, which is read later."""
    return view.now() if file.isatty() else None


def _columns(
    names: Sequence[str], records: Sequence[Record], now: datetime | None, room: int
) -> list[Column]:
    """The columns, times with their age if there is room for it."""
    aged = partial(with_age, now=now)
    columns = [Column(name, records, aged if is_time(name) else brief) for name in names]
    if sum(each.width + GAP for each in columns) - GAP <= room:
        return columns
    return [Column(name, records) for name in names]


def _has_any(name: str, records: Sequence[Record]) -> bool:
    return any(lookup(each, name) is not None for each in records)


def selected_rows(
    records: Iterable[Record], columns: Sequence[str], file: TextIO, view: View
) -> None:
    """A list with exactly these columns, however narrow they become."""
    console = _console(file)
    for part in _parts(records):
        _print(_table(_columns(columns, part, _clock(file, view), console.width)), console, file)


def record(value: Record, columns: Sequence[str], file: TextIO, view: View) -> None:
    """One record, one line per value, nothing truncated."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    now = _clock(file, view)
    for column in columns:
        for name, shown in parts(column, lookup(value, column), now):
            table.add_row(Text(visible(name)), shown)
    _print(table, _console(file), file)


def _parts(records: Iterable[Record]) -> Iterable[list[Record]]:
    """The records in chunks; one empty chunk if there are no records."""
    rest = iter(records)
    yield list(islice(rest, MAX_ROWS))
    while part := list(islice(rest, MAX_ROWS)):
        yield part


def _how_many_fit(columns: Sequence[Column], room: int) -> int:
    has_optional = any(each.name in OPTIONAL for each in columns)
    needed = _widths(columns, LEAST_TEXT)
    if not needed or needed[-1] - GAP <= room:
        return len(columns)
    if not has_optional:
        needed = _widths(columns, MIN_TEXT)
    return max(1, bisect(needed, room - len("…")))


def _widths(columns: Sequence[Column], least: int) -> list[int]:
    """The widths of the first column, the first two and so on, given the length of a text."""
    return list(accumulate(column.min_width(least) + GAP for column in columns))


def _table(columns: Sequence[Column], *, more: bool = False) -> Table:
    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, GAP - 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        header_style="bold",
    )
    for column in columns:
        table.add_column(
            column.head,
            justify="right" if column.is_number else "left",
            no_wrap=column.no_truncate,  # the others shrink first
        )
    if more:
        table.add_column("…")
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*cells)
    return table


def _single_line(shown: Text) -> Text:
    """The text on one line, truncated with an ellipsis."""
    line = shown.copy()
    line.truncate(MAX_CELL, overflow="ellipsis")
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _console(file: TextIO) -> Console:
    width = None if file.isatty() else UNCUT
    return Console(file=file, width=width, highlight=False, markup=False, emoji=False)


def _print(table: Table, console: Console, file: TextIO) -> None:
    # Written here: rich would exit the program on a broken pipe.
    with console.capture() as captured:
        console.print(table)
    file.write(captured.get())
