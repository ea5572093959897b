"""A log that several processes append to, readable by the owner alone."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from smsgw_cli.errors import SmsgwError
from smsgw_cli.storage.private_file import make_private


class LogFile:
    """A file of lines, each with its time (ISO 8601, UTC). Raises SmsgwError if it is unusable.

    A log never changes what a command does: `warn` is told once if it cannot be written later.
    """

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._is_lost = False
        try:
            make_private(path)
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND)
        except OSError as error:
            raise SmsgwError(
                f"cannot write the log {path}: {error.strerror}",
                hint="change the setting log_file, or turn it off with --set log_file=",
            ) from error

    def write(self, text: str) -> None:
        """Append the lines of a text, in one piece."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        lines = (f"{now} {line}\n" for line in text.splitlines())
        try:
            os.write(self._file, "".join(lines).encode("utf-8", "backslashreplace"))
        except OSError as error:
            if not self._is_lost:
                self._warn(f"warning: cannot write the log: {error.strerror}")
            self._is_lost = True

    def close(self) -> None:
        os.close(self._file)
