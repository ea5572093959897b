"""Locks of sends in progress, released by the kernel when the process ends."""

import hashlib
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

from smsgw_cli.errors import Usage
from smsgw_cli.messages.ledger_schema import KIND
from smsgw_cli.storage.locks import Busy, holder, locked

PATIENCE = 60.0  # seconds; a command that hangs must not make each later one of cron hang too


def of_key(key: str) -> str:
    """The name of the lock of a key: only one send with it can be in progress."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def mailing_is_running() -> Usage:
    """The error for a mailing that another process carries out."""
    return Usage(
        "this mailing is already running in another process",
        hint="wait for it or stop it, then resume with the same command",
    )


class SendLocks:
    """The locks of a ledger."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger

    def held(
        self, lock: str, on_wait: Callable[[str], None] | None = None
    ) -> AbstractContextManager[None]:
        """Hold a lock; `on_wait` is called with its holder before waiting for that.

        Raises Busy instead of waiting if there is no `on_wait`, or after PATIENCE where nobody
        sees the wait, and SmsgwError if the lock file cannot be used.
        """
        failed = partial(KIND.unusable, self._ledger)
        patience = None if sys.stderr.isatty() else PATIENCE
        path = self._path(lock)
        return locked(path, failed, on_wait=on_wait, patience=patience, is_removed=True)

    def hold_mailing(self, stack: ExitStack, lock: str) -> None:
        """Hold the lock of a mailing with a stack. Raises Usage if another process does."""
        try:
            stack.enter_context(self.held(lock))
        except Busy:
            raise mailing_is_running() from None

    def holder(self, lock: str) -> str:
        """The process that holds it; see `locks.holder`."""
        return holder(self._path(lock))

    def is_held(self, lock: str) -> bool:
        """Whether a running process holds it."""
        if not self._path(lock).exists():
            return False
        try:
            with self.held(lock):
                return False
        except Busy:
            return True

    def _path(self, lock: str) -> Path:
        return self._ledger.with_name(f"{self._ledger.stem}-{lock}.lock")
