"""The sends of a mailing in its spool: rows with the same text, and their outcomes."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from smsgw_cli.messages.ledger_runs import DIGEST_LENGTH
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.statuses import ACCEPTED, NOT_SENT, REFUSED, UNKNOWN
from smsgw_cli.model import Record
from smsgw_cli.storage.batches import batched, marks

MOST_RECIPIENTS = 10_000  # of a campaign
ADDED_AT_ONCE = 1_000  # recipients whose sends are added to the spool together


class SpooledSend(NamedTuple):
    """A send: its number in the spool, its wave, the digest of its content, and that."""

    id: int
    wave: int | None
    digest: str
    text: str
    numbers: list[str]


class Ended(NamedTuple):
    """What became of a send; `entry` is its number in the ledger, None if it has none."""

    status: str | None
    campaign: int | None
    reason: str
    entry: int | None
    id: int


def digest_of(numbers: Sequence[str], text: str) -> str:
    """The digest of a send's content: 16 hexadecimal digits."""
    content = json.dumps([numbers, text]).encode()
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]


def group(spool: Spool, most: int, send: int | None = None) -> None:
    """Make sends of at most so many recipients of the rows without one; with `send`, which is
    dissolved, of its rows instead."""
    where = "send IS NULL" if send is None else "send = ?"
    sql = (
        "SELECT row, number, rows.text AS id, wave, texts.text FROM rows "  # noqa: S608
        f"JOIN texts ON texts.id = rows.text WHERE {where} ORDER BY wave, rows.text, row"
    )
    rows = spool.read(sql, [] if send is None else [send])
    parts = (
        part for _, same in groupby(rows, itemgetter("id", "wave")) for part in batched(same, most)
    )
    last = spool.value("SELECT max(id) FROM sends") or 0
    made: list[tuple[int, Sequence[Any]]] = []
    recipients = 0
    for number, part in enumerate(parts, start=last + 1):
        made.append((number, part))
        recipients += len(part)
        if recipients >= ADDED_AT_ONCE:
            _add(spool, made)
            made, recipients = [], 0
    _add(spool, made)
    if send is not None:
        spool.write("DELETE FROM sends WHERE id = ?", [send])


def _add(spool: Spool, made: Sequence[tuple[int, Sequence[Any]]]) -> None:
    """Add sends: the number of each, and its rows, which have one text."""
    sql = "INSERT INTO sends (id, text, count, digest, wave) VALUES (?, ?, ?, ?, ?)"
    spool.write_all(sql, (_record(number, rows) for number, rows in made))
    assigned = ((number, row["row"]) for number, rows in made for row in rows)
    spool.write_all("UPDATE rows SET send = ? WHERE row = ?", assigned)


def _record(number: int, rows: Sequence[Any]) -> tuple[Any, ...]:
    digest = digest_of([row["number"] for row in rows], rows[0]["text"])
    return number, rows[0]["id"], len(rows), digest, rows[0]["wave"]


def pending(
    spool: Spool, after: int, most: int, recipients: int, wave: int | None = None
) -> list[SpooledSend]:
    """The next pending sends, of a wave or all: at least one, at most `most`, and about so many
    `recipients`."""
    sql = (
        "SELECT sends.id, wave, sends.digest, texts.text, count FROM sends "
        "JOIN texts ON texts.id = sends.text WHERE sends.id > ? AND status IS NULL "
        "AND wave IS coalesce(?, wave) ORDER BY sends.id LIMIT ?"
    )
    found: list[SpooledSend] = []
    total = 0
    for row in spool.read(sql, [after, wave, most]):
        if found and total + row["count"] > recipients:
            break
        total += row["count"]
        found.append(SpooledSend(row["id"], row["wave"], row["digest"], row["text"], []))
    numbers = {each.id: each.numbers for each in found}
    of_these = f"send IN ({marks(found)})"
    sql = f"SELECT send, number FROM rows WHERE {of_these} ORDER BY send, row"  # noqa: S608
    for send, number in spool.read(sql, list(numbers)):
        numbers[send].append(number)
    return found


def some(spool: Spool, sends: Iterable[int]) -> Iterator[SpooledSend]:
    """These pending sends."""
    for send in sends:
        yield from pending(spool, send - 1, 1, 0)


def halve(spool: Spool, send: int) -> None:
    """Make two sends of one."""
    size = spool.value("SELECT count FROM sends WHERE id = ?", [send])
    group(spool, (size + 1) // 2, send)


def most_recipients(spool: Spool) -> int:
    """The highest number of recipients of a pending send; 1 if there is none."""
    return spool.value("SELECT max(count) FROM sends WHERE status IS NULL") or 1


def all_pending(spool: Spool) -> Iterator[SpooledSend]:
    """All pending sends."""
    after = 0
    while page := pending(spool, after, 256, MOST_RECIPIENTS):
        yield from page
        after = page[-1].id


def end(spool: Spool, sends: Iterable[Ended]) -> None:
    """Record the outcomes of sends; a status of None makes one pending again."""
    sql = "UPDATE sends SET status = ?, campaign = ?, reason = ?, entry = ? WHERE id = ?"
    spool.write_all(sql, sends)


def mark_pending(spool: Spool, sends: Iterable[int], status: str) -> None:
    """Set the status of those of these sends that are pending."""
    sql = "UPDATE sends SET status = ? WHERE id = ? AND status IS NULL"
    spool.write_all(sql, [(status, each) for each in sends])


def reopen(spool: Spool, *statuses: str) -> None:
    """Make all sends with these statuses pending again."""
    spool.write_all(
        "UPDATE sends SET status = NULL WHERE status = ?", [(each,) for each in statuses]
    )


def digests(spool: Spool, sends: Iterable[int]) -> dict[int, str]:
    """The digests of sends."""
    sql = "SELECT digest FROM sends WHERE id = ?"
    return {each: spool.value(sql, [each]) for each in sends}


def keep_campaign(spool: Spool, campaign: Record, digest: str) -> None:
    """Keep a campaign of a send whose content has this digest."""
    send = spool.value("SELECT id FROM sends WHERE digest = ?", [digest])
    sql = "INSERT OR REPLACE INTO campaigns VALUES (?, ?, ?)"
    spool.write(sql, [campaign["id"], send, json.dumps(campaign)])


def are_missing(spool: Spool) -> bool:
    """Whether campaigns were kept, but not those of all sends."""
    kept = "SELECT send FROM campaigns WHERE send IS NOT NULL"
    missing = f"SELECT 1 FROM sends WHERE id NOT IN ({kept}) LIMIT 1"  # noqa: S608
    has_any = spool.value("SELECT 1 FROM campaigns LIMIT 1") is not None
    return has_any and spool.value(missing) is not None


def campaigns(spool: Spool) -> Iterator[tuple[int, Record]]:
    """The campaigns that were kept and are of a send, with its number."""
    sql = "SELECT send, record FROM campaigns WHERE send IS NOT NULL ORDER BY id"
    yield from ((row["send"], json.loads(row["record"])) for row in spool.read(sql))


def other_campaigns(spool: Spool) -> Iterator[Record]:
    """Those that are of none."""
    sql = "SELECT record FROM campaigns WHERE send IS NULL ORDER BY id"
    yield from (json.loads(row["record"]) for row in spool.read(sql))


def doubt(spool: Spool, texts: Sequence[str], reason: str) -> None:
    """Make pending sends of these texts, or all if there are none, unknown for this reason."""
    sql = "UPDATE sends SET status = ?, reason = ? WHERE status IS NULL"
    if not texts:
        spool.write(sql, [UNKNOWN, reason])
    ids = (spool.text_id(text) for text in texts)
    spool.write_all(f"{sql} AND text = ?", [(UNKNOWN, reason, each) for each in ids])


def with_status(spool: Spool, status: str) -> list[int]:
    """The sends with this status."""
    return [row[0] for row in spool.read("SELECT id FROM sends WHERE status = ?", [status])]


def count(spool: Spool) -> int:
    """The number of sends."""
    return int(spool.value("SELECT count(*) FROM sends"))


def count_pending(spool: Spool) -> int:
    """The number of pending sends."""
    return int(spool.value("SELECT count(*) FROM sends WHERE status IS NULL"))


def has(spool: Spool, status: str | None, wave: int | None) -> bool:
    """Whether there are sends with this status (None: pending), of a wave or all."""
    sql = "SELECT 1 FROM sends WHERE status IS ? AND wave IS coalesce(?, wave) LIMIT 1"
    return spool.value(sql, [status, wave]) is not None


def rows_by_status(spool: Spool) -> Mapping[str, int]:
    """The number of rows with each status."""
    sql = "SELECT coalesce(status, ?), sum(count) FROM sends GROUP BY status"
    counts: Counter[str] = Counter()
    for status, rows in spool.read(sql, [NOT_SENT]):
        counts[status] += rows
    return counts


def refusals(spool: Spool) -> Iterator[str]:
    """The reasons of refused sends, each once, that of the first one first."""
    sql = "SELECT reason FROM sends WHERE status = ? GROUP BY reason ORDER BY min(id)"
    yield from (row[0] for row in spool.read(sql, [REFUSED]))


def texts(spool: Spool) -> Iterator[tuple[str, int, str]]:
    """The text of each pending send, the number of its recipients, and the first of them."""
    sql = (
        "SELECT texts.text, count, (SELECT number FROM rows WHERE send = sends.id ORDER BY row "
        "LIMIT 1) FROM sends JOIN texts ON texts.id = sends.text WHERE status IS NULL "
        "ORDER BY sends.id"
    )
    yield from map(tuple, spool.read(sql))


def entries(spool: Spool) -> Iterator[int]:
    """The numbers in the ledger of what was accepted, in the order of the rows."""
    sql = (
        "SELECT entry FROM sends JOIN rows ON rows.send = sends.id "
        "WHERE status = ? AND entry IS NOT NULL GROUP BY sends.id ORDER BY min(row)"
    )
    yield from (row[0] for row in spool.read(sql, [ACCEPTED]))
