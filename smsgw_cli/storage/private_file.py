"""Files and folders that only their owner can read, whatever the umask."""

import os
import sys
from contextlib import suppress
from pathlib import Path

OWNER_ALONE = 0o600


def make_folder(folder: Path) -> None:
    """Create a folder and its missing parents with mode 0700. Raises OSError."""
    # mkdir(parents=True) would apply the mode to the last folder only.
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        give_to_owner(folder)


def make_private(path: Path) -> None:
    """Create an empty file with mode 0600, and its folder, unless it exists. Raises OSError."""
    make_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ALONE))
    give_to_owner(path)


def give_to_owner(path: Path, other: Path | None = None) -> None:
    """Give what root has created to the owner of another file, or of its folder.

    With sudo and the home folder of a user, their next command could not use it otherwise.
    """
    if sys.platform != "win32" and os.geteuid() == 0:
        owner = (other or path.parent).stat()
        with suppress(OSError):  # a file system without owners
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
