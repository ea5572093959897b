"""Timestamps of list filters: parsed as local time, sent as UTC."""

from collections.abc import Callable
from datetime import UTC, datetime

from smsgw_cli.sms import local_time
from smsgw_cli.sms.times import Direction, read
from smsgw_cli.sms.timestamps import format_timestamp


def query_time(option: str, text: str, note: Callable[[str], None]) -> str:
    """The timestamp in the format of the API reference: `2021-01-01`, or `2021-01-01T12:00:00Z`.

    Prints a note if 0.1.0 would have read another time, in UTC. Raises Usage.
    """
    found = read(text, datetime.now(UTC), None, Direction.LAST)
    timestamp, local = found.moment, local_time.of(found.moment)
    if found.is_local and local.utcoffset():
        note(f"note: {option} read as local time ({_shown(local)}); 0.1.0 read UTC")
    return format_timestamp(timestamp).removesuffix("T00:00:00Z")


def _shown(timestamp: datetime) -> str:
    return timestamp.isoformat(timespec="seconds" if timestamp.second else "minutes")
