"""All rows of a ledger, for a backup."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from smsgw_cli.messages.ledger_schema import LAYOUT
from smsgw_cli.model import Record
from smsgw_cli.storage.database import Database, Row

DIGESTS, MAILINGS, SENDS = "mailing_digests", "mailings", "sends"
WAVES, WAVE_RECIPIENTS, USED_KEYS = "waves", "wave_recipients", "used_keys"
# The columns of each table's primary key. What a row refers to stands in a table before its own.
TABLES = {
    DIGESTS: ("digest", "series"),
    MAILINGS: ("id",),
    WAVES: ("mailing", "number"),
    WAVE_RECIPIENTS: ("mailing", "position"),
    USED_KEYS: ("digest",),
    SENDS: ("id",),
}
PAGE = 500


def records(path: Path) -> Iterator[Record]:
    """The rows of all tables of a ledger, each with the name of its `table`, bytes as hexadecimal
    digits; in pages that do not block writers."""
    with closing(Database(path, LAYOUT)) as database:
        for table, key in TABLES.items() if database.exists else ():
            yield from _rows(database, table, key)


def _rows(database: Database, table: str, key: Sequence[str]) -> Iterator[Record]:
    names, marks = ", ".join(key), ", ".join("?" * len(key))
    order = f"ORDER BY {names} LIMIT {PAGE}"
    first = f"SELECT * FROM {table} {order}"  # noqa: S608  # ours
    following = f"SELECT * FROM {table} WHERE ({names}) > ({marks}) {order}"  # noqa: S608
    page: list[Row] = []
    while True:
        last = [page[-1][each] for each in key] if page else []
        with database.reading() as db:
            page = db.execute(following if last else first, last).fetchall()
        yield from ({"table": table, **dict(map(_shown, dict(row).items()))} for row in page)
        if len(page) < PAGE:
            return


def _shown(item: tuple[str, Any]) -> tuple[str, Any]:
    name, value = item
    return name, value.hex() if isinstance(value, bytes) else value
