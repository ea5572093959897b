"""Waves in the ledger: how many recipients each has, who they are, and when it was accepted."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from smsgw_cli.errors import Usage
from smsgw_cli.messages import ledger_runs
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_runs import DIGEST_LENGTH
from smsgw_cli.messages.ledger_schema import TAKEN
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.sms.timestamps import parse_timestamp
from smsgw_cli.storage.database import Connection, Row


class Wave(NamedTuple):
    """A wave of a mailing: its number, from 1, its recipients as planned, the seconds to wait after
    it, and how many were `sent` to."""

    number: int
    recipients: int
    wait: float
    sent: int = 0
    accepted_at: str | None = None

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(**{name: row[name] for name in cls._fields})

    @property
    def accepted(self) -> datetime | None:
        """When all its sends were accepted, by the server's clock; None if they were not."""
        return parse_timestamp(self.accepted_at)


def key_of(mailing: MailingRecord, wave: int, start: int) -> str:
    """The key of a send of a wave without a file: it tells where its recipients start, not who is
    left of them."""
    digest = hashlib.sha256(f"{wave} {start}".encode()).hexdigest()[:DIGEST_LENGTH]
    return mailing.prefix + digest


def of_mailing(ledger: Ledger, mailing: int) -> list[Wave]:
    """The waves of a mailing, in order; none if it is sent at once."""
    with ledger.reading() as db:
        rows = db.execute("SELECT * FROM waves WHERE mailing = ? ORDER BY number", [mailing])
        return [Wave.of(row) for row in rows]


def taken(ledger: Ledger, mailing: MailingRecord, wave: int) -> int:
    """The number of recipients of a wave in sends that were not refused."""
    where, values = ledger_runs.having_prefix(mailing.prefix)
    sql = (
        "SELECT coalesce(sum(json_array_length(body, '$.mobile_numbers')), 0) FROM sends "  # noqa: S608
        f"WHERE wave = ? AND {where} AND {TAKEN}"
    )
    with ledger.reading() as db:
        return int(db.execute(sql, [wave, *values]).fetchone()[0])


def refuse_without(ledger: Ledger, mailing: MailingRecord) -> None:
    """Raise Usage if waves of a mailing are left: without them all would go at once."""
    if any(not each.accepted for each in of_mailing(ledger, mailing.id)):
        raise Usage(
            f"{mailing.name} is sent in waves; nothing was sent",
            hint="add --waves to resume; to send the rest regardless, add also --max-failed 100% "
            "--set min_arrived=0",
        )


def plan(db: Connection, mailing: MailingRecord, waves: Sequence[tuple[int, float]]) -> None:
    """Record the recipients and the wait of each wave; no send of an earlier mailing with the same
    key is of one."""
    where, values = ledger_runs.having_prefix(mailing.prefix)
    db.execute(f"UPDATE sends SET wave = NULL WHERE wave IS NOT NULL AND {where}", values)  # noqa: S608
    db.executemany(
        "INSERT INTO waves (mailing, number, recipients, wait) VALUES (?, ?, ?, ?)",
        [(mailing.id, number, *wave) for number, wave in enumerate(waves, start=1)],
    )


def accept(ledger: Ledger, mailing: MailingRecord, wave: int, moment: datetime) -> None:
    """Record that all sends of a wave were accepted."""
    sent = taken(ledger, mailing, wave)
    sql = "UPDATE waves SET accepted_at = ?, sent = ? WHERE mailing = ? AND number = ?"
    with ledger.writing() as db:
        db.execute(sql, [moment.isoformat(), sent, mailing.id, wave])


def keep_recipients(db: Connection, mailing: int, phones: Iterable[int]) -> None:
    """Record the recipients of all waves, in order, as `number_map.as_int` has them."""
    db.executemany(
        "INSERT INTO wave_recipients VALUES (?, ?, ?)",
        ((mailing, position, phone) for position, phone in enumerate(phones)),
    )


def recipients(ledger: Ledger, mailing: int, start: int, end: int) -> list[int]:
    """Those from one position to another, which is not included."""
    sql = "SELECT phone FROM wave_recipients WHERE mailing = ? AND position >= ? AND position < ?"
    with ledger.reading() as db:
        rows = db.execute(f"{sql} ORDER BY position", [mailing, start, end])
        return [row["phone"] for row in rows]


def forget_recipients(db: Connection, mailing: int) -> None:
    """Delete the recipients of a mailing that has ended."""
    db.execute("DELETE FROM wave_recipients WHERE mailing = ?", [mailing])
