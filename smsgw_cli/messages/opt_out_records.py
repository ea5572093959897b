"""Records of how replies changed the do-not-contact list: further tables in its file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from smsgw_cli.messages.opt_out_words import Meaning
from smsgw_cli.messages.opt_outs import Replies, Reply
from smsgw_cli.model import Record
from smsgw_cli.sms.same_phone import spellings, usual_spelling
from smsgw_cli.sms.timestamps import format_timestamp
from smsgw_cli.storage.database import Connection, Row

# `answered` has the newest reply that counted of each person, and whether that put the number on
# the list; what is not newer counts no more. Numbers that 0.1.0 put on are known by their reasons.
SCHEMA = """
CREATE TABLE IF NOT EXISTS upgraded (at TEXT NOT NULL);
CREATE TABLE answered (
    person TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    message INTEGER NOT NULL,
    added INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE unreadable (
    number TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    since TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO answered SELECT number, since, 0, 1 FROM suppressed
    WHERE reason GLOB 'replied * in message [0-9]* of *'
"""


@dataclass
class Applied:
    """What replies did: the numbers that were `added`, `known` before, `removed`, and `kept` as
    they came by hand; the `unreadable` senders met for the first time; what is left `similar`."""

    added: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    kept: list[Reply] = field(default_factory=list)
    unreadable: list[Reply] = field(default_factory=list)
    similar: list[Reply] = field(default_factory=list)


def apply(db: Connection, replies: Replies, is_known: Callable[[str], bool]) -> Applied:
    """Apply the newest words of people, each once; `is_known` is whether another list has one."""
    applied = Applied()
    for reply in replies.newest.values():
        if reply.meaning is Meaning.START:
            _opt_in(db, reply, applied)
        elif reply.number is None:
            _note_unreadable(db, reply, applied)
        elif is_known(reply.number):
            applied.known.append(reply.number)
        else:
            _opt_out(db, reply, reply.number, applied)
    for reply in replies.similar:
        is_listed = _listed(db, reply.person) or is_known(reply.person)
        if _is_newer(db, reply) and not is_listed:
            applied.similar.append(reply)
    return applied


def keep(db: Connection, number: str) -> None:
    """Note that a number is on the list by hand: no reply takes it off."""
    db.executemany(
        "UPDATE answered SET added = 0 WHERE person = ?", [[each] for each in spellings(number)]
    )


def settle(db: Connection, number: str, now: str) -> None:
    """Note that a number, or an unreadable sender, was removed by hand.

    Of replies in the same second, those that were seen before count no more.
    """
    person = usual_spelling(number)
    found = _answered(db, person)
    at, message = (max(now, found["at"]), found["message"]) if found else (now, 0)
    db.execute("REPLACE INTO answered VALUES (?, ?, ?, 0)", [person, at, message])
    db.execute("DELETE FROM unreadable WHERE number = ?", [number])


def upgraded_at(db: Connection) -> str | None:
    row = db.execute("SELECT at FROM upgraded").fetchone()
    return row and str(row["at"])


def unreadable(db: Connection) -> list[Record]:
    return [dict(row) for row in db.execute("SELECT * FROM unreadable ORDER BY number")]


def _opt_out(db: Connection, reply: Reply, number: str, applied: Applied) -> None:
    listed, is_newer = _listed(db, number), _is_newer(db, reply)
    if listed:
        applied.known.append(listed["number"])
        if is_newer:
            found = _answered(db, reply.person)
            _answer(db, reply, added=bool(found and found["added"]))
    elif is_newer:
        db.execute("INSERT INTO suppressed VALUES (?, ?, ?)", [number, reply.reason, _now()])
        db.execute("DELETE FROM unreadable WHERE number = ?", [reply.sender])
        _answer(db, reply, added=True)
        applied.added.append(number)


def _opt_in(db: Connection, reply: Reply, applied: Applied) -> None:
    """Remove a number only if a reply put it on the list."""
    listed, found = _listed(db, reply.person), _answered(db, reply.person)
    if listed and not (found and found["added"]):
        if listed["since"] <= reply.at:
            applied.kept.append(reply)
        return
    if not _is_newer(db, reply):
        return
    _answer(db, reply, added=False)
    db.execute("DELETE FROM unreadable WHERE number = ?", [reply.sender])
    if listed:
        db.execute("DELETE FROM suppressed WHERE number = ?", [listed["number"]])
        applied.removed.append(listed["number"])


def _note_unreadable(db: Connection, reply: Reply, applied: Applied) -> None:
    if not _is_newer(db, reply):
        return
    _answer(db, reply, added=False)
    entry = [reply.sender, reply.reason, _now()]
    if db.execute("INSERT OR IGNORE INTO unreadable VALUES (?, ?, ?)", entry).rowcount:
        applied.unreadable.append(reply)


def _is_newer(db: Connection, reply: Reply) -> bool:
    """Whether a reply is newer than the last that counted, and than a removal by hand."""
    found = _answered(db, reply.person)
    return found is None or (reply.at, reply.id) > (found["at"], found["message"])


def _answer(db: Connection, reply: Reply, *, added: bool) -> None:
    entry = [reply.person, reply.at, reply.id, added]
    db.execute("REPLACE INTO answered VALUES (?, ?, ?, ?)", entry)


def _answered(db: Connection, person: str) -> Row | None:
    """What counted last of a person; 0.1.0 kept numbers as they were spelled."""
    return _first(db, "SELECT * FROM answered WHERE person = ?", person)


def _listed(db: Connection, number: str) -> Row | None:
    """The entry of a number."""
    return _first(db, "SELECT * FROM suppressed WHERE number = ?", number)


def _first(db: Connection, query: str, number: str) -> Row | None:
    """The row of a number, in any spelling of its phone."""
    rows = (db.execute(query, [each]).fetchone() for each in spellings(number))
    return next(filter(None, rows), None)


def _now() -> str:
    return format_timestamp(datetime.now(UTC))
