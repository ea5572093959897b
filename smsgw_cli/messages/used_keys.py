"""Keys of sends whose records were removed: 16 bytes of each, so that it cannot send again."""

import hashlib

from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.storage.database import Connection

_LENGTH = 16  # bytes


def add(db: Connection, keys: list[str]) -> None:
    db.executemany("INSERT OR IGNORE INTO used_keys VALUES (?)", [(_digest(key),) for key in keys])


def is_used(ledger: Ledger, key: str) -> bool:
    """Whether this is the key of a send that was accepted, and whose record was removed."""
    with ledger.reading() as db:
        found = db.execute("SELECT 1 FROM used_keys WHERE digest = ?", [_digest(key)])
        return found.fetchone() is not None


def are_there(ledger: Ledger) -> bool:
    """Whether any keys are kept."""
    with ledger.reading() as db:
        return db.execute("SELECT 1 FROM used_keys LIMIT 1").fetchone() is not None


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()[:_LENGTH]
