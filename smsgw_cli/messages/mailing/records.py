"""Records of mailings in the ledger: which ones are the same, and which are finished."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Self

from smsgw_cli.messages import ledger_mailings, ledger_runs
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED
from smsgw_cli.messages.ledger_mailings import Taken
from smsgw_cli.messages.ledger_writes import now
from smsgw_cli.messages.mailing import spooled_rows
from smsgw_cli.messages.mailing.identity import Identity
from smsgw_cli.messages.mailing.part_names import other_division
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.model import Record
from smsgw_cli.storage.batches import marks
from smsgw_cli.storage.database import Connection, Row


class MailingRecord(NamedTuple):
    """A recorded mailing; runs of the same mailing are a series.

    The keys of its sends start with `prefix`. What an earlier run of the series had accepted since
    `since` is not part of it. `text` is that of its `Identity`, None for one of 0.1.0. `is_whole`:
    every row was accepted. `moments` are keys of its bodies: `scheduled_at` and `ends_at`.
    `is_read`: what a part of a file sent from elsewhere was read from the server. Times
    are ISO 8601, in UTC.
    """

    id: int
    series: int
    key: str
    text: str | None
    started_at: str
    ended_at: str | None
    since: str
    is_whole: bool
    moments: Record
    is_read: bool = True

    @classmethod
    def of(cls, row: Row) -> Self:
        """The record in a row of the table `mailings`."""
        values = {name: row[name] for name in cls._fields}
        moments = json.loads(values["moments"] or "{}")
        flags = {name: bool(values[name]) for name in ("is_whole", "is_read")}
        return cls(**{**values, **flags, "moments": moments})

    @property
    def prefix(self) -> str:
        return f"{self.key}/"

    @property
    def name(self) -> str:
        """What an error calls it: its key of --once, or its number."""
        own = _own_key(self.id)
        return own if self.key == own else f"the mailing with the key {self.key!r}"

    @property
    def lock(self) -> str:
        """The name of its lock."""
        return f"mailing-{self.id}"


def newest(db: Connection, identity: Identity) -> MailingRecord | None:
    """The newest mailing that is the same as this one."""
    sql = (
        "SELECT * FROM mailings WHERE key = ? "  # noqa: S608
        "OR ((? IS NULL OR key = 'mailing ' || id) "
        "AND series IN (SELECT series FROM mailing_digests "
        f"WHERE digest IN ({marks(identity.digests)}))) "
        "ORDER BY id DESC LIMIT 1"
    )
    row = db.execute(sql, [identity.key, identity.key, *identity.digests]).fetchone()
    return MailingRecord.of(row) if row else None


def with_key(db: Connection, once: str) -> MailingRecord | None:
    """The newest mailing with this key of --once."""
    row = db.execute("SELECT * FROM mailings WHERE key = ? ORDER BY id DESC LIMIT 1", [once])
    found = row.fetchone()
    return MailingRecord.of(found) if found else None


def has_text(ledger: Ledger, record: MailingRecord, identity: Identity) -> bool:
    """Whether a mailing has the same text, or the same texts row by row."""
    if record.text in (None, identity.text):
        return True
    with ledger.writing() as db:
        found = db.execute("SELECT digest FROM mailing_digests WHERE series = ?", [record.series])
        return not identity.digests.isdisjoint(row["digest"] for row in found)


def before(ledger: Ledger, record: MailingRecord) -> MailingRecord | None:
    """The run before this one in its series."""
    sql = "SELECT * FROM mailings WHERE series = ? AND id < ? ORDER BY id DESC LIMIT 1"
    with ledger.writing() as db:
        row = db.execute(sql, [record.series, record.id]).fetchone()
    return MailingRecord.of(row) if row else None


def is_finished(ledger: Ledger, record: MailingRecord) -> bool:
    """Whether every row of a mailing has an outcome."""
    return record.ended_at is not None and not ledger_mailings.has_unknown(ledger, record.prefix)


def accepted_since(ledger: Ledger, record: MailingRecord, since: str) -> Iterator[Taken]:
    """What the runs of this series up to this one had accepted since then."""
    sql = (
        "SELECT DISTINCT key FROM mailings WHERE series = ? AND id <= ? "
        "AND (ended_at IS NULL OR ended_at >= ?)"
    )
    with ledger.writing() as db:
        keys = [row["key"] for row in db.execute(sql, [record.series, record.id, since])]
    for send in (send for key in keys for send in ledger_mailings.taken(ledger, f"{key}/")):
        if send.state == ACCEPTED and send.touched_at >= since:
            yield send


def begin(
    db: Connection,
    identity: Identity,
    file: str,
    earlier: MailingRecord | None,
    since: str | None,
    moments: Record,
) -> MailingRecord:
    """Record a new mailing, in the series of an earlier run; `since` is now by default.

    An earlier run that is unfinished is closed: its sends are looked up no more.
    """
    started = now()
    (number,) = db.execute("SELECT coalesce(max(id), 0) + 1 FROM mailings").fetchone()
    record = MailingRecord(
        id=number,
        series=earlier.series if earlier else number,
        key=identity.key or _own_key(number),
        text=identity.text,
        started_at=started,
        ended_at=None,
        since=since or started,
        is_whole=False,
        moments=moments,
        is_read=earlier.is_read if earlier else identity.shard is None,
    )
    db.execute(
        "INSERT INTO mailings (id, series, key, text, file, started_at, since, moments, is_read) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(number, record.series, record.key, identity.text, _stored(file), started),
            *(record.since, json.dumps(moments), record.is_read),
        ],
    )
    if earlier:
        sql = "UPDATE mailings SET ended_at = ? WHERE id = ? AND ended_at IS NULL"
        db.execute(sql, [started, earlier.id])
    add_digests(db, record, identity.digests)
    return record


def resume(db: Connection, identity: Identity, record: MailingRecord) -> MailingRecord:
    """Note the file and rows that a mailing is continued with, and its key, if it has one now."""
    add_digests(db, record, identity.digests)
    db.execute("UPDATE mailings SET ended_at = NULL WHERE id = ?", [record.id])
    if identity.key is None or record.key == identity.key:
        return record
    _rename(db, record, identity.key)
    return record._replace(key=identity.key)


def finish(ledger: Ledger, record: MailingRecord, *, is_whole: bool) -> None:
    """Record that no row is left to be sent; `is_whole`: every row was accepted."""
    with ledger.writing() as db:
        sql = "UPDATE mailings SET ended_at = ?, is_whole = ? WHERE id = ?"
        db.execute(sql, [now(), is_whole, record.id])


def note_read(ledger: Ledger, record: MailingRecord) -> None:
    """Record that what a part sent from elsewhere was read."""
    with ledger.writing() as db:
        db.execute("UPDATE mailings SET is_read = 1 WHERE id = ?", [record.id])


def refuse_other_division(db: Connection, identity: Identity) -> None:
    """Raise Usage if the key was used with another --shard I/N, or with none, or now is."""
    once, shard = identity.once, identity.shard
    if once is None:
        return
    sql = "SELECT DISTINCT key FROM mailings WHERE is_read AND key >= ? AND key < ?"
    for row in db.execute(sql, [once, f"{once}!"]):
        divided = re.fullmatch(r"(?: [0-9]+/([0-9]+))?", row["key"].removeprefix(once))
        if divided and divided[1] != (str(shard.count) if shard else None):
            how = f"--shard I/{divided[1]}" if divided[1] else "the whole file"
            raise other_division(once, how)


def add_digests(db: Connection, record: MailingRecord, digests: Iterable[str]) -> None:
    """Record what identifies the series of a mailing."""
    db.executemany(
        "INSERT OR IGNORE INTO mailing_digests VALUES (?, ?)",
        [(each, record.series) for each in digests],
    )


def identify_old(ledger: Ledger, identity: Identity, file: str, spool: Spool) -> None:
    """Give mailings of 0.1.0, which have no digests, those of this mailing if they are the same:
    of the same file, with a row in common."""
    sql = (
        "SELECT * FROM mailings WHERE file = ? AND text IS NULL "
        "AND series NOT IN (SELECT series FROM mailing_digests)"
    )
    with ledger.writing() as db:
        found = [MailingRecord.of(row) for row in db.execute(sql, [_stored(file)])]
    for record in found:
        if any(
            _has_row_of(spool, ledger, send)
            for send in ledger_mailings.taken(ledger, record.prefix)
        ):
            with ledger.writing() as db:
                add_digests(db, record, identity.digests)


def _has_row_of(spool: Spool, ledger: Ledger, send: Taken) -> bool:
    body = ledger.get(send.id).body
    numbers, text = body.get("mobile_numbers", ()), body["message"]
    return any(spooled_rows.row_of(spool, each, text) for each in numbers)


def _stored(file: str) -> str:
    """The name of a file as UTF-8 can hold it."""
    return file.encode(errors="backslashreplace").decode()


def _own_key(number: int) -> str:
    return f"mailing {number}"


def _rename(db: Connection, record: MailingRecord, key: str) -> None:
    """Change the key of a mailing, and the keys of its sends."""
    condition, values = ledger_runs.having_prefix(record.prefix)
    db.execute(
        f"UPDATE OR IGNORE sends SET key = ? || substr(key, ?) WHERE {condition}",  # noqa: S608
        [f"{key}/", len(record.prefix) + 1, *values],
    )
    db.execute("UPDATE mailings SET key = ? WHERE id = ?", [key, record.id])
