"""The ledger in a backup, and its merging into the ledger of the same server: none is removed."""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from smsgw_cli.errors import Usage
from smsgw_cli.messages.ledger import REFUSED, STATES
from smsgw_cli.messages.ledger_schema import LAYOUT
from smsgw_cli.messages.send_paths import is_send
from smsgw_cli.model import Record
from smsgw_cli.sms.timestamps import read_timestamp
from smsgw_cli.storage.database import Connection, Database, Row

DIGESTS, MAILINGS, SENDS = "mailing_digests", "mailings", "sends"
OF_LEDGER = ("id", "restored")  # columns that are about the ledger, not the send
PAGE = 500
_LOCK = re.compile(r"[a-z0-9-]{1,64}")  # also part of the name of a file


def records(path: Path) -> Iterator[Record]:
    """The rows of all tables of a ledger, each with the name of its `table`, in pages that do not
    block writers. What a row refers to comes before it."""
    with closing(Database(path, LAYOUT)) as database:
        for table in (DIGESTS, MAILINGS) if database.exists else ():
            query = f"SELECT * FROM {table} ORDER BY 1"  # noqa: S608  # ours
            yield from _rows(database, table, query, [])
        last = -(1 << 62)
        while database.exists:
            query = f"SELECT * FROM sends WHERE id > ? ORDER BY id LIMIT {PAGE}"  # noqa: S608
            page = _rows(database, SENDS, query, [last])
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1]["id"]


def _rows(database: Database, table: str, query: str, values: list[Any]) -> list[Record]:
    with database.reading() as db:
        return [{"table": table, **dict(row)} for row in db.execute(query, values)]


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

    `is_first` is whether the ledger was empty. `series` and `keys` are those of mailings here, by
    those in the backup; `digests` are its own.
    """

    db: Connection
    is_first: bool = False
    added: int = 0
    updated: int = 0
    known: int = 0
    series: dict[int, int] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    digests: list[tuple[str, int]] = field(default_factory=list)

    def take(self, records: Iterable[Record]) -> None:
        """Add the rows of a backup. Raises Usage for an invalid one."""
        merges = {DIGESTS: self._digest, MAILINGS: self._mailing, SENDS: self._send}
        for record in records:
            try:
                row = {name: _plain(value) for name, value in record.items() if name != "table"}
                merges[record["table"]](row)
            except (KeyError, TypeError, ValueError) as error:
                raise Usage(f"invalid record of the sends: {record!r:.200}") from error
        self.db.executemany(
            "INSERT OR IGNORE INTO mailing_digests VALUES (?, ?)",
            [(text, self.series[old]) for text, old in self.digests if old in self.series],
        )

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
        found = self._first(query, [_time(row["started_at"]), row["file"]])
        if found:
            sql = "UPDATE mailings SET ended_at = ?, is_whole = ? WHERE id = ? AND ended_at IS NULL"
            self.db.execute(sql, [row["ended_at"], bool(row["is_whole"]), found["id"]])
            key, series = found["key"], found["series"]
        else:
            key, series = self._added_mailing(row)
        self.series.setdefault(row["series"], series)
        self.keys[str(row["key"])] = key

    def _added_mailing(self, row: Record) -> tuple[str, int]:
        """Add a mailing, with a number of its own if its number is another one's here."""
        number = self._free(MAILINGS, int(row["id"]))
        series = self.series.get(row["series"], number)
        key = f"mailing {number}" if row["key"] == f"mailing {row['id']}" else str(row["key"])
        query = "SELECT 1 FROM mailings WHERE series = ? AND started_at > ?"
        if row["ended_at"] is None and self._first(query, [series, row["started_at"]]):
            row = {**row, "ended_at": row["started_at"]}  # the later one has closed it
        json.loads(row["moments"] or "{}")
        self._insert(MAILINGS, {**row, "id": number, "key": key, "series": series})
        return key, series

    def _send(self, row: Record) -> None:
        """Add a send; of one that is known, what the newer record says counts."""
        row = self._checked(row)
        found = self._same(row)
        if found is None:
            number = self._free(SENDS, row["id"])
            self._insert(SENDS, {**row, "id": number, "restored": not self.is_first})
            self.added += 1
        elif _moment(row) > _moment(found):
            news = {k: v for k, v in row.items() if k in {*found.keys()} - {*OF_LEDGER}}
            changes = ", ".join(f"{name} = ?" for name in news)
            values = [*news.values(), found["id"]]
            self.db.execute(f"UPDATE sends SET {changes} WHERE id = ?", values)  # noqa: S608
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
        if not _LOCK.fullmatch(row["claim"]):
            raise ValueError("no lock")
        for each in ("started_at", "touched_at", "ended_at"):
            if row[each] is not None or each != "ended_at":
                _time(row[each])
        prefix, slash, digest = str(row["key"] or "").rpartition("/")
        if slash and prefix in self.keys:
            return {**row, "key": f"{self.keys[prefix]}/{digest}"}
        return row

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
        """Insert a row, without what an older version of the table has no column for."""
        known = {name: row[name] for name in self._columns[table] if name in row}
        names, marks = ", ".join(known), ", ".join("?" * len(known))
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  # ours
        self.db.execute(sql, list(known.values()))

    @cached_property
    def _columns(self) -> dict[str, list[str]]:
        tables = (MAILINGS, SENDS)
        info = {each: self.db.execute(f"PRAGMA table_info({each})") for each in tables}
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
    return value


def _moment(row: Row | Record) -> str:
    """When what a row says was recorded."""
    return max(str(row["ended_at"] or ""), str(row["touched_at"]))


def _time(value: Any) -> Any:
    """A time as the ledger stores it. Raises ValueError or TypeError."""
    read_timestamp(value)
    return value
