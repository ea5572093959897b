"""Hands each new message to a program at least once, and sets aside those that it fails on."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from smsgw_cli.campaigns.cursor import Cursor
from smsgw_cli.campaigns.program import Program
from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import Record
from smsgw_cli.storage.private_file import make_private

TRIES = 3
PAUSE = 1.0  # seconds until the next try


class Handler:
    """Runs a program for messages; `failed` is how many it failed on.

    A message that it fails on TRIES times is appended to the file `aside`, so that one message does
    not stop those behind it. The tries are counted in the cursor, as a job may be killed between.
    """

    def __init__(
        self,
        program: Program,
        cursor: Cursor,
        aside: Path,
        warn: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.failed = 0
        self.aside = aside
        self._program = program
        self._cursor = cursor
        self._warn = warn
        self._sleep = sleep

    def handle(self, record: Record) -> None:
        """Run the program for a message until it succeeds, or else set the message aside.

        Raises SmsgwError if it cannot be run, or the message cannot be set aside.
        """
        reason = "interrupted"
        for tried in range(self._tries(record), TRIES):
            failure = self._program.run(record)
            if failure is None:
                return
            reason = failure
            self._cursor.note(failing=f"{record['id']} {tried + 1}")
            if tried + 1 < TRIES:
                self._sleep(PAUSE)
        self._set_aside(record, reason)

    def _tries(self, record: Record) -> int:
        """How often it failed on this message in an earlier run."""
        identity, _, tries = (self._cursor.metadata("failing") or "").partition(" ")
        return int(tries) if identity == str(record["id"]) else 0

    def _set_aside(self, record: Record, reason: str) -> None:
        try:
            make_private(self.aside)
            with self.aside.open("ab") as file:
                file.write(f"{json.dumps(record)}\n".encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise SmsgwError(f"cannot write {self.aside}: {error.strerror or error}") from error
        self.failed += 1
        self._warn(
            f"warning: the command failed {TRIES} times on message {record['id']} ({reason}), "
            f"which is now in {self.aside}"
        )
