"""A file that is there whole or not at all: written beside its name, then renamed to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

AS_UMASK_SAYS = 0o666


@contextmanager
def atomic_write(path: Path, mode: int = AS_UMASK_SAYS) -> Iterator[BinaryIO]:
    """A file that replaces `path`, durably, when the block succeeds.

    Whoever reads meanwhile, or after a crash, finds what stood there before, never a half.
    `mode` is that of a new file, less the user's umask. Raises OSError.
    """
    temporary = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
