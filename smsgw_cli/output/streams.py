"""The process's own stdin, stdout and stderr, opened so that a failed write is reported once.

Python itself keeps unwritten data, retries at exit, and ends with code 120. This module is
imported by `--version` too, so it must not import slow modules.
"""

import io
import os
import select
import sys

TYPE_CHECKING = False  # typing is slow to import
if TYPE_CHECKING:
    from typing import Any, TextIO


BUFFER = 1 << 16  # a page of messages; other threads may go on during each write


class WriteFailed(Exception):
    """Standard output cannot be written: the disk is full, or it is closed."""


class ReaderGone(WriteFailed):
    """The reader of standard output has closed the pipe."""


class _Stream(io.RawIOBase):
    """A raw stream that writes all data, even to a non-blocking pipe."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw
        self._interrupted = 0  # bytes that the buffer will write again

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()

    def _written(self, data: memoryview) -> int:
        """The bytes written. An interrupted write may have been done, so it is not repeated."""
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
    """Standard output: the first failure is raised, and later data is dropped."""

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
    """Standard error: failures are ignored, because a lost note must not stop the work."""

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
    elif isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors=sys.stdin.errors)  # of a pipe on Windows
    sys.stdout = _text(Data(_raw(sys.stdout)), line_by_line=False)
    sys.stderr = _text(Notes(_raw(sys.stderr)), line_by_line=True)


def _raw(stream: "TextIO | None") -> "Any":
    """The raw stream of a text stream; for a closed one, a null device opened for reading."""
    if stream is None:
        return io.FileIO(os.open(os.devnull, os.O_RDONLY), "wb")
    buffer = stream.buffer
    return getattr(buffer, "raw", buffer)  # without PYTHONUNBUFFERED there is a buffer between


def _text(raw: _Stream, *, line_by_line: bool) -> io.TextIOWrapper:
    """A text stream, always in UTF-8: names with accents must not fail in cron's C locale."""
    return io.TextIOWrapper(
        io.BufferedWriter(raw, BUFFER),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=line_by_line or raw.isatty(),
    )
