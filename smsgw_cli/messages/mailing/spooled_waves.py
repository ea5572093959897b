"""The waves of a mailing in its spool: assigns rows in the order of the file."""

from collections.abc import Iterable, Iterator

from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.storage.batches import batched

_AT_ONCE = 10_000  # rows
_PENDING = "SELECT id FROM sends WHERE status IS NULL"


def assign(spool: Spool, waves: Iterable[tuple[int, int]]) -> None:
    """Assign the rows that are pending to waves with these numbers and numbers of recipients; the
    last one takes the rest. Pending sends dissolve."""
    spool.write(f"UPDATE rows SET send = NULL WHERE send IN ({_PENDING})")  # noqa: S608
    spool.write("DELETE FROM sends WHERE status IS NULL")
    sql = "SELECT row FROM rows WHERE send IS NULL ORDER BY row"
    rows = [row[0] for row in spool.read(sql)]
    for part in batched(zip(_numbers(waves), rows, strict=False), _AT_ONCE):
        spool.write_all("UPDATE rows SET wave = ? WHERE row = ?", part)


def _numbers(waves: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The number of a wave for each of its recipients, without end that of the last one."""
    number = 1
    for number, recipients in waves:
        for _ in range(recipients):
            yield number
    while True:
        yield number
