"""The queue in the history: when messages were first seen, and campaigns with none left.

Ids only grow, so a message existed when one with the same or a higher id was seen.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from smsgw_cli.fleet.history import History
from smsgw_cli.model import Campaign
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


def note_empty(history: History, campaign: Campaign, now: datetime) -> None:
    """Record that a campaign has nothing left to send."""
    with history.writing() as db:
        sql = "INSERT OR REPLACE INTO empty_campaigns VALUES (?, ?, ?)"
        db.execute(sql, [*_key(campaign), now.isoformat()])
        db.execute("DELETE FROM empty_campaigns WHERE seen_at < ?", [(now - KEPT).isoformat()])


def without_empty(history: History, campaigns: Iterable[Campaign]) -> list[Campaign]:
    """The campaigns that may have something left to send."""
    with history.reading() as db:
        empty = {tuple(row) for row in db.execute("SELECT id, created_at FROM empty_campaigns")}
    return [each for each in campaigns if _key(each) not in empty]


def _key(campaign: Campaign) -> tuple[int, str]:
    """By its date as well: a server that was set up anew counts ids from 1."""
    return campaign["id"], str(campaign.get("created_at"))
