"""Converts times on the clocks of a zone to instants, where clocks change too.

A zone is None for that of this machine. Everything raises OverflowError, ValueError or OSError
outside the calendar.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

SECOND = timedelta(seconds=1)


def instant(naive: datetime, zone: tzinfo | None) -> datetime:
    """The first instant, in UTC, at which the clocks of a zone show this time or a later one.

    A time that comes twice is the first, and one that is skipped the end of the gap (PEP 495 says
    how `fold` shows either).
    """
    first, second = (_utc(naive, zone, fold) for fold in (0, 1))
    return first if second >= first else _end_of_gap(second, first, zone)


def is_skipped(naive: datetime, zone: tzinfo | None) -> bool:
    """Whether the clocks never show this time, as they were set forward."""
    return _utc(naive, zone, 1) < _utc(naive, zone, 0)


def is_repeated(naive: datetime, zone: tzinfo | None) -> bool:
    """Whether the clocks show this time twice, as they were set back."""
    return _utc(naive, zone, 1) > _utc(naive, zone, 0)


def end_of_day(day: date, zone: tzinfo | None) -> datetime:
    """The last whole second of a day, in UTC."""
    return instant(datetime.combine(day, time()) + timedelta(days=1), zone) - SECOND


def _utc(naive: datetime, zone: tzinfo | None, fold: int) -> datetime:
    """`datetime.astimezone` is off by an hour for a skipped time of this machine's zone."""
    return datetime.fromtimestamp(naive.replace(tzinfo=zone, fold=fold).timestamp(), UTC)


def _end_of_gap(before: datetime, after: datetime, zone: tzinfo | None) -> datetime:
    """The first second with the offset of `after`, an instant less than a gap later."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // 2 // SECOND * SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
