"""Locks between processes, released by the kernel when their process ends."""

import os
import time
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
    on_wait: Callable[[str], None] | None = None,
    patience: float | None = None,
    is_removed: bool = False,
) -> Iterator[None]:
    """Hold the lock of a file for the block; `is_removed` deletes the file afterwards.

    After `timeout` seconds, `on_wait` is called with a description of the holder, and the wait
    goes on for `patience` seconds (None: without a limit). Then, or without `on_wait`, raises Busy.
    If the file cannot be created or locked, raises the result of `failed`.
    """
    lock = FileLock(path, mode=OWNER_ALONE)
    try:
        make_folder(path.parent)
        _acquire(lock, path, timeout, on_wait, patience)
        give_to_owner(path)
    except OSError as error:
        raise failed(error) from error
    with suppress(OSError):  # only to be shown to those who wait
        path.write_text(str(os.getpid()))
    try:
        yield
    finally:
        if is_removed:
            # While the lock is held: a waiting process then creates a new file.
            with suppress(OSError):
                path.unlink()
        lock.release()


def holder(path: Path) -> str:
    """The process that holds a lock, and since when: `another process (pid 7, for 12 s)`."""
    try:
        pid, seconds = path.read_text(), time.time() - path.stat().st_mtime
    except (OSError, ValueError):
        pid, seconds = "", 0.0
    about = f" (pid {pid}, for {max(0.0, seconds):.0f} s)" if pid else ""
    return f"another process{about}"


def _acquire(
    lock: FileLock,
    path: Path,
    timeout: float,
    on_wait: Callable[[str], None] | None,
    patience: float | None,
) -> None:
    try:
        lock.acquire(timeout=timeout)
    except Timeout:
        if on_wait is None:
            raise Busy from None
        on_wait(holder(path))
        try:
            lock.acquire(timeout=-1 if patience is None else patience, poll_interval=POLL)
        except Timeout:
            raise Busy from None
