"""Faults of paged lists: ties, and rows that come and go between two pages.

They are at work where a page is read (pages.py), within `at_work`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from smsgw_cli.sandbox.store import Store

TIES, INSERTED, DELETED = "ties", "row-inserted", "row-deleted"

_kind: ContextVar[str] = ContextVar("kind of fault", default="")

FRESH: Mapping[str, Mapping[str, str | None]] = {
    "contacts": {"mobile_number": "+1999{id:07}"},
    "fields": {"tag": "INSERTED_{id}"},
    "campaigns": {"next_run_at": None},
    "messages": {"retry_at": None},
}
"""What a copy of a row must not share with it, by table: unique columns, and what is still due."""


@contextmanager
def at_work(kind: str) -> Iterator[None]:
    before = _kind.set(kind)
    try:
        yield
    finally:
        _kind.reset(before)


def ordered(order: str, number: int) -> str:
    """ORDER BY for the page with this number: `order` is a column of time, and then the id.

    With `ties`, rows of one second are in an order that differs by page, as MySQL gives them
    without a tie-breaker ("LIMIT Query Optimization": nondeterministic for equal values).
    """
    if _kind.get() != TIES:
        return order
    time = order.removesuffix(" DESC, id DESC")
    # Multiplication modulo a prime is a permutation, another one for every factor.
    return f"({time}) / 1000 DESC, id * {7919 * (number % 97 + 2)} % 65521"


def shift(store: Store, table: str, ids: str, values: Mapping[str, Any]) -> None:
    """After a page was read: insert a row before all others, or delete the first one.

    `ids` is the SQL of the ids in order, with LIMIT :per_page OFFSET :skipped.
    """
    if _kind.get() not in (INSERTED, DELETED):
        return
    first = store.first(ids, {**values, "per_page": 1, "skipped": 0})
    if first is None:
        return
    with store.writing():
        if _kind.get() == DELETED:
            store.delete(table, first["id"])
        else:
            _insert_copy(store, table, first["id"])


def _insert_copy(store: Store, table: str, key: int) -> None:
    """It comes before the original: its time is the same, its id is greater."""
    row = store.one(f"SELECT * FROM {table} WHERE id = ?", (key,))  # noqa: S608
    del row["id"]
    newest = store.one(f"SELECT MAX(id) AS id FROM {table}")["id"]  # noqa: S608
    fresh = {
        name: text and text.format(id=newest + 1) for name, text in FRESH.get(table, {}).items()
    }
    store.insert(table, {**row, **fresh})
