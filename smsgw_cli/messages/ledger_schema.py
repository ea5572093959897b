"""The tables of the ledger, and how older ones become the present one."""

import sqlite3

_FIRST = """
CREATE TABLE IF NOT EXISTS sends (
    id INTEGER PRIMARY KEY,
    key TEXT UNIQUE,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    campaign TEXT,
    started_at TEXT NOT NULL,
    ended_at TEXT
)
"""
# A key may have been refused before, so it is unique only among the others.
_SETTLED = """
ALTER TABLE sends RENAME TO sends_before;
CREATE TABLE sends (
    id INTEGER PRIMARY KEY,
    key TEXT,
    claim TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT,
    is_unique INTEGER NOT NULL DEFAULT 0,
    newest INTEGER,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    campaign TEXT,
    said TEXT,
    started_at TEXT NOT NULL,
    touched_at TEXT NOT NULL,
    ended_at TEXT
);
INSERT INTO sends (id, key, claim, path, body, state, campaign, started_at, touched_at, ended_at)
    SELECT id, key, 'send-' || id, path, body, state, campaign, started_at,
        coalesce(ended_at, started_at), ended_at FROM sends_before;
DROP TABLE sends_before;
CREATE UNIQUE INDEX key_of_send ON sends (key) WHERE state != 'refused';
CREATE INDEX name_of_send ON sends (name);
CREATE INDEX state_of_send ON sends (state)
"""
_MAILINGS = """
CREATE TABLE mailings (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    file TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT
)
"""
MIGRATIONS = (_FIRST, _SETTLED, _MAILINGS)


class NewerError(Exception):
    """The file was made by a newer version of this program."""


def migrate(db: sqlite3.Connection) -> None:
    """Bring the file to the present version, once, whoever opens it at the same instant.

    Raises NewerError, and what sqlite3 raises.
    """
    if _version(db) == len(MIGRATIONS):
        return
    db.execute("BEGIN IMMEDIATE")
    with db:
        for number, script in enumerate(MIGRATIONS[_version(db) :], start=_version(db) + 1):
            for statement in script.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")


def _version(db: sqlite3.Connection) -> int:
    found = int(db.execute("PRAGMA user_version").fetchone()[0])
    if found > len(MIGRATIONS):
        raise NewerError("it was made by a newer version of smsgw")
    return found
