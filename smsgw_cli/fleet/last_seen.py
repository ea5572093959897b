"""When devices were last seen: heard of, or sending, receiving or calling.

A device's `updated_at` may move only when a value of it changes. Android lets the app report at
most every 15 minutes (WorkManager, PeriodicWorkRequest), and less often while the phone sleeps
(Doze, App Standby); one that is off or without internet does not report at all.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from smsgw_cli.api.paging import Page
from smsgw_cli.api.reader import PageReader
from smsgw_cli.campaigns.messenger import sim_of
from smsgw_cli.errors import NotFound
from smsgw_cli.model import DELIVERED, RECEIVED, SENT, Record, sims_of
from smsgw_cli.sms.timestamps import parse_timestamp

LOOK_AFTER = timedelta(minutes=5)  # what was updated later needs no other sign
MAX_LOOKUPS = 20  # SIMs that are asked for one by one, or else pages, of each list


class Seen(NamedTuple):
    """When it was last seen, None if unknown, and by what; "" if it was heard of."""

    at: datetime | None
    by: str = ""


class Source(NamedTuple):
    """A list whose records are signs of a SIM, the newest first, and what these are called."""

    path: str
    query: Mapping[str, Any]
    sign: str


SOURCES = (
    Source("messages", {"statuses": [SENT, DELIVERED, RECEIVED]}, "message"),
    Source("calls", {}, "call"),
)


def last_seen(api: PageReader, devices: Iterable[Record], now: datetime) -> dict[int, Seen]:
    """When each device was last seen, by its id.

    A list is read only for devices that seem silent: its newest page, and that of a SIM, or more
    pages, where the first does not go back far enough. Raises what reading raises.
    """
    every = list(devices)
    seen = heard_of(every, now)
    for source in SOURCES:
        silent = [each for each in every if _is_silent(seen[each["id"]], now)]
        if silent:
            signs = _signs(api, source, silent, seen, now)
            for device in silent:
                seen[device["id"]] = _latest(device, seen[device["id"]], signs, source.sign)
    return seen


def heard_of(devices: Iterable[Record], now: datetime) -> dict[int, Seen]:
    """When each device was heard of, by its id, for all that the list of devices says."""
    return {each["id"]: Seen(_past(each.get("updated_at"), now)) for each in devices}


def _is_silent(seen: Seen, now: datetime) -> bool:
    return seen.at is None or now - seen.at > LOOK_AFTER


def _latest(device: Record, seen: Seen, signs: Mapping[int, datetime], sign: str) -> Seen:
    for sim in sims_of(device):
        at = signs.get(sim["id"])
        if at and (seen.at is None or at > seen.at):
            seen = Seen(at, f"a {sign} of SIM {sim['id']}")
    return seen


def _signs(
    api: PageReader,
    source: Source,
    silent: Iterable[Record],
    seen: Mapping[int, Seen],
    now: datetime,
) -> dict[int, datetime]:
    """The time of the latest record of each SIM in a list."""
    try:
        page = api.page(source.path, source.query)
    except NotFound:  # a server without this list
        return {}
    signs: dict[int, datetime] = {}
    _note(signs, page.records, now)
    if page.last > 1:
        times = [time for _, time in _times(page.records, now)]
        sims = _not_covered(silent, seen, min(times, default=now), signs)
        for older in _older(api, source, page.last, sims):
            _note(signs, older.records, now)
    return signs


def _older(api: PageReader, source: Source, last: int, sims: Sequence[int]) -> Iterator[Page]:
    """The newest page of each of these SIMs; of many SIMs the next pages of all instead."""
    if len(sims) <= MAX_LOOKUPS:
        return (api.page(source.path, {**source.query, "sim": each}) for each in sims)
    numbers = range(2, min(last, MAX_LOOKUPS) + 1)
    return (api.page(source.path, source.query, number) for number in numbers)


def _not_covered(
    silent: Iterable[Record], seen: Mapping[int, Seen], since: datetime, found: Container[int]
) -> list[int]:
    """The SIMs of which older records may tell more than those from `since` on."""
    return [
        sim["id"]
        for device in silent
        if (at := seen[device["id"]].at) is None or at < since
        if not any(sim["id"] in found for sim in sims_of(device))
        for sim in sims_of(device)
    ]


def _note(signs: dict[int, datetime], records: Iterable[Record], now: datetime) -> None:
    for sim, time in _times(records, now):
        signs[sim] = max(time, signs.get(sim, time))


def _times(records: Iterable[Record], now: datetime) -> Iterator[tuple[int, datetime]]:
    """The SIM of each record that names one, and its time."""
    for record in records:
        sim = sim_of(record) or record.get("sim_id")  # of a call
        keys = ("sent_at", "delivered_at", "started_at")
        times = [time for key in keys if (time := _past(record.get(key), now))]
        if isinstance(sim, int) and times:
            yield sim, max(times)


def _past(value: object, now: datetime) -> datetime | None:
    """A timestamp; now for one in the future, as of a phone whose clock is wrong."""
    time = parse_timestamp(value)
    return min(time, now) if time else None
