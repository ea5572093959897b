"""Dates of HTTP headers (RFC 9110, section 5.6.7)."""

from datetime import UTC, datetime
from importlib import import_module

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def parse_http_date(text: str) -> datetime | None:
    """The date, aware; None if it is not one."""
    return (_usual(text) or _any(text)) if text else None


def _usual(text: str) -> datetime | None:
    """A date in the form that servers must send, as email.utils takes 3 ms to import:
    `Sun, 06 Nov 1994 08:49:37 GMT`. None for any other form."""
    try:
        _, day, month, year, time, zone = text.split(" ")
        hour, minute, second = map(int, time.split(":"))
        date = datetime(int(year), MONTHS.index(month) + 1, int(day), hour, minute, second, 0, UTC)
    except (ValueError, OverflowError):
        return None
    return date if len(text) == 29 and zone == "GMT" else None


def _any(text: str) -> datetime | None:
    try:
        date: datetime = import_module("email.utils").parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
