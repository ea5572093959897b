"""Files that only their owner can read."""

import os
from pathlib import Path


def make_private(path: Path) -> None:
    """Make a file, 0600 in a folder 0700, where there is none yet. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
