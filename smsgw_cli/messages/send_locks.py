"""Locks of sends in progress, released by the kernel when the process ends."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from smsgw_cli.messages.ledger_schema import KIND
from smsgw_cli.storage.locks import Busy, locked


def of_key(key: str) -> str:
    """The name of the lock of a key: only one send with it can be in progress."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


class SendLocks:
    """The locks of a ledger."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger

    def held(
        self, lock: str, on_wait: Callable[[], None] | None = None
    ) -> AbstractContextManager[None]:
        """Hold a lock; `on_wait` is called before waiting for another process.

        Raises Busy instead of waiting if there is no `on_wait`, and SmsgwError if the lock file
        cannot be used.
        """
        failed = partial(KIND.unusable, self._ledger)
        return locked(self._path(lock), failed, on_wait=on_wait, is_removed=True)

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
