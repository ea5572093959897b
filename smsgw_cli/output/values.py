"""Values for people: a dash for null, local times with their age, coloured statuses."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from smsgw_cli.model import CANCELLED, COMPLETED, DELIVERED, FAILED, STALLED, SUCCEEDED
from smsgw_cli.output.cells import text, visible
from smsgw_cli.sms import local_time
from smsgw_cli.sms.durations import in_words
from smsgw_cli.sms.timestamps import has_zone, parse_timestamp, read_timestamp

NULL = Text("–", style="dim")

LONGEST_AGE = 30 * 86_400.0  # seconds; beyond, the date says more than an age
NAMES = ("number", "value", "label", "name", "id")
STYLES = {
    DELIVERED: "green",
    SUCCEEDED: "green",
    COMPLETED: "green",
    FAILED: "red",
    CANCELLED: "red",
    STALLED: "yellow",
}


def readable(column: str, value: Any) -> Text:
    """The value of a column as styled text, safe on a terminal."""
    if value is None:
        return NULL
    if is_time(column) and isinstance(value, str):
        return Text(visible(in_local_time(value)))
    if isinstance(value, Mapping):
        return Text(", ").join(_pairs(value))
    shown = ", ".join(map(text, value)) if _is_plain_list(value) else text(value)
    return Text(visible(shown), style=STYLES.get(shown, ""))


def with_age(column: str, value: Any, now: datetime | None) -> Text:
    """The same, a time with how long ago it was: `2026-11-23 16:01:00 (3 min ago)`."""
    age = _age(value, now) if now and is_time(column) else ""
    return readable(column, value) + Text(f" ({age})" if age else "", style="dim")


def _age(value: Any, now: datetime) -> str:
    time = parse_timestamp(value)
    if time is None or not has_zone(value):
        return ""
    seconds = (now - time).total_seconds()
    if abs(seconds) > LONGEST_AGE:
        return ""
    return f"{in_words(seconds)} ago" if seconds >= 0 else f"in {in_words(-seconds)}"


def brief(column: str, value: Any) -> Text:
    """The same for a cell of a list, where records in it, as SIMs, are named only."""
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return readable(column, [_name(each) for each in value])
    return readable(column, value)


def parts(column: str, value: Any, now: datetime | None) -> Iterator[tuple[str, Text]]:
    """The lines of a value where there is room, each with its column: one for each record of a
    list, as the SIMs, and for each value of a record, as `options.delay`."""
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from parts(f"{column}.{key}", each, now)
    elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        for each in value:
            yield column, readable(column, each)
    else:
        yield column, with_age(column, value, now)


def _pairs(record: Mapping[str, Any]) -> Iterator[Text]:
    for key, value in record.items():
        if value is not None:
            yield Text(f"{visible(key)} ") + readable(key, value)


def _name(record: dict[str, Any]) -> Any:
    """What people know it by: the number of a SIM, the value of a sender id, a name."""
    return next((record[key] for key in NAMES if record.get(key)), text(record))


def is_time(column: str) -> bool:
    """Whether a column of this name holds timestamps: of the API, or of our records."""
    return column.endswith("_at") or column in ("at", "since")


def is_number(value: Any) -> bool:
    """Whether it is a number, or could be one if it were not null."""
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def in_local_time(value: str) -> str:
    """An API timestamp (`2025-09-08T05:42:25.000000Z`) in local time, to the second."""
    try:
        if not has_zone(value):
            return value
        return local_time.of(read_timestamp(value)).replace(tzinfo=None).isoformat(" ", "seconds")
    except (ValueError, OverflowError):  # not a timestamp, or out of the calendar's range
        return value


def _is_plain_list(value: Any) -> bool:
    return isinstance(value, list) and not any(isinstance(each, dict | list) for each in value)
