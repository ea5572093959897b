"""The sends of a mailing in the ledger, however many: their keys begin with its prefix.

A digest follows the prefix, which distinguishes `a/` from `a/b/`.
"""

import json
from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from smsgw_cli.messages import ledger_runs
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_schema import CAMPAIGN_ID, TAKEN, UNKNOWN_YET
from smsgw_cli.model import Record
from smsgw_cli.storage.batches import batched, marks

_PAGE = 500


class Taken(NamedTuple):
    """A send that was not refused: its number, the digest that ends its key, and the rest of what
    an `Entry` has but for its body; `campaign` is the id."""

    id: int
    digest: str
    state: str
    campaign: int | None
    touched_at: str


def taken(ledger: Ledger, prefix: str) -> Iterator[Taken]:
    """The sends that were not refused, without their bodies."""
    where, (_, end, length) = ledger_runs.having_prefix(prefix)
    sql = (
        f"SELECT id, substr(key, {len(prefix) + 1}) AS digest, state, {CAMPAIGN_ID} "  # noqa: S608
        f"AS campaign, touched_at FROM sends WHERE {where} AND {TAKEN} ORDER BY key LIMIT {_PAGE}"
    )
    after = prefix
    while True:
        with ledger.reading() as db:
            page = [Taken(*row) for row in db.execute(sql, [after, end, length])]
        yield from page
        if len(page) < _PAGE:
            return
        after = prefix + page[-1].digest


def is_there(ledger: Ledger, prefix: str) -> bool:
    """Whether there are sends that were not refused."""
    return _any(ledger, prefix, TAKEN)


def has_unknown(ledger: Ledger, prefix: str) -> bool:
    """Whether the outcome of a send is not known."""
    return _any(ledger, prefix, UNKNOWN_YET)


def ids(ledger: Ledger, prefix: str) -> "array[int]":
    """The numbers of the sends that were not refused, oldest first."""
    where, values = ledger_runs.having_prefix(prefix)
    sql = f"SELECT id FROM sends WHERE {where} AND {TAKEN} ORDER BY id"  # noqa: S608
    with ledger.reading() as db:
        return array("q", (row[0] for row in db.execute(sql, values)))


def campaigns(ledger: Ledger, numbers: Iterable[int]) -> Iterator[Record]:
    """The campaigns of these sends; with the id None of those that the server hides."""
    for part in batched(numbers, _PAGE):
        sql = f"SELECT id, name, campaign FROM sends WHERE id IN ({marks(part)})"  # noqa: S608
        with ledger.reading() as db:
            found = {row["id"]: row for row in db.execute(sql, part)}
        for row in (found[each] for each in part if each in found):
            campaign: Record = json.loads(row["campaign"] or "null")
            yield campaign or {"id": None, "name": row["name"]}


def _any(ledger: Ledger, prefix: str, condition: str) -> bool:
    where, values = ledger_runs.having_prefix(prefix)
    sql = f"SELECT 1 FROM sends WHERE {condition} AND {where} LIMIT 1"  # noqa: S608
    with ledger.reading() as db:
        return db.execute(sql, values).fetchone() is not None
