"""Locks between processes, released by the kernel when their process ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from smsgw_cli.storage.private_file import OWNER_ALONE, give_to_owner, make_folder

POLL = 0.2  # seconds between attempts to take a lock


class Busy(Exception):  # not an error, so without the suffix
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
    """Hold the lock of a file for the block; `is_removed` deletes the file afterwards.

    After `timeout` seconds, `on_wait` is called and the wait goes on without a limit; without
    `on_wait`, raises Busy. If the file cannot be created or locked, raises the result of `failed`.
    """
    lock = FileLock(path, mode=OWNER_ALONE)
    try:
        make_folder(path.parent)
        _acquire(lock, timeout, on_wait)
        give_to_owner(path)
    except OSError as error:
        raise failed(error) from error
    try:
        yield
    finally:
        if is_removed:
            # While the lock is held: a waiting process then creates a new file.
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
