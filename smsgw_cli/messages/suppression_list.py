"""The do-not-contact list: numbers that no send may reach, whatever the server.

One SQLite file for all servers: who does not want to be written to does not care by whom.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from smsgw_cli.config.paths import state_folder
from smsgw_cli.model import Record
from smsgw_cli.sms.timestamps import format_timestamp
from smsgw_cli.storage.database import Connection, Database, Layout
from smsgw_cli.storage.failures import Cause, RecordKind

# Fewer digits than that may be the end of anybody's number.
FEWEST_DIGITS = 7

_SCHEMA = """
CREATE TABLE IF NOT EXISTS suppressed (
    number TEXT PRIMARY KEY,
    reason TEXT,
    since TEXT NOT NULL
) WITHOUT ROWID
"""
# Version 0.1.0 reads and adds to whatever file has this table with these three columns: they stay,
# with every number that is kept out, and anything new goes into tables beside it.
LAYOUT = Layout(
    RecordKind(
        "the do-not-contact list",
        "nothing is sent without it, except with --allow-suppressed",
        {
            Cause.DAMAGED: "restore it from a backup, or move it away and add its numbers again "
            "with 'smsgw suppress import'"
        },
    ),
    (_SCHEMA,),
    tables=frozenset({"suppressed"}),
)


def path() -> Path:
    """Where the list is."""
    return state_folder() / "suppressed.db"


class Suppressed:
    """Numbers in E.164, each with a reason and since when. Every method raises SmsgwError if the
    file cannot be used: a list that cannot be read must not be taken for an empty one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __bool__(self) -> bool:
        """Whether there is any number on it. No file is made to find out."""
        if not self._path.exists():
            return False
        with self._reading() as db:
            return db.execute("SELECT 1 FROM suppressed LIMIT 1").fetchone() is not None

    def __iter__(self) -> Iterator[Record]:
        """Every number with its reason and since when, the numbers in order."""
        if not self._path.exists():
            return
        with self._reading() as db:
            for row in db.execute("SELECT number, reason, since FROM suppressed ORDER BY number"):
                yield dict(row)

    def add(self, numbers: Iterable[tuple[str, str | None]]) -> list[str]:
        """Add numbers, each with its reason; those that were not there before."""
        since = format_timestamp(datetime.now(UTC))
        with self._writing() as db:
            return [
                number
                for number, reason in numbers
                if db.execute(
                    "INSERT OR IGNORE INTO suppressed VALUES (?, ?, ?)", [number, reason, since]
                ).rowcount
            ]

    def remove(self, numbers: Iterable[str]) -> None:
        """Take numbers off it."""
        with self._writing() as db:
            db.executemany("DELETE FROM suppressed WHERE number = ?", [[each] for each in numbers])

    @contextmanager
    def open(self) -> Iterator["Lookup"]:
        """What can be asked about many numbers, as the list is now."""
        if not self._path.exists():
            yield Lookup(None)
            return
        with self._reading() as db:
            yield Lookup(db)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with closing(Database(self._path, LAYOUT)) as database, database.reading() as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with closing(Database(self._path, LAYOUT)) as database, database.writing() as db:
            yield db


class Lookup:
    """The list, open to be asked."""

    def __init__(self, db: Connection | None) -> None:
        self._db = db

    def has(self, number: str) -> bool:
        """Whether a number in E.164 is on it."""
        return self._finds("number = ?", number)

    def has_suffix_match(self, digits: str) -> bool:
        """Whether digits that are no whole number may mean one that is on it: one ends in the
        other, as 2025550123 and 0012025550123 do with +12025550123."""
        digits = digits.lstrip("0")
        if len(digits) < FEWEST_DIGITS:
            return False
        return self._finds("number LIKE '%' || ?1 OR ?1 LIKE '%' || substr(number, 2)", digits)

    def _finds(self, condition: str, value: str) -> bool:
        if self._db is None:
            return False
        query = f"SELECT 1 FROM suppressed WHERE {condition} LIMIT 1"  # noqa: S608  # ours
        return self._db.execute(query, [value]).fetchone() is not None
