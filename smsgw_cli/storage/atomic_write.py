"""Writes a file atomically: to a temporary file in the same folder, which is then renamed."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from smsgw_cli.storage.private_file import give_to_owner

DEFAULT_MODE = 0o666  # minus the umask


@contextmanager
def atomic_write(path: Path, mode: int = DEFAULT_MODE) -> Iterator[BinaryIO]:
    """A file that replaces `path`, durably, when the block succeeds.

    Until then, and after a crash, readers see the old content, never a partial file, unless the
    file is a mount point. `mode` is for the new file, minus the umask. Raises OSError.
    """
    temporary = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        give_to_owner(temporary, path if path.exists() else None)
        _replace(path, temporary)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _replace(path: Path, temporary: Path) -> None:
    try:
        temporary.replace(path)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        # Mounted by itself, as into a container, so it can only be overwritten.
        path.write_bytes(temporary.read_bytes())
        temporary.unlink()
