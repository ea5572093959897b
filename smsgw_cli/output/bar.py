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

from smsgw_cli.output.cells import visible
from smsgw_cli.output.progress import Show


@contextmanager
def bar(title: str) -> Iterator[Show]:
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[detail]}", markup=False),
        TextColumn("{task.fields[rate]}", style="dim"),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        # Data on its way into a file must not end up above the bar.
        redirect_stdout=sys.stdout.isatty(),
    )
    task = progress.add_task(visible(title), total=None, detail="", rate="")
    started = time.monotonic()

    def show(done: int, total: int, detail: str) -> None:
        rate = f"{done / max(time.monotonic() - started, 0.001):.1f}/s"
        progress.update(task, completed=done, total=total, detail=visible(detail), rate=rate)

    with progress:
        yield show
