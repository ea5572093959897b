"""Which messages of a list were told already: in a file that the next run goes on with, or not.

A message is known by its id. Beside it stands the day on which it was seen last, so that what is no
longer in the list can be forgotten, and the file does not grow for ever.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.model import Record
from smsgw_cli.storage.private_file import make_private

IN_MEMORY = ":memory:"
APPLICATION = 0x736D7363  # "smsc", in the file's header: other databases are left alone
_SCHEMA = f"""
PRAGMA application_id = {APPLICATION};
CREATE TABLE IF NOT EXISTS seen (id INTEGER PRIMARY KEY, day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""


class Cursor:
    """The ids that were told, and facts to go on with. Every method raises SmsgwError."""

    def __init__(self, db: sqlite3.Connection, name: str) -> None:
        self._db = db
        self._name = name

    def fact(self, name: str) -> str | None:
        """A fact noted before; None if there is none."""
        with self._usable():
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
        return row[0] if row else None

    def note(self, **facts: str) -> None:
        with self._usable(), self._db:
            self._db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    def has(self, record: Record, today: str) -> bool:
        """Whether it was told before. One that was is then known to be in the list today."""
        with self._usable():
            found = "SELECT day FROM seen WHERE id = ?"
            row = self._db.execute(found, [record["id"]]).fetchone()
        if row and row[0] < today:
            self.add([record], today)
        return row is not None

    def add(self, records: Iterable[Record], today: str) -> None:
        """Note that these were told, or need not be."""
        with self._usable(), self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO seen VALUES (?, ?)",
                ((record["id"], today) for record in records),
            )

    def forget_before(self, day: str) -> None:
        """Forget what was not seen since that day."""
        with self._usable(), self._db:
            self._db.execute("DELETE FROM seen WHERE day < ?", [day])

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _unusable(self._name, error) from error


@contextmanager
def opened(path: Path | None, about: str, busy: Callable[[], None]) -> Iterator[Cursor | None]:
    """The cursor in a file, made where there is none, or one that is gone afterwards.

    `about` is what it is a cursor of. None, after calling `busy`, if another process uses it.
    Raises Usage for a file that is something else, or a cursor of something else.
    """
    if path is None:
        with closing(_connected(IN_MEMORY)) as db:
            yield Cursor(db, IN_MEMORY)
        return
    lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        busy()
        yield None
        return
    except OSError as error:
        raise _unusable(str(path), error) from error
    try:
        with closing(_on_disk(path)) as db:
            yield _checked(Cursor(db, str(path)), path, about)
    finally:
        lock.release()


def _on_disk(path: Path) -> sqlite3.Connection:
    try:
        make_private(path)
        return _connected(path)
    except (OSError, sqlite3.OperationalError) as error:
        raise _unusable(str(path), error) from error
    except sqlite3.DatabaseError as error:
        raise Usage(f"{path} is no cursor", hint="name a file that is not there yet") from error


def _connected(path: Path | str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30)
    try:
        _refuse_others(db)
        # What was told is on record though we are killed; a power cut may repeat the last lines.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_SCHEMA)
    except BaseException:
        db.close()
        raise
    return db


def _refuse_others(db: sqlite3.Connection) -> None:
    """Raise DatabaseError for a database that something else keeps its data in."""
    (made_by,) = db.execute("PRAGMA application_id").fetchone()
    (tables,) = db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    if tables and made_by != APPLICATION:
        raise sqlite3.DatabaseError("another program's database")


def _checked(cursor: Cursor, path: Path, about: str) -> Cursor:
    known = cursor.fact("about")
    if known is None:
        cursor.note(about=about)
    elif known != about:
        raise Usage(
            f"{path} is the cursor of something else: {known}, not {about}",
            hint="each server, and each choice of messages, takes a file of its own",
        )
    return cursor


def _unusable(name: str, error: Exception) -> SmsgwError:
    return SmsgwError(
        f"the cursor {name} cannot be used: {error}",
        hint="without it messages might be told twice",
    )
