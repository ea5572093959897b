"""The record of what was sent: written before a send goes out, and after its answer is in.

One SQLite file a server. A send that stands as `sending` while nobody is sending it was cut
off by a crash; what became of it is unknown.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from smsgw_cli.errors import SmsgwError
from smsgw_cli.places import make_private, state_folder
from smsgw_cli.resource import Record
from smsgw_cli.servers import file_name

SENDING, ACCEPTED, REFUSED, UNKNOWN = "sending", "accepted", "refused", "unknown"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sends (
    id INTEGER PRIMARY KEY,
    key TEXT UNIQUE,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    campaign TEXT,
    started_at TEXT NOT NULL,
    ended_at TEXT
)
"""


def path_for(server: str) -> Path:
    """Where the record of a server's sends is; of the embedded gateway's for `sandbox`."""
    return state_folder() / "sends" / f"{file_name(server)}.db"


class Ledger:
    """The sends to one server. Every method raises SmsgwError if the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def alone_with(self, key: str | None) -> Iterator[None]:
        """Keep every other process from sending with this key meanwhile."""
        if key is None:
            yield
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256(key.encode()).hexdigest()[:32]
        with FileLock(self._path.with_name(f"{self._path.stem}-{digest}.lock"), mode=0o600):
            yield

    def find(self, key: str) -> tuple[str, Record | None] | None:
        """State and campaign of the send with this key; None if there was none."""
        with self._opened() as db:
            row = db.execute("SELECT state, campaign FROM sends WHERE key = ?", [key]).fetchone()
        return (row[0], json.loads(row[1]) if row[1] else None) if row else None

    def begin(self, key: str | None, path: str, body: Record) -> int:
        """Note a send that is about to go out; its number here. One refused before is replaced."""
        with self._opened() as db:
            if key is not None:
                db.execute("DELETE FROM sends WHERE key = ? AND state = ?", [key, REFUSED])
            cursor = db.execute(
                "INSERT INTO sends (key, path, body, state, started_at) VALUES (?, ?, ?, ?, ?)",
                [key, path, json.dumps(body), SENDING, _now()],
            )
            return cursor.lastrowid or 0

    def end(self, number: int, state: str, campaign: Record | None = None) -> None:
        """Note what became of it."""
        with self._opened() as db:
            db.execute(
                "UPDATE sends SET state = ?, campaign = ?, ended_at = ? WHERE id = ?",
                [state, json.dumps(campaign) if campaign else None, _now(), number],
            )

    def clear(self) -> None:
        """Forget every send."""
        if self._path.exists():
            with self._opened() as db:
                db.execute("DELETE FROM sends")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The database in one durable transaction."""
        try:
            make_private(self._path)
            db = sqlite3.connect(self._path, timeout=30)
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error
        try:
            db.execute("PRAGMA synchronous = FULL")
            db.execute(_SCHEMA)
            with db:
                yield db
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        finally:
            db.close()

    def _unusable(self, error: Exception) -> SmsgwError:
        return SmsgwError(
            f"the record of sends, {self._path}, cannot be used: {error}",
            hint="without it a message might go out twice",
        )


def _now() -> str:
    return datetime.now(UTC).isoformat()
