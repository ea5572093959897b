"""The gateway's state in one SQLite file, which several processes can use at the same time."""

import json
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from smsgw_cli.sandbox import incoming, instants
from smsgw_cli.sandbox.first_phones import FIRST_PHONES
from smsgw_cli.sandbox.schema import MIGRATIONS

Row = dict[str, Any]

LOCK_TIMEOUT = 30.0
"""Seconds to wait for another process that is writing."""

FIRST_DAY = instants.parse_instant("2023-01-02")
"""When the phones of a new database were created."""

KEPT = "('token', 'served')"
"""The keys in the table of settings that a reset keeps."""

ENTRY = "set:"
"""What the keys of entries start with in the table of settings."""


class Unmatched(ValueError):
    """No device or SIM is meant, or more than one could be."""


class Entry(NamedTuple):
    """The value that `sandbox set` has given a key, and when, in nanoseconds since 1970."""

    value: Any
    at: int


class Store:
    """One connection to the file, for one thread at a time; `rows` is safe in any thread."""

    def __init__(self, path: Path) -> None:
        """Open the file; a new one is created with its two first phones.

        Raises ValueError if a newer version of this program created it.
        """
        self.path = path
        _make_private(path)
        self.connection = _connect(path)
        if self._version() != len(MIGRATIONS):
            with self.writing():
                self._migrate()

    def all(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> list[Row]:
        return self.connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> Row:
        """The first row. Raises LookupError if there is none."""
        row = self.first(sql, values)
        if row is None:
            raise LookupError(sql)
        return row

    def first(self, sql: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> Row | None:
        row: Row | None = self.connection.execute(sql, values).fetchone()
        return row

    def get(self, table: str, key: int) -> Row | None:
        return self.first(f"SELECT * FROM {table} WHERE id = ?", (key,))  # noqa: S608

    def insert(self, table: str, values: Mapping[str, Any]) -> int:
        """Insert a row and return its id."""
        marks = ", ".join(f":{name}" for name in values)
        sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"  # noqa: S608
        return int(self.connection.execute(sql, values).lastrowid or 0)

    def update(self, table: str, key: int, values: Mapping[str, Any]) -> None:
        changes = ", ".join(f"{name} = :{name}" for name in values)
        sql = f"UPDATE {table} SET {changes} WHERE id = :id"  # noqa: S608
        self.connection.execute(sql, {**values, "id": key})

    def delete(self, table: str, key: int) -> None:
        self.connection.execute(f"DELETE FROM {table} WHERE id = ?", (key,))  # noqa: S608

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that excludes other writers; rolled back if the block raises."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def rows(self, table: str) -> list[Row]:
        """Every row of a table as stored in the file, read over a separate connection."""
        with closing(_connect(self.path)) as connection:
            return connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608

    def token(self) -> str:
        """The token stored in the file, generated on first use."""
        found = "SELECT value FROM settings WHERE key = 'token'"
        if row := self.first(found):
            return str(row["value"])
        # Another process may generate one at the same time: the first one wins.
        made = "INSERT OR IGNORE INTO settings VALUES ('token', ?)"
        self.connection.execute(made, (secrets.token_urlsafe(30),))
        return str(self.one(found)["value"])

    def entries(self) -> dict[str, Entry]:
        """What `sandbox set` has set, by key."""
        rows = self.all("SELECT * FROM settings WHERE key LIKE ?", (f"{ENTRY}%",))
        return {row["key"].removeprefix(ENTRY): Entry(*json.loads(row["value"])) for row in rows}

    def put_entry(self, name: str, entry: Entry) -> None:
        sql = "INSERT OR REPLACE INTO settings VALUES (?, ?)"
        self.connection.execute(sql, (ENTRY + name, json.dumps(entry)))

    def shift(self) -> int:
        """By how many milliseconds `sandbox set clock=` has moved the clock."""
        entry = self.entries().get("clock")
        return int(entry.value or 0) if entry else 0

    def data_version(self) -> int:
        """A number that differs after another connection, of any process, has written."""
        return int(self.one("PRAGMA data_version")["data_version"])

    def close(self) -> None:
        self.connection.close()

    def _version(self) -> int:
        return int(self.one("PRAGMA user_version")["user_version"])

    def _migrate(self) -> None:
        version = self._version()  # read again: another process may have migrated it
        if version > len(MIGRATIONS):
            raise ValueError(f"{self.path} was created by a newer version of this program")
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                self.connection.execute(statement)
        if version == 0:
            _add_first_phones(self)
        self.connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def reset(db: Path) -> None:
    """Restore the initial state: two phones, three SIMs, nothing else; the token is kept."""
    with closing(Store(db)) as store:
        empty(store)


def empty(store: Store) -> None:
    """The same in a store that is open."""
    with store.writing():
        for table in ("campaigns", "contact_lists", "sending_servers", "devices"):
            store.connection.execute(f"DELETE FROM {table}")  # noqa: S608
        store.connection.execute("DELETE FROM sqlite_sequence")
        store.connection.execute(f"DELETE FROM settings WHERE key NOT IN {KEPT}")  # noqa: S608
        _add_first_phones(store)


def system_clock() -> datetime:
    return datetime.now(UTC)


def now_in(store: Store, clock: Callable[[], datetime] = system_clock) -> int:
    """The time on the gateway's clock, which `sandbox set clock=` may have moved."""
    return instants.from_datetime(clock()) + store.shift()


def receive(
    db: Path,
    *,
    sender: str,
    sim: int | str,
    text: str,
    clock: Callable[[], datetime] = system_clock,
) -> Row:
    """Simulate an incoming message on a SIM (id, number, label or name); returns its row.

    Raises Unmatched unless exactly one SIM matches.
    """
    with closing(Store(db)) as store, store.writing():
        now = now_in(store, clock)
        return incoming.receive(store, now, sender=sender, sim=the_sim(store, sim), text=text)


def the_sim(store: Store, wanted: int | str) -> Row:
    """The SIM with this id, number, label or name. Raises Unmatched."""
    return _the_only(store, "SIM", "sims", ("number", "label", "name"), wanted)


def the_device(store: Store, wanted: int | str) -> Row:
    """The device with this id or name. Raises Unmatched."""
    return _the_only(store, "device", "devices", ("name",), wanted)


def _the_only(
    store: Store, noun: str, table: str, names: tuple[str, ...], wanted: int | str
) -> Row:
    columns = ("id",) if str(wanted).isdecimal() else names
    matches = " OR ".join(f"{column} = :wanted" for column in columns)
    found = store.all(f"SELECT * FROM {table} WHERE {matches}", {"wanted": str(wanted)})  # noqa: S608
    if len(found) > 1:
        raise Unmatched(f"more than one {noun} is named {wanted!r}: use an id")
    if not found:
        rows = store.all(f"SELECT * FROM {table}")  # noqa: S608
        known = ", ".join(f"{row['id']} ({row[names[0]] or 'unnamed'})" for row in rows)
        raise Unmatched(f"{noun} {wanted!r} not found; {noun}s: {known or 'none'}")
    return found[0]


def _make_private(path: Path) -> None:
    """Create the file readable by its owner alone: it contains a token and private messages."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = _as_dict
    _enable_wal(connection)
    # With a write-ahead log, data is lost only if the machine crashes, not if the process does.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _enable_wal(connection: sqlite3.Connection) -> None:
    """SQLite ignores the lock timeout for this statement, so retry it here."""
    deadline = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _add_first_phones(store: Store) -> None:
    since = {"created_at": FIRST_DAY, "updated_at": FIRST_DAY}
    for device, sims in FIRST_PHONES:
        key = store.insert("devices", {**device, **since})
        for sim in sims:
            store.insert("sims", {**sim, "device_id": key})
