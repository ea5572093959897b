"""The process's own stdin, stdout and stderr, opened so that a failed write is reported once.

Python itself keeps what it could not write, tries again at exit, and ends with code 120. It is
imported by `--version` too, so it imports nothing that takes time.
"""

import io
import os
import select
import sys

TYPE_CHECKING = False  # typing takes long to import
if TYPE_CHECKING:
    from typing import Any, TextIO


class WriteFailed(Exception):
    """Standard output takes no more data: a full disk, or it is closed."""


class ReaderGone(WriteFailed):
    """Nobody reads the pipe behind standard output any more."""


class _Stream(io.RawIOBase):
    """A raw stream that writes all it is given, to a pipe that does not block too."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw
        self._interrupted = 0  # bytes that the buffer will offer once more

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()

    def _written(self, data: memoryview) -> int:
        """Bytes written. A write that Ctrl-C interrupts may have been done: it is not repeated."""
        if self._interrupted:
            skipped, self._interrupted = min(self._interrupted, len(data)), 0
            return skipped
        try:
            while (count := self._raw.write(data)) is None:
                select.select([], [self.fileno()], [])
        except KeyboardInterrupt:
            self._interrupted = len(data)
            raise
        return count


class Data(_Stream):
    """Standard output: a failure is raised once, and what comes after it is dropped."""

    failed = False

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        if self.failed:
            return len(data)
        try:
            return self._written(data)
        except OSError as error:
            self.failed = True
            kind = ReaderGone if isinstance(error, BrokenPipeError) else WriteFailed
            raise kind(error.strerror or str(error)) from error


class Notes(_Stream):
    """Standard error: what cannot be written is dropped, because work must not stop for a note."""

    def write(self, data: memoryview) -> int:  # type: ignore[override]
        try:
            return self._written(data)
        except OSError:
            return len(data)


def open_all() -> None:
    """Replace the three streams of this process; one that was closed is opened first.

    A closed stdin reads as empty, data for a closed stdout cannot be written, and notes for a
    closed stderr are dropped. Opening them also keeps their numbers from other files.
    """
    if sys.stdin is None:
        sys.stdin = open(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stdout = _text(Data(_raw(sys.stdout)), line_by_line=False)
    sys.stderr = _text(Notes(_raw(sys.stderr)), line_by_line=True)


def _raw(stream: "TextIO | None") -> "Any":
    """What a text stream writes to; a null device that cannot be written to if it is closed."""
    if stream is None:
        return io.FileIO(os.open(os.devnull, os.O_RDONLY), "wb")
    buffer = stream.buffer
    return getattr(buffer, "raw", buffer)  # without PYTHONUNBUFFERED there is a buffer between


def _text(raw: _Stream, *, line_by_line: bool) -> io.TextIOWrapper:
    """Cron's C locale must not turn a customer's name into an error: always UTF-8."""
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=line_by_line or raw.isatty(),
    )
