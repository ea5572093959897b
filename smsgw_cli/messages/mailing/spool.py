"""The spool of a mailing: its rows, texts and sends in a temporary database, however many."""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from smsgw_cli.storage.database import Database, Layout, Row
from smsgw_cli.storage.failures import RecordKind

# `rows` has those that can be sent: `phone` is `phone_of` their number, `send` the send that has
# them. Of the others `left_out` says why, and `problems` for those that are invalid, also of other
# parts of the file than ours.
# `campaigns` are those that a part of a file finds on the server.
# A send without a status is pending. `entry` is its number in the ledger.
_SCHEMA = """
CREATE TABLE texts (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE rows (
    row INTEGER PRIMARY KEY, number TEXT NOT NULL, phone INTEGER NOT NULL, text INTEGER NOT NULL,
    wave INTEGER, send INTEGER
);
CREATE UNIQUE INDEX phone_of_row ON rows (text, phone);
CREATE INDEX send_of_row ON rows (send);
CREATE TABLE left_out (row INTEGER PRIMARY KEY, reason TEXT NOT NULL);
CREATE TABLE problems (
    row INTEGER PRIMARY KEY, place TEXT NOT NULL, reason TEXT NOT NULL, is_flaw INTEGER NOT NULL,
    is_ours INTEGER NOT NULL
);
CREATE TABLE unsubscribed (phone INTEGER PRIMARY KEY);
CREATE TABLE sends (
    id INTEGER PRIMARY KEY, text INTEGER NOT NULL, count INTEGER NOT NULL, digest TEXT NOT NULL,
    wave INTEGER, status TEXT, campaign INTEGER, reason TEXT, entry INTEGER
);
CREATE TABLE campaigns (id INTEGER PRIMARY KEY, send INTEGER, record TEXT NOT NULL);
CREATE INDEX digest_of_send ON sends (digest);
CREATE INDEX status_of_send ON sends (status) WHERE status IS NOT NULL
"""
_KIND = RecordKind("the temporary record of this mailing", "the mailing cannot continue without it")
_LAYOUT = Layout(
    _KIND,
    (_SCHEMA,),
    pragmas=(  # it is for this run alone: what counts is in the ledger
        "PRAGMA journal_mode = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA cache_size = -16000",
    ),
)
_PAGE = 500  # records read at a time
_MOST_CACHED = 10_000  # texts


class Spool:
    """Threads may share it. Every method raises SmsgwError if the file cannot be used."""

    def __init__(self) -> None:
        self._db = Database(None, _LAYOUT)
        self._lock = threading.RLock()
        self._texts: dict[bytes, int] = {}
        # Never committed, as it ends with this run; each commit would write what has changed.
        self.write("BEGIN")

    def close(self) -> None:
        self._db.close()

    def read(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """The results of a query, in pages between which other statements may be executed."""
        with self._lock, self._db.reading() as db:
            cursor = db.execute(sql, values)
            page = cursor.fetchmany(_PAGE)
        while page:
            yield from page
            with self._lock, self._db.reading():
                page = cursor.fetchmany(_PAGE)

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first value of the first result, or None."""
        with self._lock:
            row = self._db.execute(sql, values).fetchone()
        return row[0] if row else None

    def write(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Execute a statement; returns the number of changed records."""
        with self._lock:
            return self._db.execute(sql, values).rowcount

    def write_all(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Execute a statement for each of these values."""
        with self._lock, self._db.reading() as db:
            db.executemany(sql, values)

    def insert(self, sql: str, values: Sequence[Any]) -> int:
        """Insert a record; returns its number."""
        with self._lock:
            return self._db.execute(sql, values).lastrowid or 0

    def text_id(self, text: str, *, is_new: bool = False) -> int | None:
        """The number of a text, None if it is not there; `is_new` adds it then."""
        digest = hashlib.sha256(text.encode()).digest()[:16]
        found = self._texts.get(digest)
        if found is None and is_new:  # of texts that are new, which most are, at once
            sql = "INSERT INTO texts (digest, text) VALUES (?, ?) ON CONFLICT DO NOTHING"
            with self._lock:
                added = self._db.execute(sql, [digest, text])
            found = added.lastrowid if added.rowcount else None
        if found is None:
            found = self.value("SELECT id FROM texts WHERE digest = ?", [digest])
        if found is not None:
            if len(self._texts) >= _MOST_CACHED:
                self._texts.clear()
            self._texts[digest] = found
        return found
