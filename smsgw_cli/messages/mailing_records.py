"""Mailings that were begun: run again before all of it is done, one goes on where it was."""

from dataclasses import dataclass

from smsgw_cli.messages.ledger import Ledger, now


@dataclass(frozen=True)
class MailingRecord:
    """A mailing on record. The keys of its sends begin with `prefix`."""

    id: int
    prefix: str
    started_at: str
    is_new: bool


def begun(ledger: Ledger, mark: str, file: str, once: str | None) -> MailingRecord:
    """The unfinished mailing with this fingerprint, or a new one; with a key, always that one.

    Only for who holds the claim of the fingerprint.
    """
    with ledger.writing() as db:
        found = db.execute(
            "SELECT id, key, started_at FROM mailings WHERE fingerprint = ? AND ended_at IS NULL",
            [mark],
        ).fetchone()
        if found:
            return MailingRecord(
                found["id"], _prefix(found["key"]), found["started_at"], is_new=False
            )
        number = db.execute("SELECT coalesce(max(id), 0) + 1 FROM mailings").fetchone()[0]
        key, started = once or f"mailing {number}", now()
        db.execute(
            "INSERT INTO mailings (id, key, fingerprint, file, started_at) VALUES (?, ?, ?, ?, ?)",
            [number, key, mark, file, started],
        )
        return MailingRecord(number, _prefix(key), started, is_new=True)


def unfinished(ledger: Ledger, file: str, mark: str) -> list[int]:
    """Mailings of this file that were not finished, but had other rows or options."""
    query = "SELECT id FROM mailings WHERE file = ? AND fingerprint != ? AND ended_at IS NULL"
    with ledger.writing() as db:
        return [row["id"] for row in db.execute(query, [file, mark])]


def finish(ledger: Ledger, mailing: MailingRecord) -> None:
    """Note that each row has its outcome: the same command begins a new mailing."""
    with ledger.writing() as db:
        db.execute("UPDATE mailings SET ended_at = ? WHERE id = ?", [now(), mailing.id])


def _prefix(key: str) -> str:
    return f"{key}/"
