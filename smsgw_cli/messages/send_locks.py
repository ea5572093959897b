"""Locks of sends in progress, released by the kernel when the process ends."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from smsgw_cli.messages.ledger_schema import KIND
from smsgw_cli.storage.locks import Busy, locked


def of_key(key: str) -> str:
    """The lock of all sends with a key: only one can be in progress."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


class SendLocks:
    """The locks of a ledger."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger

    def held(
        self, claim: str, waits: Callable[[], None] | None = None
    ) -> AbstractContextManager[None]:
        """Hold a claim while the block lasts; `waits` is called where that takes waiting.

        Raises Busy if another process holds it and there is no `waits`, SmsgwError if there can
        be no such lock.
        """
        failed = partial(KIND.unusable, self._ledger)
        return locked(self._path(claim), failed, on_wait=waits, is_removed=True)

    def is_held(self, claim: str) -> bool:
        """Whether a running process holds it."""
        if not self._path(claim).exists():
            return False
        try:
            with self.held(claim):
                return False
        except Busy:
            return True

    def _path(self, claim: str) -> Path:
        return self._ledger.with_name(f"{self._ledger.stem}-{claim}.lock")
