"""The ledger of sends: written before a request is sent, and after its response.

One SQLite file per server. A send with the state `sending` whose process is gone was
interrupted; its outcome is unknown.
"""

import hashlib
import json
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

from smsgw_cli.config.paths import state_folder
from smsgw_cli.config.record_name import file_name
from smsgw_cli.engine.settle_time import stored_clock
from smsgw_cli.errors import NotFound
from smsgw_cli.messages import ledger_runs
from smsgw_cli.messages.ledger_schema import CAMPAIGN_ID, KIND, LAYOUT, OPEN, UNKNOWN_YET
from smsgw_cli.model import Record
from smsgw_cli.storage.database import Connection, Database, Row

SENDING, ACCEPTED, REFUSED, UNKNOWN = "sending", "accepted", "refused", "unknown"
STATES = (SENDING, ACCEPTED, REFUSED, UNKNOWN)

_PAGE = 500
_TAKEN = "state != 'refused'"  # as in the index of keys, which is used only so
_LENGTH_OF_USED = 16  # bytes
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


class Taken(NamedTuple):
    """A send that was not refused: its number, the digest that ends its key, and the rest of what
    an `Entry` has but for its body; `campaign` is the id."""

    id: int
    digest: str
    state: str
    campaign: int | None
    touched_at: str


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
        return next(self._read(f"key = ? AND {_TAKEN}", [key]), None)

    def get(self, number: int) -> Entry:
        """The send with this number. Raises NotFound."""
        for entry in self._read("id = ?", [number]):
            return entry
        raise NotFound(f"send {number} not found", hint="see 'smsgw sends list'")

    def entries(self, states: Iterable[str] = STATES) -> Iterator[Entry]:
        """The sends with these states, newest first, in pages that do not block writers."""
        wanted, below = set(states), 1 << 62
        is_open = UNKNOWN_YET if wanted <= {SENDING, UNKNOWN} else "1"
        marks = ", ".join("?" * len(wanted))
        while True:
            where = f"id < ? AND {is_open} AND state IN ({marks}) ORDER BY id DESC LIMIT {_PAGE}"
            page = list(self._read(where, [below, *wanted]))
            yield from page
            if len(page) < _PAGE:
                return
            below = page[-1].id

    def open_entries(self, prefix: str | None = None) -> list[Entry]:
        """The sends whose outcome or campaign can still be determined from the server, of all or
        those with keys of this prefix; newest first."""
        where, values = ("1", []) if prefix is None else ledger_runs.having_prefix(prefix)
        return list(self._read(f"({OPEN}) AND {where} ORDER BY id DESC", values))

    def has_unknown(self, prefix: str) -> bool:
        """Whether the outcome of a send with a key of this prefix is not known."""
        where, values = ledger_runs.having_prefix(prefix)
        return next(self._read(f"{UNKNOWN_YET} AND {where} LIMIT 1", values), None) is not None

    def has_prefix(self, prefix: str) -> bool:
        """Whether there are sends with keys of this prefix that were not refused."""
        where, values = ledger_runs.having_prefix(prefix)
        return next(self._read(f"{where} AND {_TAKEN} LIMIT 1", values), None) is not None

    def taken(self, prefix: str) -> Iterator[Taken]:
        """The sends with keys of this prefix that were not refused, without their bodies.

        A digest follows the prefix, which distinguishes `a/` from `a/b/`.
        """
        where, (_, end, length) = ledger_runs.having_prefix(prefix)
        sql = (
            f"SELECT id, substr(key, {len(prefix) + 1}) AS digest, state, {CAMPAIGN_ID} "  # noqa: S608
            f"AS campaign, touched_at FROM sends WHERE {where} AND {_TAKEN} "
            f"ORDER BY key LIMIT {_PAGE}"
        )
        after = prefix
        while True:
            with self._db.reading() as db:
                page = [Taken(*row) for row in db.execute(sql, [after, end, length])]
            yield from page
            if len(page) < _PAGE:
                return
            after = prefix + page[-1].digest

    def ids_with_prefix(self, prefix: str) -> "array[int]":
        """The numbers of these sends, oldest first."""
        where, values = ledger_runs.having_prefix(prefix)
        sql = f"SELECT id FROM sends WHERE {where} AND {_TAKEN} ORDER BY id"  # noqa: S608
        with self._db.reading() as db:
            return array("q", (row[0] for row in db.execute(sql, values)))

    def campaigns(self, numbers: Iterable[int]) -> Iterator[Record]:
        """The campaigns of these sends; with the id None of those that the server hides."""
        for part in batched(numbers, _PAGE):
            marks = ", ".join("?" * len(part))
            sql = f"SELECT id, name, campaign FROM sends WHERE id IN ({marks})"  # noqa: S608
            with self._db.reading() as db:
                found = {row["id"]: row for row in db.execute(sql, part)}
            for row in (found[each] for each in part if each in found):
                campaign: Record = json.loads(row["campaign"] or "null")
                yield campaign or {"id": None, "name": row["name"]}

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
        for newest in self._read(f"{where} ORDER BY id DESC LIMIT 1", values):
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
        for part in batched(campaigns if self._db.exists else (), _PAGE):
            marks = ", ".join("?" * len(part))
            yield from self._read(f"{CAMPAIGN_ID} IN ({marks}) AND campaign IS NOT NULL", part)

    def started_before(self, timestamp: str, *, with_unknown: bool) -> "array[int]":
        """The numbers of sends started before this time (ISO 8601, in UTC)."""
        known = "1" if with_unknown else f"NOT ({UNKNOWN_YET})"
        query = f"SELECT id FROM sends WHERE started_at < ? AND {known}"  # noqa: S608
        with self._db.reading() as db:
            return array("q", (row[0] for row in db.execute(query, [timestamp])))

    def states(self, numbers: Iterable[int]) -> Iterator[tuple[int, str, str]]:
        """The number, the state and the lock of each of these sends. Raises NotFound."""
        for number in numbers:
            with self._db.reading() as db:
                sql = "SELECT id, state, claim FROM sends WHERE id = ?"
                row = db.execute(sql, [number]).fetchone()
            if row is None:
                self.get(number)  # raises
            yield tuple(row)

    def keys(self, numbers: Iterable[int]) -> Iterator[str]:
        """The keys of these sends."""
        for part in batched(numbers, _PAGE):
            marks = ", ".join("?" * len(part))
            sql = f"SELECT key FROM sends WHERE id IN ({marks}) AND key IS NOT NULL"  # noqa: S608
            with self._db.reading() as db:
                yield from (row[0] for row in db.execute(sql, part).fetchall())

    def other_campaigns(self, entry: Entry) -> set[int]:
        """The campaign ids of other sends with the same name."""
        others = self._read("name = ? AND id != ?", [entry.name, entry.id])
        return {other.campaign["id"] for other in others if other.campaign}

    def campaign_before(self, entry: Entry) -> int | None:
        """The highest campaign id of the sends that had ended when this one was started."""
        query = (
            f"SELECT {CAMPAIGN_ID} FROM sends WHERE campaign IS NOT NULL AND id < ? "  # noqa: S608
            f"AND ended_at < ? ORDER BY {CAMPAIGN_ID} DESC LIMIT 1"
        )
        with self._db.reading() as db:
            highest = db.execute(query, [entry.id, entry.started_at]).fetchone()
        return highest[0] if highest and isinstance(highest[0], int) else None

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

    def is_used(self, key: str) -> bool:
        """Whether this is the key of a send that was accepted, and whose record was removed."""
        sql = "SELECT 1 FROM used_keys WHERE digest = ?"
        with self._db.reading() as db:
            return db.execute(sql, [digest_of_key(key)]).fetchone() is not None

    @property
    def has_used(self) -> bool:
        """Whether there are keys of removed records."""
        with self._db.reading() as db:
            return db.execute("SELECT 1 FROM used_keys LIMIT 1").fetchone() is not None

    def remove(self, numbers: Iterable[int], *, keeps_keys: bool) -> None:
        """Delete these records; keys that are not kept can be used again."""
        for part in batched(numbers, _PAGE):
            marks = ", ".join("?" * len(part))
            of_part = f"FROM sends WHERE id IN ({marks})"
            with self.writing() as db:
                if keeps_keys:
                    keys = db.execute(
                        f"SELECT key {of_part} AND key IS NOT NULL AND {_TAKEN}", part
                    )
                    used = [(digest_of_key(row["key"]),) for row in keys]
                    db.executemany("INSERT OR IGNORE INTO used_keys VALUES (?)", used)
                db.execute(f"DELETE {of_part}", part)

    def compact(self) -> None:
        """Give back the space of removed records, and what was in it."""
        with self._db.reading() as db:
            db.execute("VACUUM")

    def clear(self) -> None:
        """Delete the records of all sends and mailings."""
        if self._db.exists:
            with self.writing() as db:
                db.execute("DELETE FROM sends")
                db.execute("DELETE FROM mailings")
                db.execute("DELETE FROM mailing_digests")
                db.execute("DELETE FROM used_keys")

    def _read(self, where: str, values: Sequence[Any]) -> Iterator[Entry]:
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


def digest_of_key(key: str) -> bytes:
    """What is kept of the key of a removed record."""
    return hashlib.sha256(key.encode()).digest()[:_LENGTH_OF_USED]


T = TypeVar("T")


def batched(values: Iterable[T], most: int) -> Iterator[Sequence[T]]:
    """The values in lists of at most so many, as `itertools.batched` of Python 3.12."""
    remaining = iter(values)
    while part := list(islice(remaining, most)):
        yield part


def now(later: float = 0.0) -> str:
    """The time in `later` seconds, in ISO 8601 and UTC, as the ledger stores it."""
    return (datetime.now(UTC) + timedelta(seconds=later)).isoformat()
