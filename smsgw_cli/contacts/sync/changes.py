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
        "PRAGMA cache_size = -16000",
        "BEGIN",  # never committed: the file is private
    ),
)


class Action(IntEnum):
    """What is done about a contact. From 2 on, as SQLite writes 0 and 1 in less room."""

    CREATE = 2
    UPDATE = 3
    UNSUBSCRIBE = 4
    DELETE = 5
    NONE = 6


class Change(NamedTuple):
    """A step: whom it is about, and the values that change, as they are and as they will be."""

    step: int
    action: Action
    number: str
    contact: int | None
    before: Record
    after: Record


class Changes:
    """The steps of one sync. Every method raises SmsgwError if there is no room for them.

    To be used by one thread at a time.
    """

    def __init__(self) -> None:
        self._last = 0
        self._db = Database(None, LAYOUT)

    def close(self) -> None:
        self._db.close()

    def want(self, rows: Iterable[tuple[int, str, Record]]) -> None:
        """Take the rows of the file, by row number: number, and values that are wanted."""
        sql = "INSERT INTO steps (step, action, number, wanted) VALUES (?, ?, ?, ?)"
        with self._db.reading() as db:
            db.executemany(
                sql, ((row, Action.CREATE, number, _packed(values)) for row, number, values in rows)
            )
            self._last = db.execute("SELECT coalesce(max(step), 0) FROM steps").fetchone()[0]

    def wanted(self, row: int) -> Record:
        """The desired values of a row."""
        with self._db.reading() as db:
            found = db.execute("SELECT wanted FROM steps WHERE step = ?", [row]).fetchone()
        return _unpacked(found[0])

    def there(self, row: int, contact: int, before: Record) -> None:
        """Record that the row's contact exists and which of its values differ."""
        action = Action.UPDATE if before else Action.NONE
        sql = "UPDATE steps SET action = ?, contact = ?, before = ? WHERE step = ?"
        known = [contact, _packed(before)] if before else [None, None]
        with self._db.reading() as db:
            db.execute(sql, [action, *known, row])

    def add(self, action: Action, contact: int, number: str, *values: Record) -> None:
        """One step more, of a contact that is no row's own: values wanted, values before."""
        self._last += 1
        wanted, before = map(_packed, values)
        sql = "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?)"
        with self._db.reading() as db:
            db.execute(sql, [self._last, action, number, contact, wanted, before])

    def counts(self) -> Mapping[Action, int]:
        with self._db.reading() as db:
            found = db.execute("SELECT action, count(*) FROM steps GROUP BY action")
            return Counter({Action(action): count for action, count in found})

    def each(self, most: int = -1) -> Iterator[Change]:
        """The changes, those of one kind after those of another, of each the first `most`."""
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
    step, action, number, contact, wanted, before = found
    old = _unpacked(before)
    new = _unpacked(wanted)
    after = new if action == Action.CREATE else {key: new[key] for key in old}
    return Change(step, Action(action), number, contact, old, after)


UNSUBSCRIBING: tuple[Record, Record] = ({SUBSCRIBED: False}, {SUBSCRIBED: True})
"""Values wanted and before of a contact that is to be unsubscribed."""


def _packed(values: Record) -> str:
    return json.dumps(values, separators=(",", ":"))  # in ASCII, whatever a server sends


def _unpacked(text: str | None) -> Record:
    values: Record = json.loads(text) if text else {}
    return values
