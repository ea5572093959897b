"""A progress bar on a terminal's stderr."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Column

from smsgw_cli.output.cells import visible
from smsgw_cli.output.progress import Rate, Show


def _untruncated(width: int) -> Column:
    """A column of at least this many characters."""
    return Column(no_wrap=True, min_width=width)


@contextmanager
def bar(title: str) -> Iterator[Show]:
    """Show a progress bar for the block; yields the function to report progress to."""
    detail_column = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    progress = Progress(
        TextColumn("{task.description}", markup=False, table_column=_untruncated(8)),
        BarColumn(bar_width=20, table_column=_untruncated(10)),
        MofNCompleteColumn(table_column=_untruncated(9)),
        # If the line is too long, the words are truncated, not the numbers.
        TextColumn("{task.fields[detail]}", markup=False, table_column=detail_column),
        TextColumn("{task.fields[rate]}", style="dim", table_column=_untruncated(6)),
        TimeRemainingColumn(compact=True, table_column=_untruncated(5)),
        console=Console(stderr=True),
        expand=True,
        # Data redirected to a file must not be printed above the bar.
        redirect_stdout=sys.stdout.isatty(),
    )
    task = progress.add_task(visible(title), total=None, detail="", rate="")
    speed = Rate()

    def show(done: int, total: int, detail: str) -> None:
        pace = speed.of(done, time.monotonic())
        rate = f"{pace:.1f}/s" if pace else ""
        progress.update(task, completed=done, total=total, detail=visible(detail), rate=rate)

    with progress:
        yield show
