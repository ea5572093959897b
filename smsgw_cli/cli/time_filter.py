"""Points in time that lists are filtered by: read as local time, asked for in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime

from smsgw_cli.sms.times import Direction, read
from smsgw_cli.sms.timestamps import format_timestamp


def query_time(option: str, text: str, note: Callable[[str], None]) -> str:
    """What `text` means, as the reference shows it: `2021-01-01`, or with hours `…T12:00:00Z`.

    Notes where the time zone of this machine makes it another one than in 0.1.0. Raises Usage.
    """
    moment, is_local = read(text, datetime.now(UTC), None, Direction.LAST)
    local = moment.astimezone()
    if is_local and local.utcoffset():
        note(f"note: {option} read as local time ({_shown(local)}); 0.1.0 read UTC")
    return format_timestamp(moment).removesuffix("T00:00:00Z")


def _shown(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")
