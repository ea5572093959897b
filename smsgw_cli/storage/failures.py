"""Why a file of records cannot be used, and the remedy: one table for all kinds of records."""

import errno
import sqlite3
from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from smsgw_cli.errors import SmsgwError


class Cause(Enum):
    """Why a file cannot be used."""

    DAMAGED = auto()
    DENIED = auto()
    FULL = auto()
    LOCKED = auto()
    MISSING = auto()
    NEWER = auto()


class UnusableError(Exception):
    """A file that SQLite can read, but that is not a valid record."""

    def __init__(self, cause: Cause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


REMEDIES = {
    Cause.DAMAGED: "restore it from a backup, or move it away",
    Cause.DENIED: "check the permissions of the file and of its folder, or set XDG_STATE_HOME to "
    "another folder",
    Cause.FULL: "free space on the disk, then run the same command again",
    Cause.LOCKED: "another process is using it; try again later",
    Cause.MISSING: "mount its disk, or remove the link",
    Cause.NEWER: "upgrade smsgw",
}
# https://sqlite.org/rescode.html; all other codes count as damage.
_SQLITE = {
    sqlite3.SQLITE_BUSY: Cause.LOCKED,
    sqlite3.SQLITE_LOCKED: Cause.LOCKED,
    sqlite3.SQLITE_FULL: Cause.FULL,
    sqlite3.SQLITE_IOERR: Cause.FULL,
    sqlite3.SQLITE_PERM: Cause.DENIED,
    sqlite3.SQLITE_READONLY: Cause.DENIED,
    sqlite3.SQLITE_CANTOPEN: Cause.DENIED,
    sqlite3.SQLITE_READONLY_DBMOVED: Cause.DAMAGED,  # deleted meanwhile
}
_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
FAILURES = (OSError, sqlite3.Error, UnusableError)


class RecordKind(NamedTuple):
    """A kind of record: its name, and the consequence if a file cannot be used.

    `remedies` override the common ones. `errors` are the error classes that are more specific, such
    as Usage for a damaged file that the user has named.
    """

    name: str
    consequence: str
    remedies: Mapping[Cause, str] = MappingProxyType({})
    errors: Mapping[Cause, type[SmsgwError]] = MappingProxyType({})

    def unusable(self, path: Path | None, error: Exception) -> SmsgwError:
        """The error for a record that cannot be opened, read or written."""
        where = f", {path}," if path else ""
        reason = getattr(error, "strerror", None) or error
        cause = cause_of(error)
        remedy = {**REMEDIES, **self.remedies}[cause]
        error_class = self.errors.get(cause, SmsgwError)
        return error_class(
            f"{self.name}{where} cannot be used: {reason}", hint=f"{self.consequence}; {remedy}"
        )


def cause_of(error: Exception) -> Cause:
    """The cause of an error raised while opening, reading or writing a file."""
    if isinstance(error, UnusableError):
        return error.cause
    if isinstance(error, OSError):
        return Cause.FULL if error.errno in _DISK else Cause.DENIED
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return _SQLITE.get(code) or _SQLITE.get(code & 0xFF, Cause.DAMAGED)
