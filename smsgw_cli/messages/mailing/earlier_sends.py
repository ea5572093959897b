"""Marks in the spool what was sent before, by the ledger: of sends of unchanged content without a
look at their bodies."""

from collections.abc import Iterable, Sequence

from smsgw_cli.messages import ledger_entry, used_keys
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_mailings import Taken
from smsgw_cli.messages.mailing import spooled_rows, spooled_sends
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.statuses import ACCEPTED, UNKNOWN
from smsgw_cli.storage.batches import batched, marks

_PAGE = 500  # sends marked at a time


def mark_sent(mailing: Mailing, book: Ledger, sends: Iterable[Taken]) -> int:
    """Mark the rows that these sends have; returns how many were pending.

    The other rows of a send that dissolves become sends of their own.
    """
    marked = 0
    for page in batched(sends, _PAGE):
        rows, others = _mark(mailing.spool, page)
        marked += rows
        for send in others:
            body = book.get(send.id).body
            marked += mark_rows(mailing.spool, send, body["mobile_numbers"], body["message"])
    mailing.group()
    return marked


def mark_used(mailing: Mailing, book: Ledger, prefix: str) -> None:
    """Mark pending sends whose keys are those of accepted ones with removed records."""
    if used_keys.are_there(book):
        used = (
            each.id
            for each in spooled_sends.all_pending(mailing.spool)
            if used_keys.is_used(book, prefix + each.digest)
        )
        spooled_sends.mark_pending(mailing.spool, used, ACCEPTED)


def _mark(spool: Spool, page: Sequence[Taken]) -> tuple[int, list[Taken]]:
    """Mark the pending sends with the same content; returns the number of their rows, and the sends
    without any."""
    sql = f"SELECT digest, id, count, status FROM sends WHERE digest IN ({marks(page)})"  # noqa: S608
    same = {row["digest"]: row for row in spool.read(sql, [each.digest for each in page])}
    first = {each.digest: each for each in reversed(page)}
    pending = [row for row in same.values() if row["status"] is None]
    spooled_sends.end(spool, (_ended(first[row["digest"]], row["id"]) for row in pending))
    return sum(row["count"] for row in pending), [each for each in page if each.digest not in same]


def _ended(send: Taken, number: int) -> spooled_sends.Ended:
    return spooled_sends.Ended(_status(send), send.campaign, "", send.id, number)


def mark_rows(spool: Spool, send: Taken, numbers: Iterable[str], text: str) -> int:
    """Mark the rows with these numbers and this text that are in pending sends, which dissolve;
    returns how many."""
    rows = [row for each in numbers if (row := spooled_rows.row_of(spool, each, text))]
    taken = [row for row in rows if _is_pending(spool, row)]
    if not taken:
        return 0
    dissolved = {spool.value("SELECT send FROM rows WHERE row = ?", [row]) for row in taken}
    sql = (
        "INSERT INTO sends (text, count, digest, status, campaign, entry) VALUES (?, ?, ?, ?, ?, ?)"
    )
    values = [spool.text_id(text), len(taken), send.digest, _status(send), send.campaign, send.id]
    number = spool.insert(sql, values)
    spooled_rows.dissolve(spool, dissolved - {None})
    spool.write_all("UPDATE rows SET send = ? WHERE row = ?", [(number, row) for row in taken])
    return len(taken)


def _is_pending(spool: Spool, row: int) -> bool:
    sql = "SELECT 1 FROM rows LEFT JOIN sends ON sends.id = send WHERE row = ? AND status IS NULL"
    return spool.value(sql, [row]) is not None


def _status(send: Taken) -> str:
    return ACCEPTED if send.state == ledger_entry.ACCEPTED else UNKNOWN
