"""Recipients whose clocks differ from that of a send, and the hours that they would get."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import cache
from importlib import import_module

from smsgw_cli.errors import Usage
from smsgw_cli.messages.when import When
from smsgw_cli.model import Record
from smsgw_cli.sms import zones
from smsgw_cli.sms.open_hours import DAY, span_of, time_of_day

MINUTE = timedelta(minutes=1)
_Key = tuple[str | None, timedelta | None]


def by_number(numbers: Iterable[str]) -> list[Record]:
    """The zones of each number in E.164: `{"number": "+12025550123", "zones": [...]}`."""
    return [{"number": number, "zones": list(_zones_of(number))} for number in numbers]


def elsewhere(numbers: Iterable[str], when: When) -> list[Record]:
    """The recipients outside the zone of a send with active hours, by zone, most first.

    `{"zone": "America/New_York", "recipients": 2, "local_hours": "02:00-15:00"}`; zone and hours
    are None for numbers that may be in several. A number that may be in the send's own zone is not
    counted.
    """
    if not when.body.get("active_hours"):
        return []
    moment = when.held_until(when.first) or when.first
    own = _offset(when.zone, moment)
    counts: Counter[_Key] = Counter()
    for zones_of, count in Counter(map(_zones_of, numbers)).items():
        offsets = {name: at for name in zones_of if (at := _offset_of(name, moment)) is not None}
        if offsets and own not in offsets.values():
            counts[_key(offsets)] += count
    return [
        {"zone": zone, "recipients": count, "local_hours": _hours(when, offset, own)}
        for (zone, offset), count in counts.most_common()
    ]


def _key(offsets: dict[str, timedelta]) -> _Key:
    if len({*offsets.values()}) > 1:
        return None, None
    name = min(offsets, key=zones.is_alias)  # London, and not Guernsey
    return name, offsets[name]


def _hours(when: When, offset: timedelta | None, own: timedelta) -> str | None:
    if offset is None:
        return None
    shift = (offset - own) // MINUTE
    start, end = ((each + shift) % DAY for each in span_of(when.body["active_hours"]))
    return f"{time_of_day(start)}-{time_of_day(end)}"


def _zones_of(number: str) -> Sequence[str]:
    found: Sequence[str] = import_module("smsgw_cli.sms.number_zones").zones_of(number)  # 25 ms
    return found


@cache
def _offset_of(name: str, moment: datetime) -> timedelta | None:
    """The offset of a zone; None for one that this machine's database lacks."""
    try:
        return _offset(zones.named(name), moment)
    except Usage:
        return None


def _offset(zone: tzinfo | None, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
