"""Who is sending: a lock for each send under way, which the kernel frees when its process ends."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from smsgw_cli.messages.ledger import unusable

POLL = 0.2  # seconds between looks at a lock that another process holds


def of_key(key: str) -> str:
    """The claim of all sends with a key: only one of them may be under way."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


class SendLocks:
    """The claims beside a ledger."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger

    @contextmanager
    def held(self, claim: str, waits: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold a claim while the block lasts; `waits` is called where that takes waiting.

        Raises Timeout if somebody holds it and there is no `waits`, SmsgwError if there can be
        no such lock.
        """
        path = self._path(claim)
        lock = FileLock(path, mode=0o600)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if waits is None:
                    raise
                waits()
                lock.acquire(poll_interval=POLL)
        except Timeout:
            raise
        except OSError as error:
            raise unusable(self._ledger, error) from error
        try:
            yield
        finally:
            # While it is held: whoever waits for a file that is gone makes a new one.
            with suppress(OSError):
                path.unlink()
            lock.release()

    def is_held(self, claim: str) -> bool:
        """Whether somebody alive holds it."""
        if not self._path(claim).exists():
            return False
        try:
            with self.held(claim):
                return False
        except Timeout:
            return True

    def _path(self, claim: str) -> Path:
        return self._ledger.with_name(f"{self._ledger.stem}-{claim}.lock")
