"""Progress on stderr: a line now and then, nothing with -q, a bar (output/bar.py) on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic as now
from typing import Protocol

from smsgw_cli.output.printer import say

SECONDS_BETWEEN_LINES = 5.0


class Show(Protocol):
    """Takes how much is done, of how much, and what else is worth a glance."""

    def __call__(self, done: int, total: int, detail: str) -> None: ...


@contextmanager
def silence() -> Iterator[Show]:
    yield lambda done, total, detail: None


@contextmanager
def lines(title: str) -> Iterator[Show]:
    """A line when something has changed, and not too often: for logs."""
    shown, due = "", 0.0

    def show(done: int, total: int, detail: str) -> None:
        nonlocal shown, due
        line = f"{title}: {done} of {total}" + (f", {detail}" if detail else "")
        moment = now()
        if line != shown and (moment >= due or done == total):
            say(line)
            shown, due = line, moment + SECONDS_BETWEEN_LINES

    yield show
