"""The ledger of sends: written before a request is sent, and after its response.

One SQLite file per server. A send with the state `sending` whose process is gone was
interrupted; its outcome is unknown.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from smsgw_cli.config.paths import state_folder
from smsgw_cli.config.record_name import file_name
from smsgw_cli.errors import NotFound
from smsgw_cli.messages import ledger_runs, ledger_writes
from smsgw_cli.messages.ledger_entry import SENDING, STATES, UNKNOWN, Entry
from smsgw_cli.messages.ledger_schema import (
    CAMPAIGN_ID,
    KIND,
    LAYOUT,
    OPEN,
    OUTCOME,
    TAKEN,
    UNKNOWN_YET,
)
from smsgw_cli.messages.ledger_writes import EndedSend, NewSend
from smsgw_cli.storage.batches import batched, marks
from smsgw_cli.storage.database import Connection, Database

RECENT = 64  # sends
_PAGE = 500


def path_for(server: str) -> Path:
    """The path of a server's ledger; that of the embedded gateway for `sandbox`."""
    return state_folder() / "sends" / f"{file_name(server)}.db"


class Ledger:
    """The sends to one server. Every method raises SmsgwError if the file cannot be used.

    `allowed` are the words of --allow of the command that sends, which are recorded. All sends
    that one object begins are of the same run. The command sends with the `key`, or the mailing
    whose keys have the prefix `mailing`.
    """

    def __init__(self, path: Path, allowed: Iterable[str] = ()) -> None:
        self.path = path
        self.allowed = ",".join(allowed) or None
        self.run = os.urandom(8).hex()
        self.key: str | None = None
        self.mailing: str | None = None
        self._db = Database(path, LAYOUT)

    def close(self) -> None:
        self._db.close()

    def find(self, key: str) -> Entry | None:
        """The send with this key that was not refused, or None."""
        return next(self._read(f"key = ? AND {TAKEN}", [key]), None)

    def get(self, number: int) -> Entry:
        """The send with this number. Raises NotFound."""
        for entry in self._read("id = ?", [number]):
            return entry
        raise NotFound(f"send {number} not found", hint="see 'smsgw sends list'")

    def entries(self, states: Iterable[str] = STATES) -> Iterator[Entry]:
        """The sends with these states, newest first, in pages that do not block writers."""
        wanted, below = list(states), 1 << 62
        is_open = UNKNOWN_YET if {*wanted} <= {SENDING, UNKNOWN} else "1"
        while True:
            where = f"id < ? AND {is_open} AND state IN ({marks(wanted)})"
            page = list(self._read(f"{where} ORDER BY id DESC LIMIT {_PAGE}", [below, *wanted]))
            yield from page
            if len(page) < _PAGE:
                return
            below = page[-1].id

    def open_entries(self, prefix: str | None = None) -> list[Entry]:
        """The sends whose outcome or campaign can still be determined from the server, of all or
        those with keys of this prefix; newest first."""
        where, values = ("1", []) if prefix is None else ledger_runs.having_prefix(prefix)
        return list(self._read(f"({OPEN}) AND {where} ORDER BY id DESC", values))

    def of_wave(self, prefix: str, wave: int) -> list[Entry]:
        """The sends of a wave, with keys of this prefix, oldest first, refused ones included."""
        where, values = ledger_runs.having_prefix(prefix)
        return list(self._read(f"{where} AND wave = ? ORDER BY id", [*values, wave]))

    def newest_with_prefix(self, prefix: str) -> Entry | None:
        """The last send with a key of this prefix that was not refused."""
        where, values = ledger_runs.having_prefix(prefix)
        # As in the index of keys, which is used only so.
        query = f"{where} AND state != 'refused' ORDER BY id DESC LIMIT 1"
        return next(self._read(query, values), None)

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

    def sends_of_command(self) -> dict[str, tuple[int, int]]:
        """How many sends of the command are accepted and unknown, each with the newest one; those
        of a mailing with earlier runs."""
        where, values = "(run = ? OR key = ?)", [self.run, self.key]
        if self.mailing is not None:
            where, values = ledger_runs.having_prefix(self.mailing)
        sql = f"SELECT {OUTCOME}, count(*), max(id) FROM sends WHERE {TAKEN} AND {where} GROUP BY 1"  # noqa: S608
        if not self._db.exists:
            return {}
        with self._db.reading() as db:
            return {row[0]: (row[1], row[2]) for row in db.execute(sql, values)}

    def retries(self) -> list[Entry]:
        """The sends of failed messages that were not refused, oldest first."""
        if not self._db.exists:
            return []
        where, values = ledger_runs.retried()
        return list(self._read(f"{where} ORDER BY id", values))

    def of_campaigns(self, campaigns: Iterable[int]) -> Iterator[Entry]:
        """The sends that became these campaigns."""
        for part in batched(campaigns if self._db.exists else (), _PAGE):
            where = f"{CAMPAIGN_ID} IN ({marks(part)}) AND campaign IS NOT NULL"
            yield from self._read(where, part)

    def other_campaigns(self, entry: Entry) -> set[int]:
        """The campaign ids of other sends with the same name."""
        others = self._read("name = ? AND id != ?", [entry.name, entry.id])
        return {other.campaign["id"] for other in others if other.campaign}

    def campaign_before(self, entries: Sequence[Entry]) -> int | None:
        """A campaign id that is lower than those of all these sends: the highest one of the last
        RECENT sends that had ended when the first of these was started."""
        query = (
            f"SELECT max(found) FROM (SELECT {CAMPAIGN_ID} AS found FROM sends "  # noqa: S608
            "WHERE campaign IS NOT NULL AND id < ? AND ended_at < ? ORDER BY id DESC LIMIT ?)"
        )
        first, started = min(each.id for each in entries), min(each.started_at for each in entries)
        with self._db.reading() as db:
            (highest,) = db.execute(query, [first, started, RECENT]).fetchone()
        return highest if isinstance(highest, int) else None

    def ambiguous(self, entry: Entry) -> list[int]:
        """The numbers of other sends with the same name, in progress at the same time and open."""
        where = "name = ? AND id != ? AND state IN (?, ?) AND (state = ? OR touched_at >= ?)"
        values = [entry.name, entry.id, SENDING, UNKNOWN, SENDING, entry.started_at]
        return [other.id for other in self._read(where, values)]

    def begin(self, new: NewSend, lock: str) -> Entry:
        """Record a send before its request is sent."""
        run = None if new.wave else self.run
        with self.writing() as db:
            (number,) = ledger_writes.begin(db, [new], lock=lock, allowed=self.allowed, run=run)
        if number is None:
            raise KIND.unusable(self.path, ValueError(f"the key {new.key!r} is in use"))
        return self.get(number)

    def begin_retry(self, number: int) -> None:
        """Record that a send is about to be retried."""
        with self.writing() as db:
            db.execute(
                "UPDATE sends SET state = ?, ended_at = NULL WHERE id = ?", [SENDING, number]
            )
            ledger_writes.postpone(db, [number], 0.0)

    def end(self, *sends: EndedSend) -> None:
        """Record outcomes; `touched_at` of an interrupted send is when it was last sent."""
        with self.writing() as db:
            ledger_writes.finish(db, sends)

    def clear(self) -> None:
        """Delete the records of all sends and mailings."""
        if self._db.exists:
            with self.writing() as db:
                db.execute("DELETE FROM sends")
                db.execute("DELETE FROM mailings")
                db.execute("DELETE FROM mailing_digests")
                db.execute("DELETE FROM used_keys")
                db.execute("DELETE FROM waves")
                db.execute("DELETE FROM wave_recipients")

    def _read(self, where: str, values: Sequence[Any]) -> Iterator[Entry]:
        with self._db.reading() as db:
            found = db.execute(f"SELECT * FROM sends WHERE {where}", values).fetchall()  # noqa: S608
        return map(Entry.of, found)

    def reading(self) -> AbstractContextManager[Connection]:
        """The database, with each statement in its own transaction."""
        return self._db.reading()

    def writing(self) -> AbstractContextManager[Connection]:
        """The database in one durable transaction."""
        return self._db.writing()
