"""When a message was sent, and when it arrived: the API's instants as moments, and back."""

from datetime import UTC, datetime
from typing import Any

from smsgw_cli.model import Record


def moment(value: Any) -> datetime | None:
    """An instant such as `2025-09-07T08:20:33.000000Z`, in UTC; None for what is none."""
    try:
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def written(found: datetime) -> str:
    """A moment as the API has it, in UTC: `2031-01-01T12:00:00Z`."""
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sent(record: Record) -> datetime:
    """When a message was sent; now where it does not say."""
    return moment(record.get("sent_at")) or datetime.now(UTC)


def day_sent(record: Record) -> str:
    """The day it was sent on in UTC, such as `2031-01-31`."""
    return sent(record).date().isoformat()
