"""Points in time: whole milliseconds since 1970 internally, Laravel's text format externally."""

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

NEVER = 4_102_444_800 * SECOND
"""2100-01-01: the time of events that never happen. Later dates are treated as mistakes."""


def from_datetime(at: datetime) -> int:
    return int(at.timestamp() * SECOND)


def to_datetime(at: int, zone: tzinfo = UTC) -> datetime:
    return datetime.fromtimestamp(at / SECOND, zone)


def format_instant(at: int | None) -> str | None:
    """As the API formats it: UTC, with zero microseconds (Laravel keeps seconds)."""
    return None if at is None else _format_second(at // SECOND)


@lru_cache(maxsize=1024)  # the rows of a page, and what is made in one second, share their times
def _format_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def parse_instant(text: str, zone: tzinfo = UTC) -> int:
    """Milliseconds since 1970 of a day (its midnight) or an instant; `zone` is the default.

    Raises ValueError for any other text, and for a time outside 1970 to 2099.
    """
    at = datetime.fromisoformat(text)
    return in_range(at.replace(tzinfo=zone) if at.tzinfo is None else at)


def in_range(at: datetime) -> int:
    """Milliseconds since 1970 of an aware time. Raises ValueError if it is not in 1970 to 2099."""
    try:
        instant = from_datetime(at)
    except OverflowError as error:
        raise ValueError(at) from error
    if not 0 <= instant < NEVER:
        raise ValueError(at)
    return instant
