"""Removes sends from the ledger, with their keys or without."""

from array import array
from collections.abc import Iterable, Iterator

from smsgw_cli.messages import used_keys
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_schema import TAKEN, UNKNOWN_YET
from smsgw_cli.storage.batches import batched, marks

# Who is in the waves that are left depends on who was in those before.
_HAS_WAVES_LEFT = """
sends.wave IS NOT NULL AND EXISTS (
    SELECT 1 FROM waves JOIN mailings ON mailings.id = waves.mailing
    WHERE accepted_at IS NULL AND mailings.ended_at IS NULL
        AND substr(sends.key, 1, length(mailings.key) + 1) = mailings.key || '/'
)
"""
_AT_ONCE = 500  # sends of one transaction, which other processes wait for


def started_before(ledger: Ledger, timestamp: str, *, with_unknown: bool) -> "array[int]":
    """The numbers of sends started before this time (ISO 8601, in UTC)."""
    known = "1" if with_unknown else f"NOT ({UNKNOWN_YET}) AND NOT ({_HAS_WAVES_LEFT})"
    query = f"SELECT id FROM sends WHERE started_at < ? AND {known}"  # noqa: S608
    with ledger.reading() as db:
        return array("q", (row[0] for row in db.execute(query, [timestamp])))


def states(ledger: Ledger, numbers: Iterable[int]) -> Iterator[tuple[int, str, str]]:
    """The number, the state and the lock of each of these sends. Raises NotFound."""
    for number in numbers:
        with ledger.reading() as db:
            sql = "SELECT id, state, claim FROM sends WHERE id = ?"
            row = db.execute(sql, [number]).fetchone()
        if row is None:
            ledger.get(number)  # raises
        yield tuple(row)


def keys(ledger: Ledger, numbers: Iterable[int]) -> Iterator[str]:
    """The keys of these sends."""
    for part in batched(numbers, _AT_ONCE):
        sql = f"SELECT key FROM sends WHERE id IN ({marks(part)}) AND key IS NOT NULL"  # noqa: S608
        with ledger.reading() as db:
            yield from (row[0] for row in db.execute(sql, part).fetchall())


def remove(ledger: Ledger, numbers: Iterable[int], *, keeps_keys: bool) -> None:
    """Delete records; keys that are not kept can be used again."""
    for part in batched(numbers, _AT_ONCE):
        of_part = f"FROM sends WHERE id IN ({marks(part)})"
        with ledger.writing() as db:
            if keeps_keys:
                known = f"SELECT key {of_part} AND key IS NOT NULL AND {TAKEN}"
                used_keys.add(db, [row[0] for row in db.execute(known, part)])
            db.execute(f"DELETE {of_part}", part)


def compact(ledger: Ledger) -> None:
    """Give back the space of removed records, and what was in it."""
    with ledger.reading() as db:
        db.execute("VACUUM")
