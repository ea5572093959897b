"""Opens our SQLite files: private, durable, migrated, with errors as SmsgwError."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection, Cursor, Row
from typing import Any, NamedTuple

from smsgw_cli.storage.failures import FAILURES, Cause, RecordKind, UnusableError
from smsgw_cli.storage.private_file import make_folder, make_private

__all__ = ["Connection", "Database", "Layout", "Row", "value_at_rest"]

PATIENCE = 60.0  # seconds to wait for another writing process
DURABLE = "PRAGMA synchronous = FULL"  # records must be on disk before they are acted on
ROLLBACK = "PRAGMA journal_mode = DELETE"
WRITE_AHEAD = "PRAGMA journal_mode = WAL"
AT_REST = "mode=ro&immutable=1"  # without locks and shared memory


class Layout(NamedTuple):
    """The schema of a database. Its version (`user_version`) is the number of migrations applied.

    `tables` are those of version 0, which had no number yet. `application` is the file's
    `application_id`. `patience` is how many seconds another writing process is waited for.

    A file that `is_shared` by several users is only created by `Database.create`; its owner, group
    and mode are kept.
    """

    kind: RecordKind
    migrations: tuple[str, ...]
    tables: frozenset[str] = frozenset()
    application: int = 0
    pragmas: tuple[str, ...] = (DURABLE,)
    patience: float = PATIENCE
    is_shared: bool = False


class Database:
    """A database, opened and migrated on first use.

    A path of None is a temporary database, deleted when closed. Every method raises SmsgwError.
    """

    def __init__(self, path: Path | None, layout: Layout) -> None:
        self.path = path
        self._layout = layout
        self._db: Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The database, with each statement in its own transaction."""
        db = self._connection()
        try:
            yield db
        except sqlite3.Error as error:
            raise self._layout.kind.unusable(self.path, error) from error

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Cursor:
        """Execute one statement, faster than with `reading`."""
        try:
            return self._connection().execute(sql, values)
        except sqlite3.Error as error:
            raise self._layout.kind.unusable(self.path, error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The database in one durable transaction, rolled back if the block raises."""
        with self.reading() as db:
            # IMMEDIATE: a transaction that starts as a reader cannot wait for another writer.
            db.execute("BEGIN IMMEDIATE")
            with db:
                yield db

    @property
    def exists(self) -> bool:
        """Whether there is a file. A link that leads nowhere is an error: its disk is missing."""
        if self.path is None:
            return True
        try:
            return self._is_there(self.path)
        except FAILURES as error:
            raise self._layout.kind.unusable(self.path, error) from error

    @staticmethod
    def _is_there(path: Path) -> bool:
        if path.exists():
            return True
        missing = path.absolute()
        while not missing.parent.exists():
            missing = missing.parent
        if missing.is_symlink():
            raise UnusableError(Cause.MISSING, "a symbolic link in its path is broken")
        return False

    def create(self) -> None:
        """Create the file, in a folder that exists."""
        if self.path is None or self.exists:
            return
        try:
            if not self.path.parent.is_dir():
                raise UnusableError(Cause.MISSING, "its folder does not exist")
            _create(self.path, self._layout)
        except FAILURES as error:
            raise self._layout.kind.unusable(self.path, error) from error

    def close(self) -> None:
        if self._db is not None:
            db, self._db = self._db, None
            try:
                db.close()
            except sqlite3.Error as error:
                raise self._layout.kind.unusable(self.path, error) from error

    def _connection(self) -> Connection:
        if self._db is None:
            try:
                self._db = self._open()
            except FAILURES as error:
                raise self._layout.kind.unusable(self.path, error) from error
        return self._db

    def _open(self) -> Connection:
        if self.path is None:
            return _connect(None, self._layout)
        if not self.exists:
            if self._layout.is_shared:
                raise UnusableError(Cause.MISSING, "it does not exist")
            _create(self.path, self._layout)
        elif not self.path.stat().st_size:  # our files are created with all their tables
            raise UnusableError(Cause.DAMAGED, "it is empty")
        if not self._layout.is_shared:
            make_private(self.path)  # its errors are more specific than those of SQLite
        return _connect(self.path, self._layout)


def value_at_rest(path: Path, query: str) -> object:
    """The first value of a query of a file that nobody writes to; None if that is not certain, and
    if there is no such value. It takes a tenth of the time of opening the database."""
    try:
        if any(Path(f"{path}{suffix}").exists() for suffix in ("-wal", "-journal")):
            return None
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{AT_REST}", uri=True)) as db:
            (value,) = db.execute(query).fetchone() or (None,)
    except (*FAILURES, ValueError):
        return None
    return value


def _create(path: Path, layout: Layout) -> None:
    """Create a database with all its tables atomically, even if the process is killed."""
    make_folder(path.parent)
    temporary = path.with_name(f"{path.name}.{os.urandom(4).hex()}.new")
    try:
        make_private(temporary)
        _connect(temporary, layout).close()
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            pass  # another process was first
        except OSError:
            temporary.rename(path)  # a file system without links
    finally:
        temporary.unlink(missing_ok=True)


def _connect(path: Path | None, layout: Layout) -> Connection:
    # For an empty name SQLite creates a private temporary file. Only one thread at a time uses
    # that, but not always the same one. A shared file that vanishes now must not become a new one.
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw" if path and layout.is_shared else path or "",
        timeout=min(PATIENCE, layout.patience),
        isolation_level=None,
        check_same_thread=path is not None,
        uri=layout.is_shared,
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
    """Raise UnusableError for a file truncated within a page: SQLite reads the rest as zeros, so
    records would be missing without an error."""
    (page_size,) = db.execute("PRAGMA page_size").fetchone()
    if path.stat().st_size % page_size:
        raise UnusableError(Cause.DAMAGED, "it is truncated")


def _version(db: Connection, layout: Layout) -> int:
    """The version of the file. Raises UnusableError for a newer one or another program's."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (application,) = db.execute("PRAGMA application_id").fetchone()
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    has_ours = not tables.isdisjoint(layout.tables) and (version or tables <= layout.tables)
    is_foreign = application != layout.application or not has_ours
    if tables and is_foreign:
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
