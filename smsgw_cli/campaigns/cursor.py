"""The cursor of `messages tail`: the messages already printed, in a file or in memory.

It stores ids with the day they were last seen, so that ids no longer in the list can be set aside,
and later deleted, and the file does not grow forever.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from smsgw_cli.errors import Usage
from smsgw_cli.model import Record
from smsgw_cli.storage.database import WRITE_AHEAD, Database, Layout
from smsgw_cli.storage.failures import Cause, RecordKind
from smsgw_cli.storage.locks import Busy, locked

# "smsc": version 0.1.0 checks only this; a file format that it must not use needs a new value.
APPLICATION = 0x736D7363
_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (id INTEGER PRIMARY KEY, day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID
"""
# Ids that are no longer in the list. They are on it again if it reaches further back.
_FORGOTTEN = """
CREATE TABLE IF NOT EXISTS forgotten (id INTEGER PRIMARY KEY, day TEXT NOT NULL)
"""
KIND = RecordKind(
    "the cursor",
    "without it messages might be printed twice",
    {Cause.DAMAGED: "use a file that does not exist yet"},
    errors={Cause.DAMAGED: Usage},
)
LAYOUT = Layout(
    KIND,
    (_SCHEMA, _FORGOTTEN),
    tables=frozenset({"seen", "facts", "forgotten"}),
    application=APPLICATION,
    # Durable if the process is killed; after a power failure the last lines may be repeated.
    pragmas=(WRITE_AHEAD, "PRAGMA synchronous = NORMAL"),
)


class Cursor:
    """The printed ids, and metadata for resuming.

    Days are `2031-01-31`, in UTC. Every method raises SmsgwError if the file cannot be used.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def metadata(self, name: str) -> str | None:
        """The metadata of this name, or None."""
        with self._db.reading() as db:
            row = db.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
        return row[0] if row else None

    def note(self, **metadata: str) -> None:
        """Store metadata by name."""
        with self._db.writing() as db:
            db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", metadata.items())

    def has(self, record: Record, today: str) -> bool:
        """Whether it was printed before; if so, it is marked as seen today."""
        with self._db.reading() as db:
            query = "SELECT day FROM seen WHERE id = ?"
            row = db.execute(query, [record["id"]]).fetchone()
        if row and row[0] < today:
            self.add([record], today)
        return row is not None

    def add(self, records: Iterable[Record], today: str) -> None:
        """Mark these as printed, or as older than what is to be printed."""
        with self._db.writing() as db:
            db.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?)",
                ((record["id"], today) for record in records),
            )

    def forget_before(self, day: str, delete_before: str) -> None:
        """Set aside ids not seen since a day, and delete those not seen since an earlier one."""
        with self._db.writing() as db:
            where = "FROM seen WHERE day < ?"
            db.execute(f"INSERT OR REPLACE INTO forgotten SELECT id, day {where}", [day])
            db.execute(f"DELETE {where}", [day])
            db.execute("DELETE FROM forgotten WHERE day < ?", [delete_before])

    def has_forgotten(self, record: Record) -> bool:
        """Whether it was printed so long ago that it was set aside."""
        with self._db.reading() as db:
            query = "SELECT 1 FROM forgotten WHERE id = ?"
            return db.execute(query, [record["id"]]).fetchone() is not None

    @property
    def highest(self) -> int | None:
        """The highest id seen, or None."""
        query = "SELECT max(id) FROM (SELECT id FROM seen UNION ALL SELECT id FROM forgotten)"
        with self._db.reading() as db:
            found: int | None = db.execute(query).fetchone()[0]
        return found


@contextmanager
def opened(path: Path | None, about: str, busy: Callable[[], None]) -> Iterator[Cursor | None]:
    """The cursor in a file, created if missing, or a temporary one without a path.

    `about` identifies server and filter. None, after calling `busy`, if another process uses it.
    Raises Usage for a file that is not a cursor, or a cursor for something else.
    """
    if path is None:
        with closing(Database(None, LAYOUT)) as db:
            yield Cursor(db)
        return
    lock = path.with_name(f"{path.name}.lock")
    try:
        with locked(lock, partial(KIND.unusable, path)), closing(Database(path, LAYOUT)) as db:
            yield _checked(Cursor(db), path, about)
    except Busy:
        busy()
        yield None


def _checked(cursor: Cursor, path: Path, about: str) -> Cursor:
    known = cursor.metadata("about")
    if known is None:
        cursor.note(about=about)
    elif known != about:
        raise Usage(
            f"{path} is a cursor for {known}, not for {about}",
            hint="use a separate file for each server and filter",
        )
    return cursor
