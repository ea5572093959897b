"""Where we keep what we know between commands, readable by its owner alone."""

import os
from pathlib import Path

import platformdirs


def state_folder() -> Path:
    """The platform's folder for state: records of sends and imports, the sandbox's database."""
    return platformdirs.user_state_path("smsgw", appauthor=False)


def make_private(path: Path) -> None:
    """Make a file, 0600 in a folder 0700, where there is none yet. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
