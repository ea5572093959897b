"""What the history keeps of the queue: when messages were first seen, and what has nothing left.

Ids only grow, so a message existed when one with the same or a higher id was seen.
"""

from datetime import datetime, timedelta

from smsgw_cli.fleet.history import History
from smsgw_cli.sms.timestamps import parse_timestamp

KEPT = timedelta(days=90)


def note_newest(history: History, message: int, now: datetime) -> None:
    """Record the highest id of a message, if it is higher than the one before."""
    with history.writing() as db:
        db.execute(
            "INSERT INTO newest_messages SELECT ?, ? WHERE NOT EXISTS "
            "(SELECT 1 FROM newest_messages WHERE id >= ?)",
            [message, now.isoformat(), message],
        )
        db.execute("DELETE FROM newest_messages WHERE seen_at < ?", [(now - KEPT).isoformat()])


def first_seen(history: History, message: int, now: datetime) -> datetime:
    """When a message was first seen; now if it never was."""
    query = "SELECT seen_at FROM newest_messages WHERE id >= ? ORDER BY id LIMIT 1"
    with history.reading() as db:
        row = db.execute(query, [message]).fetchone()
    return min(now, parse_timestamp(row["seen_at"]) or now) if row else now


def note_empty(history: History, campaign: int, now: datetime) -> None:
    """Record that a campaign has nothing left to send."""
    with history.writing() as db:
        sql = "INSERT OR REPLACE INTO empty_campaigns VALUES (?, ?)"
        db.execute(sql, [campaign, now.isoformat()])
        db.execute("DELETE FROM empty_campaigns WHERE seen_at < ?", [(now - KEPT).isoformat()])


def empty_campaigns(history: History) -> set[int]:
    """The campaigns that had nothing left to send."""
    with history.reading() as db:
        return {row["id"] for row in db.execute("SELECT id FROM empty_campaigns")}
