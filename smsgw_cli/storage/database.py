"""SQLite files of ours: private, durable, of the present version, and with one kind of error."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection, Row

from smsgw_cli.storage.failures import FAILURES, Cause, RecordKind, UnusableError
from smsgw_cli.storage.private_file import make_folder, make_private

__all__ = ["Connection", "Database", "Layout", "Row"]

PATIENCE = 60.0  # seconds to wait for another writing process
DURABLE = "PRAGMA synchronous = FULL"  # what is on record must be so before it is acted on
WRITE_AHEAD = "PRAGMA journal_mode = WAL"


@dataclass(frozen=True)
class Layout:
    """What is in a database. Its version, in `user_version`, is how many migrations it has had.

    `tables` are those of version 0, which had no number yet. `application` is the file's
    `application_id`. `may_be_empty` is whether a file of 0 bytes counts as a new one; otherwise
    it has lost what was in it, as ours come into being with all their tables.
    """

    kind: RecordKind
    migrations: tuple[str, ...]
    tables: frozenset[str] = frozenset()
    application: int = 0
    pragmas: tuple[str, ...] = (DURABLE,)
    may_be_empty: bool = False


class Database:
    """A database, opened and brought to the present version at first use.

    A path of None is a temporary one, gone when closed. Every method raises SmsgwError.
    """

    def __init__(self, path: Path | None, layout: Layout) -> None:
        self.path = path
        self._layout = layout
        self._db: Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The database, each statement a transaction of its own."""
        db = self._opened()
        try:
            yield db
        except sqlite3.Error as error:
            raise self._layout.kind.unusable(self.path, error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The database in one durable transaction, undone if the block raises."""
        with self.reading() as db:
            # IMMEDIATE, as a transaction that becomes a writer later cannot wait for another one.
            db.execute("BEGIN IMMEDIATE")
            with db:
                yield db

    def close(self) -> None:
        if self._db is not None:
            db, self._db = self._db, None
            try:
                db.close()
            except sqlite3.Error as error:
                raise self._layout.kind.unusable(self.path, error) from error

    def _opened(self) -> Connection:
        if self._db is None:
            try:
                self._db = self._open()
            except FAILURES as error:
                raise self._layout.kind.unusable(self.path, error) from error
        return self._db

    def _open(self) -> Connection:
        if self.path is None:
            return _connected(None, self._layout)
        if not self.path.exists():
            _create(self.path, self._layout)
        elif not self.path.stat().st_size and not self._layout.may_be_empty:
            raise UnusableError(Cause.DAMAGED, "it is empty")
        make_private(self.path)  # raises what is wrong in words that SQLite does not have
        return _connected(self.path, self._layout)


def _create(path: Path, layout: Layout) -> None:
    """Make a database that is there with all its tables or not at all, even if we are killed."""
    make_folder(path.parent)
    temporary = path.with_name(f"{path.name}.{os.urandom(4).hex()}.new")
    try:
        make_private(temporary)
        _connected(temporary, layout).close()
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            pass  # another process was first
        except OSError:
            temporary.rename(path)  # a file system without links
    finally:
        temporary.unlink(missing_ok=True)


def _connected(path: Path | None, layout: Layout) -> Connection:
    # Of an empty name SQLite makes a file that nobody else sees, gone when closed. It is used by
    # one thread at a time, if not by the same.
    db = sqlite3.connect(
        path or "", timeout=PATIENCE, isolation_level=None, check_same_thread=path is not None
    )
    try:
        db.row_factory = Row
        if (version := _version(db, layout)) < len(layout.migrations):
            _migrate(db, layout, version)
        if path:
            _check_size(db, path)
        for pragma in layout.pragmas:
            db.execute(pragma)
    except BaseException:
        db.close()
        raise
    return db


def _check_size(db: Connection, path: Path) -> None:
    """Raise UnusableError for a file cut short within a page, the rest of which SQLite would
    take for zeros: numbers would be missing from a list without an error."""
    (page_size,) = db.execute("PRAGMA page_size").fetchone()
    if path.stat().st_size % page_size:
        raise UnusableError(Cause.DAMAGED, "it is truncated")


def _version(db: Connection, layout: Layout) -> int:
    """The version of the file. Raises UnusableError if it is newer, or another program's."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (made_by,) = db.execute("PRAGMA application_id").fetchone()
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and (made_by != layout.application or (not version and not tables <= layout.tables)):
        raise UnusableError(Cause.DAMAGED, "it is another program's database")
    if version > len(layout.migrations):
        raise UnusableError(Cause.NEWER, "it was created by a newer version of smsgw")
    return int(version)


def _migrate(db: Connection, layout: Layout, version: int) -> None:
    """Migrate the file to the current version, once, even if opened concurrently."""
    db.execute("BEGIN IMMEDIATE")
    with db:
        version = _version(db, layout)
        for number, script in enumerate(layout.migrations[version:], start=version + 1):
            for statement in script.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
        db.execute(f"PRAGMA application_id = {layout.application}")
