"""Runs a program for a message, which it gets as JSON on its standard input."""

import json
import shlex
import shutil
import subprocess

from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.model import Record
from smsgw_cli.process_group import end

TIMEOUT = 60.0  # seconds for one message
PATIENCE = 5.0  # seconds for a program to end after SIGTERM


class Program:
    """A program with its arguments, written as a shell does, but run without one.

    What it prints goes where ours goes. Raises Usage if it cannot be read or found.
    """

    def __init__(self, line: str, *, timeout: float = TIMEOUT) -> None:
        try:
            self._words = shlex.split(line)
        except ValueError as error:
            raise Usage(f"cannot read the command {line!r}: {error}") from error
        if not self._words:
            raise Usage("--exec is empty", hint="use --exec 'COMMAND ARGUMENT…'")
        if shutil.which(self._words[0]) is None:
            raise Usage(
                f"command {self._words[0]!r} not found, or it cannot be run",
                hint="it runs without a shell; for pipes use --exec \"sh -c '…'\"",
            )
        self._timeout = timeout

    def run(self, record: Record) -> str | None:
        """Run it for a message; returns why it failed, None if it ended with exit code 0.

        Raises SmsgwError if it cannot be started.
        """
        try:
            process = subprocess.Popen(  # noqa: S603  # the user's own command
                self._words, stdin=subprocess.PIPE, process_group=0
            )
        except OSError as error:
            raise SmsgwError(f"cannot run {self._words[0]!r}: {error.strerror or error}") from error
        try:
            process.communicate(_line(record), self._timeout)
        except subprocess.TimeoutExpired:
            return f"not finished after {self._timeout:g} s"
        finally:
            end(process, patience=PATIENCE)
        return _failure(process.returncode)


def _line(record: Record) -> bytes:
    """The message as one line of JSON."""
    try:
        return f"{json.dumps(record, ensure_ascii=False)}\n".encode()
    except UnicodeEncodeError:  # half a character
        return f"{json.dumps(record)}\n".encode()


def _failure(code: int) -> str | None:
    if code < 0:
        return f"killed by signal {-code}"
    return f"exit code {code}" if code else None
