"""Tables for people: aligned, cut to the terminal's width, times in the local zone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from smsgw_cli.output.cells import Record, lookup, text, visible

NOTHING = Text("–", style="dim")
LONGEST_CELL = 2_000  # more than any terminal shows; rich would measure all of it

STYLES = {
    "Delivered": "green",
    "Succeeded": "green",
    "Completed": "green",
    "Failed": "red",
    "Cancelled": "red",
    "Stalled": "yellow",
}


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    found = list(records)
    for column in columns:
        numbers = all(_is_number(lookup(each, column)) for each in found)
        table.add_column(
            column.upper().replace("_", " "),
            justify="right" if numbers and found else "left",
            no_wrap=True,
            overflow="ellipsis",
        )
    for each in found:
        table.add_row(*(cell(column, lookup(each, column)) for column in columns))
    _console(file).print(table)


def record(value: Record, columns: Sequence[str], file: TextIO) -> None:
    """One thing, a line a value, nothing cut off."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for column in columns:
        table.add_row(column, cell(column, lookup(value, column)))
    _console(file).print(table)


def cell(column: str, value: Any) -> Text:
    if value is None:
        return NOTHING
    if column.endswith("_at") and isinstance(value, str):
        return Text(visible(local_time(value)))
    shown = ", ".join(map(text, value)) if _is_plain_list(value) else text(value)
    return Text(visible(shown[:LONGEST_CELL]), style=STYLES.get(shown, ""))


def local_time(value: str) -> str:
    """An instant of the API (`2025-09-08T05:42:25.000000Z`) on the clock on the wall here."""
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    if instant.tzinfo is None:
        return value
    return instant.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_plain_list(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(each, dict | list) for each in value)


def _console(file: TextIO) -> Console:
    return Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=False)
