"""The changes of a sync in a temporary database, which bounds memory.

The rows of the file are added first, as contacts to create; then the list's contacts turn them
into updates. The step of a row has the row's number.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from smsgw_cli.model import SUBSCRIBED, Record
from smsgw_cli.storage.database import Database, Layout
from smsgw_cli.storage.failures import Cause, RecordKind

# `wanted`: the row's values; `before`: the contact's values that differ.
_SCHEMA = """
CREATE TABLE steps (
    step INTEGER PRIMARY KEY, action INTEGER NOT NULL, number TEXT NOT NULL, contact INTEGER,
    wanted TEXT, before TEXT
)
"""
LAYOUT = Layout(
    RecordKind(
        "the temporary record of the changes",
        "nothing is changed without it",
        {Cause.FULL: "free space for temporary files, or set SQLITE_TMPDIR to another folder"},
    ),
    (_SCHEMA,),
    pragmas=(
        "PRAGMA journal_mode = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA cache_size = -4000",
        "BEGIN",  # never committed: the file is private
    ),
)


class Action(IntEnum):
    """What happens to a contact. The values start at 2, as SQLite stores 0 and 1 in less space."""

    CREATE = 2
    UPDATE = 3
    UNSUBSCRIBE = 4
    DELETE = 5
    NONE = 6


class Change(NamedTuple):
    """The change of a contact (None for a new one): the values that differ, before and after."""

    step: int
    action: Action
    number: str
    contact: int | None
    before: Record
    after: Record


class Changes:
    """The steps of one sync; not thread-safe. Methods raise SmsgwError if the disk is full."""

    def __init__(self) -> None:
        self._last = 0
        self._db = Database(None, LAYOUT)

    def close(self) -> None:
        self._db.close()

    def add_desired(self, rows: Iterable[tuple[int, str, Record]]) -> None:
        """Add the rows of the file as contacts to create: row number, phone number, values."""
        sql = "INSERT INTO steps (step, action, number, wanted) VALUES (?, ?, ?, ?)"
        with self._db.reading() as db:
            db.executemany(
                sql,
                ((row, Action.CREATE, number, _to_json(values)) for row, number, values in rows),
            )
            self._last = db.execute("SELECT coalesce(max(step), 0) FROM steps").fetchone()[0]

    def desired(self, row: int) -> Record:
        """The desired values of a row."""
        found = self._db.execute("SELECT wanted FROM steps WHERE step = ?", [row]).fetchone()
        return _from_json(found[0])

    def set_existing(self, row: int, contact: int, before: Record) -> None:
        """Record the existing contact of a row, and those of its values that differ."""
        action = Action.UPDATE if before else Action.NONE
        sql = "UPDATE steps SET action = ?, contact = ?, before = ? WHERE step = ?"
        known = [contact, _to_json(before)] if before else [None, None]
        self._db.execute(sql, [action, *known, row])

    def add(
        self,
        action: Action,
        contact: int,
        number: str,
        desired: Record | None = None,
        before: Record | None = None,
    ) -> None:
        """Add a step for a contact that has no row of its own, with the values of an update."""
        self._last += 1
        values = (desired and _to_json(desired), before and _to_json(before))
        sql = "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?)"
        self._db.execute(sql, [self._last, action, number, contact, *values])

    def counts(self) -> Mapping[Action, int]:
        """The number of steps by action."""
        with self._db.reading() as db:
            found = db.execute("SELECT action, count(*) FROM steps GROUP BY action")
            return Counter({Action(action): count for action, count in found})

    def each(self, most: int = -1) -> Iterator[Change]:
        """The changes by action; at most `most` of each, -1 for all."""
        sql = "SELECT * FROM steps WHERE action = ? ORDER BY step LIMIT ?"
        for action in Action:
            if action is not Action.NONE:
                with self._db.reading() as db:
                    yield from map(_change, db.execute(sql, [action, most]))

    def get(self, step: int) -> Change:
        with self._db.reading() as db:
            found = db.execute("SELECT * FROM steps WHERE step = ?", [step]).fetchone()
        return _change(found)


def _change(found: tuple[int, int, str, int | None, str | None, str | None]) -> Change:
    step, action, number, contact, desired, before = found
    if action == Action.UNSUBSCRIBE:
        return Change(step, Action.UNSUBSCRIBE, number, contact, *UNSUBSCRIBED)
    old, new = _from_json(before), _from_json(desired)
    after = new if action == Action.CREATE else {key: new[key] for key in old}
    return Change(step, Action(action), number, contact, old, after)


UNSUBSCRIBED: tuple[Record, Record] = ({SUBSCRIBED: True}, {SUBSCRIBED: False})
"""The values of a contact to unsubscribe, before and after."""

# json.dumps would make an encoder for each call. ASCII, as servers may send lone surrogates.
_encoder = json.JSONEncoder(separators=(",", ":"))


def _to_json(values: Record) -> str:
    return _encoder.encode(values)


def _from_json(text: str | None) -> Record:
    values: Record = json.loads(text) if text else {}
    return values
