"""Files and folders that only their owner can read, whatever the umask."""

import os
from pathlib import Path

OWNER_ALONE = 0o600


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, with mode 0700. Raises OSError."""
    # Not mkdir(parents=True): that one gives the mode to the last folder alone.
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def make_private(path: Path) -> None:
    """Make an empty file with mode 0600 if there is none yet, and its folder. Raises OSError."""
    make_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ALONE))
