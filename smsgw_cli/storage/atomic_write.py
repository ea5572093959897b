"""Writes a file atomically: to a temporary file in the same folder, which is then renamed."""

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from smsgw_cli.storage.private_file import give_to_owner

DEFAULT_MODE = 0o666  # minus the umask


@contextmanager
def atomic_write(path: Path, mode: int = DEFAULT_MODE) -> Iterator[BinaryIO]:
    """A file that replaces `path`, durably, when the block succeeds.

    Until then, and after a crash, readers see the old content, never a partial file, unless the
    file is a mount point. `mode` is for the new file, minus the umask. Raises OSError, also for
    what is no regular file, as root would replace /dev/null.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file", str(path))
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


@contextmanager
def atomic_text(
    path: Path, mode: int = DEFAULT_MODE, encoding: str = "utf-8", errors: str = "strict"
) -> Iterator[TextIO]:
    """The same for text, whose line breaks stay as they are written."""
    with atomic_write(path, mode) as file:
        text = io.TextIOWrapper(file, encoding, errors=errors, newline="")
        yield text
        text.flush()
        text.detach()  # it is closed by `atomic_write`


def _replace(path: Path, temporary: Path) -> None:
    try:
        temporary.replace(path)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        # Mounted by itself, as into a container, so it can only be overwritten.
        path.write_bytes(temporary.read_bytes())
        temporary.unlink()
