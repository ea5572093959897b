"""When messages were first seen, which the API does not say: from the history.

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
