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


class Rate:
    """The rate per second, measured since the first observation."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def of(self, done: int, moment: float) -> float | None:
        """Per second; None as long as nothing was done before our eyes."""
        if self._first is None:
            self._first = done, moment
        begun, since = self._first
        return (done - begun) / max(moment - since, 0.001) if done > begun else None


@contextmanager
def silence() -> Iterator[Show]:
    yield lambda done, total, detail: None


@contextmanager
def lines(title: str) -> Iterator[Show]:
    """A line when something has changed, and not too often: for logs."""
    shown, due, rate = "", 0.0, Rate()

    def show(done: int, total: int, detail: str) -> None:
        nonlocal shown, due
        line = f"{title}: {done} of {total}" + (f", {detail}" if detail else "")
        moment = now()
        speed = rate.of(done, moment)
        if line != shown and (moment >= due or done == total):
            say(line + _pace(speed, total - done))
            shown, due = line, moment + SECONDS_BETWEEN_LINES

    yield show


def _pace(speed: float | None, left: int) -> str:
    """`, 2.5/s, 40 s left` while something is left and something is being done."""
    return f", {speed:.1f}/s, {_span(left / speed)} left" if speed and left > 0 else ""


def _span(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
