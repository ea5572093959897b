"""The journal of a run, row by row, written before and after each request: a SQLite file.

A row up to `reserved` without an outcome may have been sent: its outcome is unknown. One after
`reserved` was certainly not sent.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from smsgw_cli.engine.settle_time import stored_clock
from smsgw_cli.storage.database import DURABLE, WRITE_AHEAD, Database, Layout, value_at_rest
from smsgw_cli.storage.failures import Cause, RecordKind

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outcomes (
    row INTEGER PRIMARY KEY, state INTEGER NOT NULL, contact INTEGER, said TEXT
)
"""
# Of contacts that were created, by which an undo knows them again. In a table of its own, as 0.1.0
# writes to the columns of the others, whatever the version.
_NUMBERS = "CREATE TABLE numbers (row INTEGER PRIMARY KEY, number INTEGER NOT NULL)"

RESERVE_AHEAD = 512  # rows reserved beyond the last one taken

KIND = RecordKind(
    "the record of this import",
    "nothing is sent without it, as a contact could be created twice",
    {
        Cause.DAMAGED: "move it away and run the same command again: it starts over, and contacts "
        "that are already on the list are not created again"
    },
)
LAYOUT = Layout(
    KIND,
    (_SCHEMA, _NUMBERS),
    tables=frozenset({"facts", "outcomes"}),
    pragmas=(WRITE_AHEAD, DURABLE),
)


class State(IntEnum):
    """The outcome of a row. NOT_SENT rows were reserved, but certainly not sent."""

    CREATED = 1
    UPDATED = 2
    SKIPPED = 3
    FAILED = 4
    NOT_SENT = 5
    UNDONE = 6
    UNSUBSCRIBED = 7
    DELETED = 8


class Outcome(NamedTuple):
    """The outcome of a row, its contact, the server's error message, and for a contact that was
    created its number (E.164 digits)."""

    row: int
    state: State
    contact: int | None = None
    server_message: str | None = None
    number: int | None = None


class Created(NamedTuple):
    """A contact that a run created: its row, id, and the digits of its number as the server writes
    it (None in a journal of 0.1.0)."""

    row: int
    contact: int
    number: int | None


class Journal:
    """The record of one run. Every method raises SmsgwError if the file cannot be used.

    Implements the engine's record. Not thread-safe.
    """

    ahead = RESERVE_AHEAD

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = Database(path, LAYOUT)

    @staticmethod
    def recorded_state(path: Path) -> str | None:
        """The state in a journal's file alone, read in a tenth of the time that opening it takes;
        None if there may be a newer one."""
        query = "SELECT json_extract(value, '$') FROM facts WHERE name = 'state'"
        found = value_at_rest(path, query)
        return found if isinstance(found, str) else None

    def close(self) -> None:
        self._db.close()

    def metadata(self) -> dict[str, Any]:
        """The metadata of the run, by name; names of values that are not yet known are absent.

        `server`, `list` (id), `file`, `digest`, `kind`, `wish` (the job spec), `rows`, `shard`,
        `key` and `lock` identify it; `state`, `pid`, `started_at`, `ended_at` (ISO 8601), `touched`
        (Unix time) and `clock` (see `settle_time`) are its progress, with `reserved` (a row),
        `invalid`, `unknown` and `fields_created` (counts), `fields` (those created, by
        `unused_fields.record_of`), `planned` (the tags of those to complete), and `watermark` (the
        highest contact id before it).
        """
        with self._db.reading() as db:
            return {name: json.loads(value) for name, value in db.execute("SELECT * FROM facts")}

    def note(self, outcomes: Iterable[Outcome] = (), **metadata: Any) -> None:
        """Write outcomes and metadata (JSON values) in one durable transaction."""
        metadata["touched"], metadata["clock"] = time.time(), stored_clock()
        outcomes = list(outcomes)
        numbers = [(each.row, each.number) for each in outcomes if each.number is not None]
        with self._db.writing() as db:
            rows = (each[:4] for each in outcomes)
            db.executemany("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?)", rows)
            db.executemany("INSERT OR REPLACE INTO numbers VALUES (?, ?)", numbers)
            db.executemany(
                "INSERT OR REPLACE INTO facts VALUES (?, ?)",
                [(name, json.dumps(value)) for name, value in metadata.items()],
            )

    @property
    def reserved(self) -> int:
        """The last row that may have been sent."""
        return int(self.metadata().get("reserved", 0))

    def reserve(self, row: int, outcomes: Sequence[Outcome] = ()) -> Sequence[int]:
        """Write outcomes, and that rows up to this one may be sent; returns rows to skip: none."""
        self.note(outcomes, reserved=row)
        return ()

    def unknown(self, rows: Mapping[int, float]) -> None:
        """Write the number of rows with an unknown outcome."""
        self.note(unknown=len(rows))

    def states(self, rows: int) -> bytearray:
        """The states of all rows up to this one, by row number; 0 for none."""
        states = bytearray(rows + 1)
        with self._db.reading() as db:
            for row, state in db.execute("SELECT row, state FROM outcomes WHERE row <= ?", [rows]):
                states[row] = state
        return states

    def counts(self) -> Mapping[State, int]:
        """The number of rows by state."""
        with self._db.reading() as db:
            found = db.execute("SELECT state, count(*) FROM outcomes GROUP BY state")
            return Counter({State(state): count for state, count in found})

    def forget_not_sent(self) -> None:
        """Delete the outcomes of rows that were not sent, as they are about to be."""
        with self._db.writing() as db:
            db.execute("DELETE FROM outcomes WHERE state = ?", [State.NOT_SENT])

    def failures(self) -> dict[int, str]:
        """The server's messages about rejected rows."""
        query = "SELECT row, said FROM outcomes WHERE state = ? ORDER BY row"
        with self._db.reading() as db:
            return dict(db.execute(query, [State.FAILED]))

    def created(self) -> Iterator[Created]:
        """Every contact that the run created and did not delete."""
        query = (
            "SELECT row, contact, number FROM outcomes LEFT JOIN numbers USING (row) "
            "WHERE state = ? AND contact IS NOT NULL"
        )
        with self._db.reading() as db:
            yield from (Created(*values) for values in db.execute(query, [State.CREATED]))
