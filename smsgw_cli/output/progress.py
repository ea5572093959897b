"""Progress on stderr, as occasional lines or not at all; bar.py has the bar for terminals."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from smsgw_cli.output.printer import print_note

SECONDS_BETWEEN_LINES = 5.0


class Show(Protocol):
    """Reports the number of items done, the total, and details as text."""

    def __call__(self, done: int, total: int, detail: str) -> None: ...


class Rate:
    """The rate per second, measured since the first observation."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def of(self, done: int, now: float) -> float | None:
        """The rate per second, with `now` in seconds; None before there is any progress."""
        if self._first is None:
            self._first = done, now
        first_done, since = self._first
        return (done - first_done) / max(now - since, 0.001) if done > first_done else None


@contextmanager
def silence() -> Iterator[Show]:
    """Report nothing."""
    yield lambda done, total, detail: None


@contextmanager
def lines(title: str) -> Iterator[Show]:
    """Print a line for changes, at most every SECONDS_BETWEEN_LINES: for logs."""
    shown, due, rate = "", 0.0, Rate()

    def show(done: int, total: int, detail: str) -> None:
        nonlocal shown, due
        line = f"{title}: {done} of {total}" + (f", {detail}" if detail else "")
        time = monotonic()
        speed = rate.of(done, time)
        if line != shown and (time >= due or done == total):
            print_note(line + _pace(speed, total - done))
            shown, due = line, time + SECONDS_BETWEEN_LINES

    yield show


def _pace(speed: float | None, left: int) -> str:
    """`, 2.5/s, 40 s left`; empty without progress, and at the end."""
    return f", {speed:.1f}/s, {_span(left / speed)} left" if speed and left > 0 else ""


def _span(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
