"""The waves of a mailing in its spool: rows in order, and sends that are held until their turn."""

from collections.abc import Iterable, Iterator
from itertools import chain, repeat

from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.statuses import HELD, UNKNOWN
from smsgw_cli.storage.batches import batched

_AT_ONCE = 10_000  # rows


def assign(spool: Spool, sizes: Iterable[tuple[int, int]]) -> None:
    """Assign the rows that are pending to waves with these numbers and numbers of rows, in order;
    the last wave takes what is more. They are without a send then."""
    pending = "SELECT id FROM sends WHERE status IS NULL"
    spool.write(f"UPDATE rows SET send = NULL WHERE send IN ({pending})")  # noqa: S608
    spool.write("DELETE FROM sends WHERE status IS NULL")
    rows = spool.read("SELECT row FROM rows WHERE send IS NULL ORDER BY row")
    numbers = ((wave, row["row"]) for wave, row in zip(_numbers(sizes), rows, strict=False))
    for part in batched(numbers, _AT_ONCE):
        spool.write_all("UPDATE rows SET wave = ? WHERE row = ?", part)


def _numbers(sizes: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The number of the wave of each row."""
    last = 0
    for last, size in sizes:
        yield from repeat(last, max(0, size))
    yield from chain.from_iterable(repeat((last,)))


def hold(spool: Spool) -> None:
    """Hold all pending sends."""
    spool.write("UPDATE sends SET status = ? WHERE status IS NULL", [HELD])


def count_held(spool: Spool) -> int:
    """The number of sends that are held."""
    return int(spool.value("SELECT count(*) FROM sends WHERE status = ?", [HELD]))


def release(spool: Spool, wave: int) -> None:
    """Make the sends of a wave pending that are held."""
    spool.write("UPDATE sends SET status = NULL WHERE status = ? AND wave = ?", [HELD, wave])


def has_unknown(spool: Spool, wave: int) -> bool:
    """Whether the outcome of a send of a wave is unknown."""
    sql = "SELECT 1 FROM sends WHERE status = ? AND wave = ?"
    return spool.value(sql, [UNKNOWN, wave]) is not None
