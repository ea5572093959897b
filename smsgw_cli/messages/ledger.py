"""The ledger of sends: written before a request is sent, and after its response.

One SQLite file per server. A send with the state `sending` whose process is gone was
interrupted; its outcome is unknown.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from smsgw_cli.config.paths import state_folder
from smsgw_cli.config.record_name import file_name
from smsgw_cli.engine.settle_time import stored_clock
from smsgw_cli.errors import NotFound
from smsgw_cli.messages import ledger_runs
from smsgw_cli.messages.ledger_schema import KIND, LAYOUT
from smsgw_cli.model import Record
from smsgw_cli.storage.database import Connection, Database, Row

SENDING, ACCEPTED, REFUSED, UNKNOWN = "sending", "accepted", "refused", "unknown"
STATES = (SENDING, ACCEPTED, REFUSED, UNKNOWN)

_PAGE = 500
_COLUMNS = {
    "lock": "claim",
    "watermark": "newest",
    "server_message": "said",
    "is_contradictory": "contradictory",
}
"""Fields of an entry whose columns have other names."""


@dataclass(frozen=True)
class Entry:
    """A send. `lock` is the name of the lock held by the sending process.

    `is_unique`: no other campaign can have its name. `watermark` is the highest campaign id before
    it was sent, None if unknown. `campaign` and `server_message` are from the server's response,
    `is_contradictory`: that reported both success and an error. `allowed` has the words of
    --allow, `run` is the same for all sends of one command.
    `touched_at` is when it was last sent, and `clock` the same for `settle_time`. Times are
    ISO 8601, in UTC.
    """

    id: int
    key: str | None
    lock: str
    path: str
    is_unique: bool
    watermark: int | None
    body: Record
    state: str
    campaign: Record | None
    server_message: str | None
    is_contradictory: bool
    allowed: str | None
    run: str | None
    started_at: str
    touched_at: str
    clock: str | None
    ended_at: str | None

    @classmethod
    def of(cls, row: Row) -> Self:
        """The entry in a row of the table `sends`."""
        values = {name: row[_COLUMNS.get(name, name)] for name in cls.__dataclass_fields__}
        for name in ("body", "campaign"):
            values[name] = json.loads(values[name]) if values[name] else None
        for name in ("is_unique", "is_contradictory"):
            values[name] = bool(values[name])
        return cls(**values)

    @property
    def name(self) -> str | None:
        """The name of its campaign."""
        return self.body.get("name")

    @property
    def is_open(self) -> bool:
        """Whether its outcome or its campaign can still be determined from the server."""
        return self.state != REFUSED and not self.campaign


def path_for(server: str) -> Path:
    """The path of a server's ledger; that of the embedded gateway for `sandbox`."""
    return state_folder() / "sends" / f"{file_name(server)}.db"


class Ledger:
    """The sends to one server. Every method raises SmsgwError if the file cannot be used.

    `allowed` are the words of --allow of the command that sends, which are recorded. All sends
    that one object begins are of the same run.
    """

    def __init__(self, path: Path, allowed: Iterable[str] = ()) -> None:
        self.path = path
        self.allowed = ",".join(allowed) or None
        self.run = os.urandom(8).hex()
        self._db = Database(path, LAYOUT)

    def close(self) -> None:
        self._db.close()

    def find(self, key: str) -> Entry | None:
        """The send with this key that was not refused, or None."""
        return next(self._read("key = ? AND state != ?", [key, REFUSED]), None)

    def get(self, number: int) -> Entry:
        """The send with this number. Raises NotFound."""
        for entry in self._read("id = ?", [number]):
            return entry
        raise NotFound(f"send {number} not found", hint="see 'smsgw sends list'")

    def entries(self, states: Iterable[str] = STATES) -> Iterator[Entry]:
        """The sends with these states, newest first, in pages that do not block writers."""
        wanted, below = list(states), 1 << 62
        marks = ", ".join("?" * len(wanted))
        while True:
            where = f"id < ? AND state IN ({marks}) ORDER BY id DESC LIMIT {_PAGE}"
            page = list(self._read(where, [below, *wanted]))
            yield from page
            if len(page) < _PAGE:
                return
            below = page[-1].id

    def with_prefix(self, prefix: str) -> list[Entry]:
        """The sends with keys of this prefix that were not refused, oldest first.

        A digest follows the prefix, which distinguishes `a/` from `a/b/`.
        """
        where, values = ledger_runs.having_prefix(prefix)
        # As in the index of keys, which is used only so.
        return list(self._read(f"{where} AND state != 'refused' ORDER BY id", values))

    def newest_run(self, name: str | None = None, *, no_retry: bool = False) -> list[Entry]:
        """The sends of the newest mailing or other command, oldest first, refused ones included.

        With a name, of the newest one with campaigns of that name, and only those. `no_retry`
        leaves out what `campaigns retry` sent.
        """
        if not self._db.exists:
            return []
        where, values = ledger_runs.having_name(name)
        if no_retry:
            condition, more = ledger_runs.not_retried()
            where, values = f"{where} AND {condition}", [*values, *more]
        for origin in ("NOT restored", "restored"):
            newest_first = f"{where} AND {origin} ORDER BY id DESC LIMIT 1"
            for newest in self._read(newest_first, values):
                of_run, run = ledger_runs.of_run(newest.id, newest.key, newest.run)
                return list(self._read(f"{where} AND {of_run} ORDER BY id", [*values, *run]))
        return []

    def retries(self) -> list[Entry]:
        """The sends of failed messages that were not refused, oldest first."""
        if not self._db.exists:
            return []
        where, values = ledger_runs.retried()
        return list(self._read(f"{where} ORDER BY id", values))

    def of_campaigns(self, campaigns: Iterable[int]) -> Iterator[Entry]:
        """The sends that became these campaigns."""
        wanted = list(campaigns)
        for start in range(0, len(wanted) if self._db.exists else 0, _PAGE):
            part = wanted[start : start + _PAGE]
            marks = ", ".join("?" * len(part))
            yield from self._read(f"json_extract(campaign, '$.id') IN ({marks})", part)

    def started_before(self, timestamp: str) -> list[int]:
        """The numbers of all sends started before this time (ISO 8601, in UTC)."""
        query = "SELECT id FROM sends WHERE started_at < ?"
        with self._db.reading() as db:
            return [row[0] for row in db.execute(query, [timestamp])]

    def other_campaigns(self, entry: Entry) -> set[int]:
        """The campaign ids of other sends with the same name."""
        others = self._read("name = ? AND id != ?", [entry.name, entry.id])
        return {other.campaign["id"] for other in others if other.campaign}

    def campaign_before(self, entry: Entry) -> int | None:
        """The highest campaign id of the sends that had ended when this one was started."""
        query = (
            "SELECT max(json_extract(campaign, '$.id')) FROM sends WHERE id < ? AND ended_at < ?"
        )
        with self._db.reading() as db:
            highest = db.execute(query, [entry.id, entry.started_at]).fetchone()[0]
        return highest if isinstance(highest, int) else None

    def ambiguous(self, entry: Entry) -> list[int]:
        """The numbers of other sends with the same name, in progress at the same time and open."""
        where = "name = ? AND id != ? AND state IN (?, ?) AND (state = ? OR touched_at >= ?)"
        values = [entry.name, entry.id, SENDING, UNKNOWN, SENDING, entry.started_at]
        return [other.id for other in self._read(where, values)]

    def begin(
        self,
        path: str,
        body: Record,
        *,
        key: str | None,
        lock: str,
        is_unique: bool,
        watermark: int | None = None,
    ) -> Entry:
        """Record a send before its request is sent."""
        with self.writing() as db:
            number = insert(
                db,
                path,
                body,
                key=key,
                lock=lock,
                is_unique=is_unique,
                watermark=watermark,
                allowed=self.allowed,
                run=self.run,
            )
        if number is None:
            raise KIND.unusable(self.path, ValueError(f"the key {key!r} is in use"))
        return self.get(number)

    def begin_retry(self, number: int) -> None:
        """Record that a send is about to be retried."""
        with self.writing() as db:
            db.execute(
                "UPDATE sends SET state = ?, ended_at = NULL WHERE id = ?", [SENDING, number]
            )
            postpone(db, [number], 0.0)

    def end(
        self,
        number: int,
        state: str,
        campaign: Record | None = None,
        server_message: str | None = None,
        *,
        is_contradictory: bool = False,
    ) -> None:
        """Record the outcome; `touched_at` of an interrupted send is when it was last sent."""
        with self.writing() as db:
            finish(db, number, state, campaign, server_message, is_contradictory=is_contradictory)

    def forget(self, numbers: Iterable[int]) -> None:
        """Delete these records; their keys can be used again."""
        with self.writing() as db:
            db.executemany("DELETE FROM sends WHERE id = ?", [(each,) for each in numbers])

    def clear(self) -> None:
        """Delete the records of all sends and mailings."""
        if self._db.exists:
            with self.writing() as db:
                db.execute("DELETE FROM sends")
                db.execute("DELETE FROM mailings")
                db.execute("DELETE FROM mailing_digests")

    def _read(self, where: str, values: list[Any]) -> Iterator[Entry]:
        with self._db.reading() as db:
            found = db.execute(f"SELECT * FROM sends WHERE {where}", values).fetchall()  # noqa: S608
        return map(Entry.of, found)

    def writing(self) -> AbstractContextManager[Connection]:
        """The database in one durable transaction."""
        return self._db.writing()


def insert(
    db: Connection,
    path: str,
    body: Record,
    *,
    key: str | None,
    lock: str,
    is_unique: bool,
    watermark: int | None = None,
    later: float = 0.0,
    allowed: str | None = None,
    run: str | None = None,
) -> int | None:
    """Record a send before its request; returns its number, None if its key is in use.

    Its request is made within `later` seconds.
    """
    values = {
        "key": key,
        "claim": lock,
        "path": path,
        "name": body.get("name"),
        "is_unique": is_unique,
        "newest": watermark,
        "body": json.dumps(body),
        "state": SENDING,
        "started_at": now(),
        "touched_at": now(later),
        "clock": stored_clock(later),
        "allowed": allowed,
        "run": run,
    }
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    sql = f"INSERT OR IGNORE INTO sends ({names}) VALUES ({marks})"  # noqa: S608
    added = db.execute(sql, list(values.values()))
    return added.lastrowid if added.rowcount else None


def finish(
    db: Connection,
    number: int,
    state: str,
    campaign: Record | None = None,
    server_message: str | None = None,
    *,
    is_contradictory: bool = False,
) -> None:
    """Record the outcome of a send in the caller's transaction; see `Ledger.end`."""
    ended = now()
    stored = json.dumps(campaign) if campaign else None
    db.execute(
        "UPDATE sends SET state = ?, campaign = ?, said = ?, ended_at = ?, "
        "contradictory = max(contradictory, ?), "
        "touched_at = CASE state WHEN 'sending' THEN ? ELSE touched_at END, "
        "clock = CASE state WHEN 'sending' THEN ? ELSE clock END WHERE id = ?",
        [state, stored, server_message, ended, is_contradictory, ended, stored_clock(), number],
    )


def postpone(db: Connection, numbers: Iterable[int], later: float) -> None:
    """Record that the requests of these sends are made within `later` seconds from now."""
    sql = "UPDATE sends SET touched_at = ?, clock = ? WHERE id = ?"
    moment = (now(later), stored_clock(later))
    db.executemany(sql, [(*moment, number) for number in numbers])


def now(later: float = 0.0) -> str:
    """The time in `later` seconds, in ISO 8601 and UTC, as the ledger stores it."""
    return (datetime.now(UTC) + timedelta(seconds=later)).isoformat()
