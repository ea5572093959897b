"""Times in records, the API's and our own: `2025-09-07T08:20:33.000000Z` as datetime, and back."""

from datetime import UTC, datetime
from typing import Any

from smsgw_cli.model import Record


def read_timestamp(text: str) -> datetime:
    """A timestamp in UTC, which is also meant where it names no zone.

    Raises ValueError, TypeError or OverflowError.
    """
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def parse_timestamp(value: Any) -> datetime | None:
    """The same of anything that a server may send; None for what is not a timestamp."""
    try:
        return read_timestamp(value)
    except (TypeError, ValueError, OverflowError):
        return None


def format_timestamp(moment: datetime) -> str:
    """As the API writes it, in UTC, to the second: `2031-01-01T12:00:00Z`."""
    text = moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{text}Z"


def has_zone(text: str) -> bool:
    """Whether a timestamp says which zone it is in. Raises what `read_timestamp` raises."""
    return datetime.fromisoformat(text).tzinfo is not None


def sent(record: Record) -> datetime:
    """When a message was sent; now where it does not say."""
    return parse_timestamp(record.get("sent_at")) or datetime.now(UTC)


def day_sent(record: Record) -> str:
    """The day it was sent on in UTC, such as `2031-01-31`."""
    return sent(record).date().isoformat()
