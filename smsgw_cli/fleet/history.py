"""The history of the fleet: what the API forgets or never says, one SQLite file per server."""

from contextlib import AbstractContextManager
from pathlib import Path

from smsgw_cli.config.paths import state_folder
from smsgw_cli.config.record_name import file_name
from smsgw_cli.storage.database import Connection, Database, Layout
from smsgw_cli.storage.failures import RecordKind

PATIENCE = 5.0  # seconds to wait for another process, half of what a check may take

# Campaigns that were due for long and had nothing waiting, and the highest id of a message at a
# time: what has a lower one existed then. Times are ISO 8601, in UTC.
_NEWEST_MESSAGES = """
CREATE TABLE empty_campaigns (
    id INTEGER PRIMARY KEY,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
);
CREATE TABLE newest_messages (
    id INTEGER PRIMARY KEY,
    seen_at TEXT NOT NULL
)
"""
# Codes that were dialled, by the keys of their sends, and the text that answered each: the
# network's or a message. Times are ISO 8601, in UTC. The SIMs are those the server had last.
_BALANCES = """
CREATE TABLE dials (
    key TEXT PRIMARY KEY,
    sim INTEGER NOT NULL,
    code TEXT NOT NULL,
    dialled_at TEXT NOT NULL,
    status TEXT,
    text TEXT,
    answered_at TEXT,
    message INTEGER UNIQUE
);
CREATE INDEX dials_of_sim ON dials (sim, dialled_at);
CREATE TABLE balance_sims (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    device TEXT,
    carrier TEXT,
    country TEXT
)
"""
# The texts of self-tests; see `SelfTest`. Without an outcome it is awaited.
_SELFTESTS = """
CREATE TABLE selftests (
    nonce TEXT PRIMARY KEY,
    sender_id INTEGER NOT NULL,
    sender_name TEXT NOT NULL,
    sender_number TEXT,
    receiver_id INTEGER NOT NULL,
    receiver_name TEXT NOT NULL,
    receiver_number TEXT,
    started_at TEXT NOT NULL,
    outcome TEXT,
    campaign INTEGER,
    message INTEGER,
    status TEXT,
    queued REAL,
    sent REAL,
    delivered REAL,
    received REAL,
    looked REAL,
    reason TEXT
);
CREATE INDEX selftests_by_time ON selftests (started_at)
"""
KIND = RecordKind("the history of the fleet", "ages and earlier results are unknown without it")
LAYOUT = Layout(
    KIND,
    (_NEWEST_MESSAGES, _BALANCES, _SELFTESTS),
    tables=frozenset({"newest_messages"}),
    patience=PATIENCE,
)


def path_for(server: str) -> Path:
    """The path of a server's history; that of the embedded gateway for `sandbox`."""
    return state_folder() / "fleet" / f"{file_name(server)}.db"


class History:
    """The file, opened on first use. Every method raises SmsgwError if it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = Database(path, LAYOUT)

    @property
    def exists(self) -> bool:
        """Whether anything was ever recorded."""
        return self._db.exists

    def reading(self) -> AbstractContextManager[Connection]:
        """The database; creates the file."""
        return self._db.reading()

    def writing(self) -> AbstractContextManager[Connection]:
        """The database in one durable transaction."""
        return self._db.writing()

    def close(self) -> None:
        self._db.close()
