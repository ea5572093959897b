"""The rows of a mailing in its spool: added one by one, left out, and read."""

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.subscribed_rows import NOT_SUBSCRIBED
from smsgw_cli.sms.same_phone import phone_of
from smsgw_cli.sms.trimmed import trimmed

DUPLICATE = "duplicate of row "


def add(spool: Spool, row: int, number: str, text: str) -> None:
    """Add a row, by its number in the file. Two texts to one phone are two messages."""
    place = (spool.text_id(text, is_new=True), phone_of(number))
    sql = "INSERT OR IGNORE INTO rows (row, number, text, phone) VALUES (?, ?, ?, ?)"
    if not spool.write(sql, [row, number, *place]):
        first = spool.value("SELECT row FROM rows WHERE text = ? AND phone = ?", place)
        _add_reason(spool, row, f"{DUPLICATE}{first}")


def add_unsubscribed(spool: Spool, row: int, number: str, _: str) -> None:
    """Add a row that is not subscribed; `leave_out_unsubscribed` then leaves out its phone."""
    spool.write("INSERT OR IGNORE INTO unsubscribed VALUES (?)", [phone_of(number)])
    _add_reason(spool, row, NOT_SUBSCRIBED)


def leave_out_unsubscribed(spool: Spool) -> None:
    """Leave out all rows of phones that a row says are not subscribed."""
    where = "FROM rows WHERE phone IN (SELECT phone FROM unsubscribed)"
    if spool.value("SELECT 1 FROM unsubscribed"):
        spool.write(f"INSERT INTO left_out SELECT row, ? {where}", [NOT_SUBSCRIBED])
        spool.write(f"DELETE {where}")


class InvalidRow(NamedTuple):
    """An invalid row: a column or a word in place of one, and the reason.

    `is_flaw` is whether the reason does not name its cell, `is_ours` whether it belongs to the part
    of the file that is sent.
    """

    row: int
    place: str
    reason: str
    is_flaw: bool
    is_ours: bool

    def __str__(self) -> str:
        return f"row {self.row}, {self.place}" if self.is_flaw else f"row {self.row}"


def add_invalid(spool: Spool, invalid: InvalidRow) -> None:
    """Add an invalid row."""
    spool.write("INSERT INTO problems VALUES (?, ?, ?, ?, ?)", invalid)


def leave_out(spool: Spool, rows: Iterable[tuple[int, str]]) -> None:
    """Leave out rows that are pending, each with its reason. A send that had them is dissolved:
    the rest of its rows is without a send."""
    sql = (
        "SELECT send FROM rows LEFT JOIN sends ON sends.id = send WHERE row = ? AND status IS NULL"
    )
    for row, reason in rows:
        for (send,) in spool.read(sql, [row]):
            spool.write("DELETE FROM rows WHERE row = ?", [row])
            _add_reason(spool, row, reason)
            dissolve(spool, [send] if send is not None else [])


def dissolve(spool: Spool, sends: Iterable[int]) -> None:
    """Delete sends; their rows are without a send."""
    for send in sends:
        spool.write("UPDATE rows SET send = NULL WHERE send = ?", [send])
        spool.write("DELETE FROM sends WHERE id = ?", [send])


def dissolve_all(spool: Spool) -> None:
    """Delete all sends."""
    spool.write("UPDATE rows SET send = NULL")
    spool.write("DELETE FROM sends")


def numbers(spool: Spool) -> Iterator[tuple[int, str]]:
    """The rows that are pending, with their numbers, by text."""
    sql = (
        "SELECT row, number FROM rows LEFT JOIN sends ON sends.id = send WHERE status IS NULL "
        "ORDER BY rows.text, row"
    )
    yield from map(tuple, spool.read(sql))


def pairs(spool: Spool) -> Iterator[tuple[str, str]]:
    """Each number with its text, sorted."""
    sql = "SELECT number, texts.text FROM rows JOIN texts ON texts.id = rows.text"
    yield from map(tuple, spool.read(f"{sql} ORDER BY number, texts.text"))


def row_of(spool: Spool, number: str, text: str) -> int | None:
    """The row with the phone of this number and this text, or None."""
    found = spool.text_id(text)
    if found is None:
        return None
    sql = "SELECT row FROM rows WHERE text = ? AND phone = ?"
    row: int | None = spool.value(sql, [found, phone_of(number)])
    return row


def index_phones(spool: Spool) -> None:
    """Let `text_like` find rows."""
    spool.write("CREATE INDEX IF NOT EXISTS row_of_phone ON rows (phone)")


def text_like(spool: Spool, number: str, text: str) -> str:
    """The text of a row with the phone of this number that a server, which may trim it, shows as
    this; itself if there is none."""
    sql = "SELECT texts.text FROM rows JOIN texts ON texts.id = rows.text WHERE phone = ?"
    texts = (row["text"] for row in spool.read(sql, [phone_of(number)]))
    return next((each for each in texts if trimmed(each) == trimmed(text)), text)


def invalid(spool: Spool, most: int = -1) -> Iterator[InvalidRow]:
    """The first invalid rows."""
    found = spool.read("SELECT * FROM problems ORDER BY row LIMIT ?", [most])
    yield from itertools.starmap(InvalidRow, found)


def count(spool: Spool) -> int:
    """The number of rows that can be sent."""
    return int(spool.value("SELECT count(*) FROM rows"))


def count_invalid(spool: Spool) -> int:
    """The number of invalid rows of our part."""
    return int(spool.value("SELECT count(*) FROM problems WHERE is_ours"))


def count_duplicates(spool: Spool) -> int:
    """The number of rows with the phone and the text of an earlier one."""
    sql = "SELECT count(*) FROM left_out WHERE reason >= ? AND reason < ?"
    return int(spool.value(sql, [DUPLICATE, f"{DUPLICATE}:"]))


def _add_reason(spool: Spool, row: int, reason: str) -> None:
    spool.write("INSERT OR REPLACE INTO left_out VALUES (?, ?)", [row, reason])
