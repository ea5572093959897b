"""Locks between processes, which the kernel frees when the process that holds one ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from smsgw_cli.storage.private_file import OWNER_ALONE, make_folder

POLL = 0.2  # seconds between attempts to take a lock


class Busy(Exception):  # nothing failed
    """Another process holds the lock."""


@contextmanager
def locked(
    path: Path,
    failed: Callable[[OSError], Exception],
    *,
    timeout: float = 0.0,
    on_wait: Callable[[], None] | None = None,
    is_removed: bool = False,
) -> Iterator[None]:
    """Hold the lock in a file for the block; the file is removed then if `is_removed`.

    After `timeout` seconds `on_wait` is called, and waited for ever; without it Busy is raised.
    If the file cannot be made or locked, what `failed` makes of that is raised.
    """
    lock = FileLock(path, mode=OWNER_ALONE)
    try:
        make_folder(path.parent)
        _acquire(lock, timeout, on_wait)
    except OSError as error:
        raise failed(error) from error
    try:
        yield
    finally:
        if is_removed:
            # While it is held: who waits for a file that is gone makes a new one.
            with suppress(OSError):
                path.unlink()
        lock.release()


def _acquire(lock: FileLock, timeout: float, on_wait: Callable[[], None] | None) -> None:
    try:
        lock.acquire(timeout=timeout)
    except Timeout:
        if on_wait is None:
            raise Busy from None
        on_wait()
        lock.acquire(poll_interval=POLL)
