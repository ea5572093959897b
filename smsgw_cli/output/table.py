"""Tables for people: aligned, escaped, and no wider than the terminal."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from shutil import get_terminal_size
from typing import TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smsgw_cli.output.cells import Record, lookup, visible
from smsgw_cli.output.columns import GAP, OPTIONAL, Column, how_many_fit, widths_in
from smsgw_cli.output.formats import View
from smsgw_cli.output.values import brief, is_time, parts, with_age

MAX_ROWS = 1_000  # rows; a longer list becomes several tables, to limit memory
UNCUT = 100_000  # characters; the width used for a file
WIDEST_KEY = 24  # characters of the names of values that no terminal is too narrow for
_TRAILING = re.compile(r" +(\x1b\[0m)?$", re.MULTILINE)


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO, view: View) -> None:
    """A list. Columns that do not fit are dropped from the end, replaced by `…`, and named."""
    console = _console(file)
    dropped: dict[str, None] = {}
    shortened: dict[str, None] = {}
    for part in _parts(records):
        names = [name for name in columns if name not in OPTIONAL or _has_any(name, part)]
        all_columns = _columns(names, part, _clock(file, view), console.width)
        fitting = how_many_fit(all_columns, console.width)
        dropped |= dict.fromkeys(names[fitting:])
        more = fitting < len(all_columns)
        shortened |= _show(all_columns[:fitting], console, file, more=more)
    _tell(dropped, shortened, view)


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
    """A list with exactly these columns, wider than the terminal if they must be."""
    console = _console(file)
    shortened: dict[str, None] = {}
    for part in _parts(records):
        selected = _columns(columns, part, _clock(file, view), console.width)
        shortened |= _show(selected, console, file)
    _tell((), shortened, view)


def record(value: Record, columns: Sequence[str], file: TextIO, view: View) -> None:
    """One record, one line per value, nothing truncated."""
    console = _console(file)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", overflow="fold", max_width=max(WIDEST_KEY, console.width // 2))
    table.add_column(overflow="fold")
    now = _clock(file, view)
    for column in columns:
        for name, shown in parts(column, lookup(value, column), now):
            table.add_row(Text(visible(name)), shown)
    _print(table, console, file)


def _parts(records: Iterable[Record]) -> Iterable[list[Record]]:
    """The records in chunks; one empty chunk if there are no records."""
    rest = iter(records)
    yield list(islice(rest, MAX_ROWS))
    while part := list(islice(rest, MAX_ROWS)):
        yield part


def _show(
    columns: Sequence[Column], console: Console, file: TextIO, *, more: bool = False
) -> dict[str, None]:
    """Print a table; returns the names of the columns with shortened texts."""
    room = console.width - (GAP + len("…") if more else 0)
    widths = widths_in(columns, room)
    wide = _console(file, sum(widths) + GAP * len(widths))
    _print(_table(columns, widths, more=more), wide, file)
    pairs = zip(columns, widths, strict=True)
    return {each.name: None for each, width in pairs if each.width > width and not each.is_wrapped}


def _tell(dropped: Iterable[str], shortened: Iterable[str], view: View) -> None:
    """Name what a table does not show, and how to see it."""
    told = [f"shortened: {', '.join(shortened)}"] if shortened else []
    told += [f"no room for {', '.join(dropped)}"] if dropped else []
    if told:
        view.note("; ".join([*told, "select columns with -c, or use -o json"]))


def _table(columns: Sequence[Column], widths: Sequence[int], *, more: bool) -> Table:
    table = Table(
        box=SIMPLE_HEAD,
        padding=(0, GAP - 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        header_style="bold",
    )
    for column, width in zip(columns, widths, strict=True):
        table.add_column(
            column.head,
            justify="right" if column.is_number else "left",
            width=width,
            no_wrap=not column.is_wrapped,
            overflow="fold",
        )
    if more:
        table.add_column("…")
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*cells)
    return table


def _console(file: TextIO, least: int = 0) -> Console:
    """A console as wide as the terminal, but not below `least`; rich takes 80 for a dumb one."""
    width = get_terminal_size().columns if file.isatty() else UNCUT
    return Console(
        file=file,
        width=max(width, least),
        height=MAX_ROWS,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _print(table: Table, console: Console, file: TextIO) -> None:
    # Written here: rich would exit the program on a broken pipe.
    with console.capture() as captured:
        console.print(table)
    file.write(_TRAILING.sub(r"\1", captured.get()))
