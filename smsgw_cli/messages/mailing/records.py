"""Records of mailings, so that an unfinished one resumes when run again."""

from dataclasses import dataclass

from smsgw_cli.messages.ledger import Ledger, now


@dataclass(frozen=True)
class MailingRecord:
    """A recorded mailing. The keys of its sends start with `prefix`."""

    id: int
    prefix: str
    started_at: str
    is_new: bool


def find_or_begin(ledger: Ledger, fingerprint: str, file: str, once: str | None) -> MailingRecord:
    """The unfinished mailing with this fingerprint, or a new one.

    The keys of a new one's sends start with `once`, or with the number of the mailing. The caller
    must hold the lock of the fingerprint.
    """
    with ledger.writing() as db:
        found = db.execute(
            "SELECT id, key, started_at FROM mailings WHERE fingerprint = ? AND ended_at IS NULL",
            [fingerprint],
        ).fetchone()
        if found:
            return MailingRecord(
                found["id"], _prefix(found["key"]), found["started_at"], is_new=False
            )
        number = db.execute("SELECT coalesce(max(id), 0) + 1 FROM mailings").fetchone()[0]
        key, started = once or f"mailing {number}", now()
        db.execute(
            "INSERT INTO mailings (id, key, fingerprint, file, started_at) VALUES (?, ?, ?, ?, ?)",
            [number, key, fingerprint, file, started],
        )
        return MailingRecord(number, _prefix(key), started, is_new=True)


def unfinished(ledger: Ledger, file: str, fingerprint: str) -> list[int]:
    """The numbers of unfinished mailings of this file with other rows or options."""
    query = "SELECT id FROM mailings WHERE file = ? AND fingerprint != ? AND ended_at IS NULL"
    with ledger.writing() as db:
        return [row["id"] for row in db.execute(query, [file, fingerprint])]


def finish(ledger: Ledger, mailing: MailingRecord) -> None:
    """Record that every row has an outcome, so that the same command starts a new mailing."""
    with ledger.writing() as db:
        db.execute("UPDATE mailings SET ended_at = ? WHERE id = ?", [now(), mailing.id])


def _prefix(key: str) -> str:
    return f"{key}/"
