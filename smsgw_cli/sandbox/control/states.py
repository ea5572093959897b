"""What each token sees: a state of its own, so that tests run side by side on one gateway."""

import secrets
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from smsgw_cli.sandbox import instants, runs
from smsgw_cli.sandbox.control.changes import Changes
from smsgw_cli.sandbox.control.request_log import RequestLog
from smsgw_cli.sandbox.live import Live
from smsgw_cli.sandbox.store import Store

MAX_TOKENS = 200
"""Most further tokens at a time: each holds a database open."""
MAX_SNAPSHOTS = 50


class State:
    """A store, the keys in use, the clock, the log of requests, and snapshots by id.

    `changes` tells of what this process does to the state, `replacements` counts `replaced`.
    """

    def __init__(self, store: Store, live: Live, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.live = live
        self.clock = clock
        self.log = RequestLog()
        self.changes = Changes()
        self.snapshots: dict[str, Path] = {}
        self._written = store.connection.total_changes
        self.replacements = 0

    def now(self) -> int:
        """Milliseconds since 1970 on the gateway's clock."""
        return instants.from_datetime(self.clock()) + self.live.clock

    def catch_up(self) -> int:
        """Take over what is set, and start the runs that are due; returns the time."""
        self.live.refresh()
        now = self.now()
        self.start_due(now)
        return now

    def start_due(self, now: int) -> None:
        """Start every run that is due."""
        runs.start_due(self.store, now, self.live.behaviour)

    def version(self) -> tuple[int, ...]:
        """Differs after anybody has written: another connection, or this one."""
        written = self.store.connection.total_changes
        return self.store.data_version(), written, self.replacements

    def tell(self) -> None:
        """Wake those who wait if this process has written."""
        with suppress(sqlite3.ProgrammingError):  # the state has ended
            written = self.store.connection.total_changes
            if written != self._written:
                self._written = written
                self.changes.tell()

    def replaced(self) -> None:
        """The whole state is another one now."""
        self.replacements += 1
        self.live.reload()
        self.changes.tell()

    def last_request(self) -> int:
        """Differs after a further request has been logged."""
        return self.log.count


class States:
    """The states by token: the main one, and those made while the gateway runs.

    The latter are in files in a folder for them, which `close` deletes.
    """

    def __init__(self, main: State, token: str, make: Callable[[Path], State]) -> None:
        self.main = main
        self.main_token = token
        self._make = make
        # Found by hash: how long that takes says nothing about the tokens that exist.
        self._states = {token: main}
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(self._states)

    def find(self, token: str) -> State | None:
        return self._states.get(token)

    def add(self) -> str:
        """A new token with a fresh state. Raises OverflowError if there are too many."""
        if len(self._states) > MAX_TOKENS:
            raise OverflowError(f"there are {MAX_TOKENS} tokens: end one with DELETE")
        token = secrets.token_urlsafe(30)
        self._states[token] = self._make(self.file("state"))
        return token

    def remove(self, token: str) -> None:
        """End a token that `add` has made. Raises ValueError for the main one."""
        if token == self.main_token:
            raise ValueError("the main token lives as long as the gateway")
        state = self._states.pop(token)
        state.changes.tell()
        state.store.close()
        for path in (state.store.path, *state.snapshots.values()):
            for suffix in ("", "-wal", "-shm"):
                with suppress(OSError):  # the folder is deleted in the end
                    path.with_name(path.name + suffix).unlink(missing_ok=True)

    def file(self, kind: str) -> Path:
        """A path for a new file that lives as long as the gateway."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(
                prefix="smsgw-sandbox-", ignore_cleanup_errors=True
            )
        return Path(self._folder.name) / f"{kind}-{secrets.token_hex(8)}.db"

    def close(self) -> None:
        """Close all stores and delete the files; may be called repeatedly."""
        for state in self._states.values():
            state.store.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
