"""SQLite files of ours: readable by their owner alone, what is committed is on the disk."""

import sqlite3
from pathlib import Path
from typing import Any

from smsgw_cli.storage.private_file import make_private


def opened(path: Path, *, timeout: float = 30.0, **settings: Any) -> sqlite3.Connection:
    """The database in a file, made where there is none; `timeout` is how long to wait for others.

    `settings` are those of `sqlite3.connect`. Raises OSError and sqlite3.Error.
    """
    make_private(path)
    db: sqlite3.Connection = sqlite3.connect(path, timeout=timeout, **settings)
    try:
        # Not NORMAL: what is on record must be so before it is acted on.
        db.execute("PRAGMA synchronous = FULL")
    except BaseException:
        db.close()
        raise
    return db
