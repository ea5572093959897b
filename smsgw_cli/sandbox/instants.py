"""Moments in time: whole milliseconds since 1970 inside, Laravel's text outside."""

from datetime import UTC, datetime, tzinfo

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

NEVER = 4_102_444_800 * SECOND
"""2100-01-01: the moment of what is not foreseen to happen. Later dates are taken for mistakes."""


def from_datetime(at: datetime) -> int:
    return int(at.timestamp() * SECOND)


def to_datetime(at: int, zone: tzinfo = UTC) -> datetime:
    return datetime.fromtimestamp(at / SECOND, zone)


def shown(at: int | None) -> str | None:
    """As the API writes it: UTC, with microseconds that are always zero (Laravel keeps seconds)."""
    if at is None:
        return None
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def parsed(text: str, zone: tzinfo = UTC) -> int:
    """The moment `text` names: a day (its midnight) or an instant, in `zone` if it names none.

    Raises ValueError for anything else, or for a moment outside 1970 to 2099.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
    try:
        moment = from_datetime(at)
    except OverflowError as error:
        raise ValueError(text) from error
    if not 0 <= moment < NEVER:
        raise ValueError(text)
    return moment
