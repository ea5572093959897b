"""Progress on stderr: as occasional lines, as JSON, or not at all; bar.py has the bar."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from smsgw_cli.output.json import encoded
from smsgw_cli.output.printer import print_note

SECONDS_BETWEEN_LINES = 5.0
SECONDS_BETWEEN_OBJECTS = 1.0
LEAST_SECONDS = 2.0  # for which a rate must have been measured, to be one


class Show(Protocol):
    """Reports the number of items done, the total, and details as text."""

    def __call__(self, done: int, total: int, detail: str) -> None: ...


class Rate:
    """The rate per second, measured since the first observation."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def of(self, done: int, now: float) -> float | None:
        """The rate per second, with `now` in seconds; None before it can be told."""
        if self._first is None:
            self._first = done, now
        first_done, since = self._first
        is_measured = done > first_done and now - since >= LEAST_SECONDS
        return (done - first_done) / (now - since) if is_measured else None


class Limiter:
    """Passes changes, at most once per interval (seconds), and always the end."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due = 0.0
        self._last: object = None

    def passes(self, state: object, now: float, *, is_end: bool) -> bool:
        if state == self._last or (now < self._due and not is_end):
            return False
        self._last, self._due = state, now + self._seconds
        return True


@contextmanager
def silence() -> Iterator[Show]:
    """Report nothing."""
    yield lambda done, total, detail: None


@contextmanager
def lines(title: str) -> Iterator[Show]:
    """Print a line for changes, at most every SECONDS_BETWEEN_LINES: for logs."""
    limiter, rate = Limiter(SECONDS_BETWEEN_LINES), Rate()

    def show(done: int, total: int, detail: str) -> None:
        now, line = monotonic(), line_of(title, done, total, detail)
        speed = rate.of(done, now)
        if limiter.passes(line, now, is_end=done == total):
            pace = pace_of(speed, total - done)
            print_note(f"{line}, {pace}" if pace else line)

    yield show


@contextmanager
def objects(title: str) -> Iterator[Show]:
    """Print `{"progress": {…}}` for changes, at most every SECONDS_BETWEEN_OBJECTS: for programs.

    Its keys are `title`, `done`, `total` and `detail`, a text for people.
    """
    limiter = Limiter(SECONDS_BETWEEN_OBJECTS)

    def show(done: int, total: int, detail: str) -> None:
        state = {"title": title, "done": done, "total": total, "detail": detail}
        if limiter.passes(state, monotonic(), is_end=done == total):
            print_note(encoded({"progress": state}, indent=None))

    yield show


def line_of(title: str, done: int, total: int, detail: str) -> str:
    """`import: 3 of 7, 3 created`."""
    return f"{title}: {done} of {total}" + (f", {detail}" if detail else "")


def pace_of(speed: float | None, left: int) -> str:
    """`2.5/s, 40 s left`; empty without a rate, and at the end."""
    return f"{speed:.1f}/s, {_span(left / speed)} left" if speed and left > 0 else ""


def _span(seconds: float) -> str:
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
