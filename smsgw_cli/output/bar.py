"""A progress bar on a terminal's stderr, gone at the end."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleDimensions
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column

from smsgw_cli.output.cells import visible
from smsgw_cli.output.printer import print_note
from smsgw_cli.output.progress import Rate, Show, line_of, pace_of


class _Console(Console):
    """Leaves room for the ^C that a terminal echoes: on the next line, it hid the bar from what
    erases it."""

    @property  # type: ignore[misc]  # nobody sets it
    def size(self) -> ConsoleDimensions:
        width, height = super().size
        return ConsoleDimensions(max(1, width - len("^C")), height)


def _untruncated(width: int) -> Column:
    """A column of at least this many characters."""
    return Column(no_wrap=True, min_width=width)


@contextmanager
def bar(title: str, *, is_result: bool = False) -> Iterator[Show]:
    """Show a progress bar for the block; yields the function to report progress to.

    The last state stays as a line if it `is_result`: nothing else tells it.
    """
    progress, rate, last = _progress(), Rate(), ""
    task = progress.add_task(visible(title), total=None, detail="", pace="")

    def show(done: int, total: int, detail: str) -> None:
        nonlocal last
        last = line_of(title, done, total, detail)
        pace = pace_of(rate.of(done, time.monotonic()), total - done)
        progress.update(task, completed=done, total=total, detail=visible(detail), pace=pace)

    try:
        with progress:
            yield show
    finally:
        if is_result and last:
            print_note(last)


def _progress() -> Progress:
    detail_column = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    return Progress(
        TextColumn("{task.description}", markup=False, table_column=_untruncated(8)),
        # The default colours are not ANSI's, and hard to see on a dark or a light background.
        BarColumn(20, "dim", "cyan", "cyan", "cyan", _untruncated(10)),
        MofNCompleteColumn(table_column=_untruncated(9)),
        # If the line is too long, the words are truncated, not the numbers.
        TextColumn("{task.fields[detail]}", markup=False, table_column=detail_column),
        TextColumn("{task.fields[pace]}", style="dim", table_column=_untruncated(0)),
        console=_Console(stderr=True),
        expand=True,
        transient=True,
        # Data redirected to a file must not be printed above the bar.
        redirect_stdout=sys.stdout.isatty(),
    )
