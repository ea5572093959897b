"""Writes sends to the ledger, in transactions of the caller, a group at a time."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from smsgw_cli.engine.settle_time import stored_clock
from smsgw_cli.messages.ledger_entry import SENDING
from smsgw_cli.model import Record
from smsgw_cli.storage.database import Connection

_NEW = (
    *("id", "key", "claim", "path", "name", "is_unique", "newest", "body", "state"),
    *("started_at", "touched_at", "clock", "allowed", "run", "wave"),
)
_INSERT = f"INSERT OR IGNORE INTO sends ({', '.join(_NEW)}) VALUES ({', '.join('?' * len(_NEW))})"  # noqa: S608
_FINISH = """
UPDATE sends SET state = ?, campaign = ?, said = ?, ended_at = ?,
    contradictory = max(contradictory, ?),
    touched_at = CASE state WHEN 'sending' THEN ? ELSE touched_at END,
    clock = CASE state WHEN 'sending' THEN ? ELSE clock END
    WHERE id = ?
"""
INTERRUPTED = "interrupted while it was sent"  # the server_message of such a send


class NewSend(NamedTuple):
    """A send that is about to be made. `watermark` is the highest campaign id before it."""

    path: str
    body: Record
    key: str | None
    is_unique: bool
    watermark: int | None = None
    wave: int | None = None


class EndedSend(NamedTuple):
    """The outcome of the send with this number; `server_message` is the error, if there is one."""

    id: int
    state: str
    campaign: Record | None = None
    server_message: str | None = None
    is_contradictory: bool = False


def begin(
    db: Connection,
    sends: Sequence[NewSend],
    *,
    lock: str,
    later: float = 0.0,
    allowed: str | None = None,
    run: str | None = None,
) -> list[int | None]:
    """Record sends before their requests, which are made within `later` seconds; returns their
    numbers, None for one whose key is in use."""
    (first,) = db.execute("SELECT coalesce(max(id), 0) + 1 FROM sends").fetchone()
    times = (now(), now(later), stored_clock(later))
    db.executemany(
        _INSERT,
        (
            (
                *(number, each.key, lock, each.path, each.body.get("name"), each.is_unique),
                *(each.watermark, json.dumps(each.body), SENDING, *times, allowed, run),
                each.wave,
            )
            for number, each in enumerate(sends, start=first)
        ),
    )
    begun = {row[0] for row in db.execute("SELECT id FROM sends WHERE id >= ?", [first])}
    return [each if each in begun else None for each in range(first, first + len(sends))]


def finish(db: Connection, sends: Iterable[EndedSend]) -> None:
    """Record outcomes; `touched_at` of an interrupted send is when it was last sent."""
    ended, clock = now(), stored_clock()
    db.executemany(
        _FINISH,
        (
            (
                *(each.state, json.dumps(each.campaign) if each.campaign else None),
                *(each.server_message, ended, each.is_contradictory, ended, clock, each.id),
            )
            for each in sends
        ),
    )


def postpone(db: Connection, numbers: Iterable[int], later: float) -> None:
    """Record that the requests of these sends are made within `later` seconds from now."""
    sql = "UPDATE sends SET touched_at = ?, clock = ? WHERE id = ?"
    moment = (now(later), stored_clock(later))
    db.executemany(sql, [(*moment, number) for number in numbers])


def now(later: float = 0.0) -> str:
    """The time in `later` seconds, in ISO 8601 and UTC, as the ledger stores it."""
    return (datetime.now(UTC) + timedelta(seconds=later)).isoformat()
