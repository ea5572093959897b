"""Progress on stderr: a bar on a terminal, a line now and then elsewhere, nothing with -q."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from smsgw_cli.output.cells import visible
from smsgw_cli.output.printer import say

SECONDS_BETWEEN_LINES = 5.0


class Show(Protocol):
    """Takes how much is done, of how much, and what else is worth a glance."""

    def __call__(self, done: int, total: int, detail: str) -> None: ...


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Show]:
    """What to call as work goes on."""
    if quiet:
        yield _silent
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bar(title) as show:
            yield show
    else:
        yield _Lines(title)


def _silent(done: int, total: int, detail: str) -> None:
    pass


@contextmanager
def _bar(title: str) -> Iterator[Show]:
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[detail]}", markup=False),
        TextColumn("{task.fields[rate]}", style="dim"),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
    )
    task = bar.add_task(visible(title), total=None, detail="", rate="")
    started = time.monotonic()

    def show(done: int, total: int, detail: str) -> None:
        rate = f"{done / max(time.monotonic() - started, 0.001):.1f}/s"
        bar.update(task, completed=done, total=total, detail=visible(detail), rate=rate)

    with bar:
        yield show


class _Lines:
    """A line when something has changed, and not too often: for logs."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._next = 0.0
        self._last = ""

    def __call__(self, done: int, total: int, detail: str) -> None:
        line = f"{self._title}: {done} of {total}" + (f", {detail}" if detail else "")
        now = time.monotonic()
        if line != self._last and (now >= self._next or done == total):
            say(line)
            self._last, self._next = line, now + SECONDS_BETWEEN_LINES
