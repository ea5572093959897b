"""Parses and formats times in records of the API and our own: `2025-09-07T08:20:33.000000Z`."""

from datetime import UTC, datetime
from typing import Any

from smsgw_cli.model import Record


def read_timestamp(text: str) -> datetime:
    """A timestamp (ISO 8601) in UTC, which is assumed if it has no zone.

    Raises ValueError, TypeError or OverflowError.
    """
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def parse_timestamp(value: Any) -> datetime | None:
    """The same for any value from a server; None if it is not a timestamp."""
    try:
        return read_timestamp(value)
    except (TypeError, ValueError, OverflowError):
        return None


def format_timestamp(moment: datetime) -> str:
    """A time in the API's form, in UTC, to the second: `2031-01-01T12:00:00Z`."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{text}Z"


def has_zone(text: str) -> bool:
    """Whether a timestamp has a time zone. Raises ValueError, TypeError."""
    return datetime.fromisoformat(text).tzinfo is not None


def sent(record: Record) -> datetime:
    """When a message was sent; now if unknown."""
    return parse_timestamp(record.get("sent_at")) or datetime.now(UTC)


def day_sent(record: Record) -> str:
    """The day a message was sent on, in UTC, such as `2031-01-31`."""
    return sent(record).date().isoformat()
