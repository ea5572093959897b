"""Merges the ledger of a backup into that of the same server; removes no entry."""

import json
import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from smsgw_cli.errors import Usage
from smsgw_cli.messages.ledger_entry import REFUSED, STATES
from smsgw_cli.messages.ledger_rows import (
    DIGESTS,
    MAILINGS,
    SENDS,
    TABLES,
    USED_KEYS,
    WAVE_RECIPIENTS,
    WAVES,
)
from smsgw_cli.messages.ledger_schema import LAYOUT
from smsgw_cli.messages.send_paths import is_send
from smsgw_cli.model import Record
from smsgw_cli.sms.timestamps import read_timestamp
from smsgw_cli.storage.database import Connection, Database, Row

LARGEST = (1 << 63) - 1
TEXTS = ("key", "name", "said", "allowed", "run", "clock")  # columns that may be null
OF_LEDGER = ("id", "restored")  # columns that are about the ledger, not the send
_LOCK = re.compile(r"[a-z0-9-]{1,64}")  # also part of the name of a file


def merge(path: Path, records: Iterable[Record], *, dry_run: bool = False) -> "Merge":
    """Merge the rows of a backup into a ledger; all or none.

    Raises Usage for an invalid row, SmsgwError if the ledger cannot be used. A dry run changes
    nothing.
    """
    is_new = dry_run and not Database(path, LAYOUT).exists
    with closing(Database(None if is_new else path, LAYOUT)) as database, database.writing() as db:
        merged = Merge(db, db.execute("SELECT 1 FROM sends LIMIT 1").fetchone() is None)
        merged.take(records)
        if dry_run:
            db.rollback()
    return merged


@dataclass
class Merge:
    """A merge into a ledger; counts the sends that were `added`, `updated`, and `known` before.

    `is_first` is whether the ledger was empty. `series`, `numbers` and `keys` are those of mailings
    here, by those in the backup; only those of new ones have `waves`. `digests` are the backup's.
    """

    db: Connection
    is_first: bool = False
    added: int = 0
    updated: int = 0
    known: int = 0
    series: dict[int, int] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    waves: set[int] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)
    digests: list[tuple[str, int]] = field(default_factory=list)

    def take(self, records: Iterable[Record]) -> None:
        """Add the rows of a backup. Raises Usage for an invalid one."""
        for record in records:
            try:
                row = {name: _plain(value) for name, value in record.items() if name != "table"}
                self._take(record["table"], row)
            except (KeyError, TypeError, ValueError) as error:
                raise Usage(f"invalid record of sends: {record!r:.200}") from error
        self.db.executemany(
            "INSERT OR IGNORE INTO mailing_digests VALUES (?, ?)",
            [(text, self.series[old]) for text, old in self.digests if old in self.series],
        )

    def _take(self, table: str, row: Record) -> None:
        if table in (WAVES, WAVE_RECIPIENTS):
            self._wave(table, row)
        else:
            {
                DIGESTS: self._digest,
                MAILINGS: self._mailing,
                USED_KEYS: self._used_key,
                SENDS: self._send,
            }[table](row)

    def _wave(self, table: str, row: Record) -> None:
        """Add a part of the waves of a mailing that was not here."""
        if row["mailing"] in self.waves:
            self._insert(table, {**row, "mailing": self.numbers[row["mailing"]]})

    def _used_key(self, row: Record) -> None:
        digest = bytes.fromhex(row["digest"])
        self.db.execute("INSERT OR IGNORE INTO used_keys VALUES (?)", [digest])

    def _digest(self, row: Record) -> None:
        """Keep a digest until its mailing is known; one that is here is of the same series."""
        text, old = str(row["digest"]), int(row["series"])
        self.digests.append((text, old))
        found = self._first("SELECT min(series) AS series FROM mailing_digests WHERE digest = ?",
                            [text])  # fmt: skip
        if found and found["series"] is not None:
            self.series.setdefault(old, found["series"])

    def _mailing(self, row: Record) -> None:
        """Add a mailing, or end the same one here if it has ended in the backup."""
        query = "SELECT * FROM mailings WHERE started_at = ? AND file = ?"
        found: Row | Record | None = self._first(query, [_time(row["started_at"]), row["file"]])
        if found:
            sql = "UPDATE mailings SET ended_at = ?, is_whole = ? WHERE id = ? AND ended_at IS NULL"
            self.db.execute(sql, [row["ended_at"], bool(row["is_whole"]), found["id"]])
        else:
            found = self._added_mailing(row)
            self.waves.add(row["id"])
        self.series.setdefault(row["series"], found["series"])
        self.numbers[row["id"]] = found["id"]
        self.keys[str(row["key"])] = found["key"]

    def _added_mailing(self, row: Record) -> Record:
        """Add a mailing, with a number of its own if its number is another one's here."""
        number = self._free(MAILINGS, int(row["id"]))
        series = self.series.get(row["series"], number)
        key = f"mailing {number}" if row["key"] == f"mailing {row['id']}" else str(row["key"])
        query = "SELECT 1 FROM mailings WHERE series = ? AND started_at > ?"
        if row["ended_at"] is None and self._first(query, [series, row["started_at"]]):
            row = {**row, "ended_at": row["started_at"]}  # the later one has closed it
        json.loads(row["moments"] or "{}")
        added = {**row, "id": number, "key": key, "series": series}
        self._insert(MAILINGS, added)
        return added

    def _send(self, row: Record) -> None:
        """Add a send; of one that is known, what the newer record says counts."""
        row = self._checked(row)
        found = self._same(row)
        if found is None:
            number = self._free(SENDS, int(row["id"]))
            self._insert(SENDS, {**row, "id": number, "restored": not self.is_first})
            self.added += 1
        elif _moment(row) > _moment(found):
            news = {k: v for k, v in row.items() if k in {*found.keys()} - {*OF_LEDGER}}
            changes = ", ".join(f"{name} = ?" for name in news)
            values = [*news.values(), found["id"]]
            self.db.execute(f"UPDATE OR IGNORE sends SET {changes} WHERE id = ?", values)  # noqa: S608
            self.updated += 1
        else:
            self.known += 1

    def _checked(self, row: Record) -> Record:
        """The row, with the key of its mailing here. Raises ValueError or TypeError."""
        body, campaign = json.loads(row["body"]), json.loads(row["campaign"] or "null")
        if not isinstance(body, dict) or not isinstance(campaign, dict | None):
            raise TypeError("no object")
        if row["state"] not in STATES or not is_send(row["path"]):
            raise ValueError("no send")
        if not all(isinstance(row.get(each), str | None) for each in TEXTS):
            raise TypeError("no text")
        if not _LOCK.fullmatch(row["claim"]):
            raise ValueError("no lock")
        for each in ("started_at", "touched_at", "ended_at"):
            if row[each] is not None or each != "ended_at":
                _time(row[each])
        prefix, slash, digest = str(row["key"] or "").rpartition("/")
        if slash and prefix in self.keys:
            row = {**row, "key": f"{self.keys[prefix]}/{digest}"}
        return {**row, "claim": self._lock(row["claim"])}

    def _lock(self, name: str) -> str:
        """The name of a lock here; that of a mailing has its number."""
        kind, _, number = name.rpartition("-")
        is_of_mailing = kind == "mailing" and number.isdecimal()
        return f"{kind}-{self.numbers.get(int(number), number)}" if is_of_mailing else name

    def _same(self, row: Record) -> Row | None:
        """The record here of the same send: by its key, or by when and what was sent."""
        if self.is_first:
            return None
        if row["key"] is not None and row["state"] != REFUSED:
            # As in the index of keys, which is used only so.
            query = "SELECT * FROM sends WHERE key = ? AND state != 'refused'"
            if found := self._first(query, [row["key"]]):
                return found
        same = [row["started_at"], row["path"], row["body"]]
        query = "SELECT * FROM sends WHERE {} = ? AND started_at = ? AND path = ? AND body = ?"
        found = self._first(query.format("id"), [row["id"], *same])
        return found or self._first(query.format("name"), [row["name"], *same])

    def _insert(self, table: str, row: Record) -> None:
        """Insert a row, without what an older version of the table has no column for. Raises
        ValueError if the table cannot have it."""
        known = {name: row[name] for name in self._columns[table] if name in row}
        names, marks = ", ".join(known), ", ".join("?" * len(known))
        sql = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  # ours
        if not self.db.execute(sql, list(known.values())).rowcount:
            raise ValueError("a duplicate, or a required value is missing")

    @cached_property
    def _columns(self) -> dict[str, list[str]]:
        info = {each: self.db.execute(f"PRAGMA table_info({each})") for each in TABLES}
        return {table: [each["name"] for each in columns] for table, columns in info.items()}

    def _free(self, table: str, number: int) -> int:
        """The number itself, or the next one, if it is taken."""
        if self._first(f"SELECT 1 FROM {table} WHERE id = ?", [number]) is None:  # noqa: S608
            return number
        highest = self._first(f"SELECT max(id) AS id FROM {table}", [])  # noqa: S608
        return int(highest["id"]) + 1 if highest else number

    def _first(self, query: str, values: list[Any]) -> Row | None:
        row: Row | None = self.db.execute(query, values).fetchone()
        return row


def _plain(value: Any) -> Any:
    if not isinstance(value, str | int | float | None):
        raise TypeError("no plain value")
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("too large for SQLite")
    return value


def _moment(row: Row | Record) -> str:
    """When what a row says was recorded."""
    return max(str(row["ended_at"] or ""), str(row["touched_at"]))


def _time(value: Any) -> Any:
    """A time as the ledger stores it. Raises ValueError or TypeError."""
    read_timestamp(value)
    return value
