"""The do-not-contact list: numbers that no send may reach, on any server.

One SQLite file for all servers, as opt-outs apply to every sender.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from smsgw_cli.config.paths import state_folder
from smsgw_cli.errors import Unavailable
from smsgw_cli.messages import opt_out_records
from smsgw_cli.messages.opt_out_records import Applied
from smsgw_cli.messages.opt_outs import Replies
from smsgw_cli.model import Record
from smsgw_cli.sms.numbers import regions_of
from smsgw_cli.sms.same_phone import spellings
from smsgw_cli.sms.timestamps import format_timestamp
from smsgw_cli.storage.database import Connection, Database, Layout
from smsgw_cli.storage.failures import Cause, RecordKind

if TYPE_CHECKING:
    from smsgw_cli.messages.opt_out_merge import Merge

BACKUP = "smsgw_cli.messages.opt_out_merge"  # imported for backups alone, not for sends
PATIENCE = 30.0  # seconds to wait for another process that adds or removes numbers
# A shorter suffix could match unrelated numbers.
MIN_SUFFIX_DIGITS = 7

# A list without a version is of 0.1.0, and this is the upgrade; a new one has no table yet.
_SCHEMA = """
CREATE TABLE upgraded (at TEXT NOT NULL);
INSERT INTO upgraded
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now') FROM sqlite_master WHERE name = 'suppressed';
CREATE TABLE IF NOT EXISTS suppressed (
    number TEXT PRIMARY KEY,
    reason TEXT,
    since TEXT NOT NULL
) WITHOUT ROWID
"""
# Version 0.1.0 uses any file that has this table with these three columns. They must stay, with
# every suppressed number; new data goes into other tables.
LAYOUT = Layout(
    RecordKind(
        "the do-not-contact list",
        "nothing is sent without it, except with --allow suppressed",
        {
            Cause.DAMAGED: "restore it from a backup, or move it away and add its numbers again "
            "with 'smsgw suppress add @FILE'"
        },
        errors={Cause.LOCKED: Unavailable},
    ),
    (_SCHEMA, opt_out_records.SCHEMA),
    tables=frozenset({"suppressed"}),
    patience=PATIENCE,
)


def path() -> Path:
    return state_folder() / "suppressed.db"


class SuppressionList:
    """Numbers in E.164, each with a reason and a date. Every method raises SmsgwError if the file
    cannot be used: an unreadable list must not be treated as empty."""

    def __init__(self, path: Path, layout: Layout = LAYOUT) -> None:
        self.path = path
        self._layout = layout

    def __bool__(self) -> bool:
        """Whether it has any number; does not create the file."""
        if not self.is_there:
            return False
        with self._reading() as db:
            return db.execute("SELECT 1 FROM suppressed LIMIT 1").fetchone() is not None

    def __iter__(self) -> Iterator[Record]:
        """All numbers with reason and date, sorted."""
        if not self.is_there:
            return
        with self._reading() as db:
            for row in db.execute("SELECT number, reason, since FROM suppressed ORDER BY number"):
                yield dict(row)

    def add(self, numbers: Iterable[tuple[str, str | None]]) -> list[str]:
        """Add numbers with reasons, by hand; returns the new ones."""
        since = format_timestamp(datetime.now(UTC))
        added = []
        with self._writing() as db:
            for number, reason in numbers:
                opt_out_records.keep(db, number)
                if not Lookup(db).has(number):
                    db.execute("INSERT INTO suppressed VALUES (?, ?, ?)", [number, reason, since])
                    added.append(number)
        return added

    def remove(self, numbers: Iterable[str]) -> None:
        """Remove numbers, in any spelling of their phones; replies until now count no more."""
        now = format_timestamp(datetime.now(UTC))
        with self._writing() as db:
            for number in numbers:
                opt_out_records.settle(db, number, now)
                db.executemany(
                    "DELETE FROM suppressed WHERE number = ?",
                    [[each] for each in spellings(number)],
                )

    @property
    def upgraded_at(self) -> str | None:
        """When this version first used a list of 0.1.0; None if it made the list."""
        if not self.is_there:
            return None
        with self._reading() as db:
            return opt_out_records.upgraded_at(db)

    def unreadable(self) -> list[Record]:
        """The senders of opt-outs that are no number, with reason and date, sorted."""
        if not self.is_there:
            return []
        with self._reading() as db:
            return opt_out_records.unreadable(db)

    def apply(
        self,
        replies: Replies,
        is_known: Callable[[str], bool] = lambda _: False,
        *,
        dry_run: bool = False,
    ) -> Applied:
        """Add who opted out, unless known elsewhere, and remove who opted in again.

        A dry run changes nothing.
        """
        path = None if dry_run and not self.is_there else self.path
        with closing(Database(path, self._layout)) as database, database.writing() as db:
            applied = opt_out_records.apply(db, replies, is_known)
            if dry_run:
                db.rollback()
        return applied

    def records(self) -> Iterator[Record]:
        """Everything in the list, for a backup; see `opt_out_merge`."""
        if self.is_there:
            with self._reading() as db:
                yield from import_module(BACKUP).records(db)

    def merge(
        self,
        records: Iterable[Record],
        is_known: Callable[[str], bool] = lambda _: False,
        *,
        dry_run: bool = False,
    ) -> "Merge":
        """Add the numbers of a backup, unless known elsewhere; none is removed.

        Raises Usage for an invalid record; then nothing is added. A dry run adds nothing.
        """
        path = None if dry_run and not self.is_there else self.path
        with closing(Database(path, self._layout)) as database, database.writing() as db:
            merge: Merge = import_module(BACKUP).Merge(db, is_known)
            merge.take(records)
            if dry_run:
                db.rollback()
        return merge

    @contextmanager
    def open(self) -> Iterator["Lookup"]:
        """A lookup of many numbers in the current list."""
        if not self.is_there:
            yield Lookup(None)
            return
        with self._reading() as db:
            yield Lookup(db)

    @property
    def is_there(self) -> bool:
        """Whether it has a file, as a shared one must."""
        return self._layout.is_shared or Database(self.path, self._layout).exists

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with closing(Database(self.path, self._layout)) as database, database.reading() as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with closing(Database(self.path, self._layout)) as database, database.writing() as db:
            yield db


class Lookup:
    """The open list, for lookups."""

    def __init__(self, db: Connection | None) -> None:
        self._db = db

    def has(self, number: str) -> bool:
        """Whether a number in E.164 is on it, in any spelling of its phone."""
        return any(self._finds("number = ?", each) for each in spellings(number))

    @cached_property
    def regions(self) -> Collection[str]:
        """The countries of its numbers."""
        if self._db is None:
            return ()
        rows = self._db.execute("SELECT DISTINCT substr(number, 2, 3) FROM suppressed")
        return regions_of(row[0] for row in rows)

    def has_suffix_match(self, digits: str) -> bool:
        """Whether incomplete digits may mean a listed number: one is a suffix of the other, as with
        2025550123, 0012025550123 and +12025550123."""
        digits = digits.lstrip("0")
        if len(digits) < MIN_SUFFIX_DIGITS:
            return False
        return self._finds("number LIKE '%' || ?1 OR ?1 LIKE '%' || substr(number, 2)", digits)

    def _finds(self, condition: str, value: str) -> bool:
        if self._db is None:
            return False
        query = f"SELECT 1 FROM suppressed WHERE {condition} LIMIT 1"  # noqa: S608  # ours
        return self._db.execute(query, [value]).fetchone() is not None
