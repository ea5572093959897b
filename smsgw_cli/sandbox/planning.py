"""A run as a whole, worked out before it starts: who gets what, through which sender, when."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import phones
from smsgw_cli.sandbox.phones import Fate, Pace, Slot, Timetable
from smsgw_cli.sandbox.schedule import FULL_DAY, Calendar, Window
from smsgw_cli.sandbox.senders import Sender, pool
from smsgw_cli.sandbox.store import Row, Store

USSD_PULL = "USSD Pull"


class Planned(NamedTuple):
    """One message or USSD pull of a run: to whom, through what, when, and how it ends."""

    recipient: str
    sender: Sender
    moments: Timetable
    fate: Fate


def plan(
    store: Store, campaign: Row, speed: float
) -> tuple[list[Planned], dict[Sender, list[Window]]]:
    """The run of a campaign that is due: its messages or USSD pulls in their order, and the
    stretches of time that they keep each sender busy."""
    pace = Pace(speed, campaign["delay"])
    assigned = _assigned(_recipients(store, campaign), pool(store, campaign), campaign)
    taken = _slots(store, campaign, pace, [sender for _, sender in assigned])
    stretches = {sender: phones.stretches(slots, pace) for sender, slots in taken.items()}
    return list(_planned(assigned, taken, pace, campaign["type"])), stretches


def _recipients(store: Store, campaign: Row) -> list[str]:
    """Numbers or USSD codes. A number that comes from several sources is one recipient."""
    subscribed = store.all(
        "SELECT mobile_number FROM contacts WHERE subscribed AND contact_list_id IN "
        "(SELECT value FROM json_each(?)) ORDER BY id",
        (campaign["contact_lists"],),
    )
    listed = (row["mobile_number"] for row in subscribed)
    return list(dict.fromkeys([*json.loads(campaign["recipients"]), *listed]))


def _assigned(
    recipients: Sequence[str], senders: Sequence[Sender], campaign: Row
) -> list[tuple[str, Sender]]:
    """Senders take turns; at random, they get as many each, but in no order."""
    if not senders:
        return []
    turns = [senders[index % len(senders)] for index in range(len(recipients))]
    if campaign["random_sender"]:
        random.Random(campaign["id"]).shuffle(turns)
    return list(zip(recipients, turns, strict=True))


def _slots(
    store: Store, campaign: Row, pace: Pace, turns: Sequence[Sender]
) -> dict[Sender, list[Slot]]:
    start, hours = campaign["next_run_at"], _calendar(campaign)
    return {
        sender: list(phones.slots(start, number, pace, hours, _busy(store, campaign, sender)))
        for sender, number in Counter(turns).items()
    }


def _busy(store: Store, campaign: Row, sender: Sender) -> list[Window]:
    """When the sender works for other campaigns; one with priority does not care."""
    if campaign["prioritize"]:
        return []
    rows = store.all(
        f"SELECT opens, closes FROM busy WHERE {sender.column} = ? AND closes > ? ORDER BY opens",  # noqa: S608
        (sender.id, campaign["next_run_at"]),
    )
    return [Window(row["opens"], row["closes"]) for row in rows]


def _planned(
    assigned: Sequence[tuple[str, Sender]],
    taken: dict[Sender, list[Slot]],
    pace: Pace,
    campaign_type: str,
) -> Iterator[Planned]:
    turns = {sender: iter(slots) for sender, slots in taken.items()}
    for recipient, sender in assigned:
        fate = _fate(recipient, sender, campaign_type)
        moments = phones.timetable(next(turns[sender]), pace, recipient, fate)
        yield Planned(recipient, sender, moments, fate)


def _fate(recipient: str, sender: Sender, campaign_type: str) -> Fate:
    if campaign_type == USSD_PULL:
        return phones.code_fate(recipient)
    by_phone = sender.column == "sim_id"
    return phones.message_fate(recipient, phones.PHONE_ERRORS if by_phone else phones.SERVER_ERRORS)


def _calendar(campaign: Row) -> Calendar:
    days = frozenset(json.loads(campaign["days_of_week"]))
    closes = FULL_DAY if campaign["closes"] == "23:59" else _minutes(campaign["closes"])
    return Calendar(ZoneInfo(campaign["timezone"]), _minutes(campaign["opens"]), closes, days)


def _minutes(time_of_day: str) -> int:
    hours, minutes = time_of_day.split(":")
    return int(hours) * 60 + int(minutes)
