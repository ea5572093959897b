"""Plans a campaign's run before it starts: recipients, senders and times."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import phones
from smsgw_cli.sandbox.phones import FinalStatus, SimRate, Slot, Timetable
from smsgw_cli.sandbox.schedule import FULL_DAY, Calendar, Window
from smsgw_cli.sandbox.senders import Sender, available_senders
from smsgw_cli.sandbox.store import Row, Store

USSD_PULL = "USSD Pull"


class PlannedMessage(NamedTuple):
    """One message or USSD pull of a run: recipient, sender, timetable and final status."""

    recipient: str
    sender: Sender
    times: Timetable
    final: FinalStatus


def plan(
    store: Store, campaign: Row, speed: float
) -> tuple[list[PlannedMessage], dict[Sender, list[Window]]]:
    """The run of a campaign that is due: its messages or USSD pulls in order, and the windows in
    which each sender is busy with them."""
    rate = SimRate(speed, campaign["delay"])
    assignments = _assign_senders(
        _recipients(store, campaign), available_senders(store, campaign), campaign
    )
    taken = _slots_by_sender(store, campaign, rate, [sender for _, sender in assignments])
    busy_windows = {sender: phones.busy_windows(slots, rate) for sender, slots in taken.items()}
    return list(_plan_messages(assignments, taken, rate, campaign["type"])), busy_windows


def _recipients(store: Store, campaign: Row) -> list[str]:
    """Numbers or USSD codes, without duplicates."""
    subscribed = store.all(
        "SELECT mobile_number FROM contacts WHERE subscribed AND contact_list_id IN "
        "(SELECT value FROM json_each(?)) ORDER BY id",
        (campaign["contact_lists"],),
    )
    listed = (row["mobile_number"] for row in subscribed)
    return list(dict.fromkeys([*json.loads(campaign["recipients"]), *listed]))


def _assign_senders(
    recipients: Sequence[str], senders: Sequence[Sender], campaign: Row
) -> list[tuple[str, Sender]]:
    """Senders take turns, in random order if the campaign asks for it; shares stay equal."""
    if not senders:
        return []
    turns = [senders[index % len(senders)] for index in range(len(recipients))]
    if campaign["random_sender"]:
        random.Random(campaign["id"]).shuffle(turns)
    return list(zip(recipients, turns, strict=True))


def _slots_by_sender(
    store: Store, campaign: Row, rate: SimRate, turns: Sequence[Sender]
) -> dict[Sender, list[Slot]]:
    start, hours = campaign["next_run_at"], _calendar(campaign)
    return {
        sender: list(
            phones.slots(start, number, rate, hours, _busy_windows(store, campaign, sender))
        )
        for sender, number in Counter(turns).items()
    }


def _busy_windows(store: Store, campaign: Row, sender: Sender) -> list[Window]:
    """When the sender is busy with other campaigns; ignored for a prioritized campaign."""
    if campaign["prioritize"]:
        return []
    rows = store.all(
        f"SELECT opens, closes FROM busy WHERE {sender.column} = ? AND closes > ? ORDER BY opens",  # noqa: S608
        (sender.id, campaign["next_run_at"]),
    )
    return [Window(row["opens"], row["closes"]) for row in rows]


def _plan_messages(
    assignments: Sequence[tuple[str, Sender]],
    taken: dict[Sender, list[Slot]],
    rate: SimRate,
    campaign_type: str,
) -> Iterator[PlannedMessage]:
    turns = {sender: iter(slots) for sender, slots in taken.items()}
    for recipient, sender in assignments:
        final = _final_status(recipient, sender, campaign_type)
        times = phones.timetable(next(turns[sender]), rate, recipient, final)
        yield PlannedMessage(recipient, sender, times, final)


def _final_status(recipient: str, sender: Sender, campaign_type: str) -> FinalStatus:
    if campaign_type == USSD_PULL:
        return phones.final_ussd_status(recipient)
    by_phone = sender.column == "sim_id"
    return phones.final_message_status(
        recipient, phones.PHONE_ERRORS if by_phone else phones.SERVER_ERRORS
    )


def _calendar(campaign: Row) -> Calendar:
    days = frozenset(json.loads(campaign["days_of_week"]))
    closes = FULL_DAY if campaign["closes"] == "23:59" else _minutes(campaign["closes"])
    return Calendar(ZoneInfo(campaign["timezone"]), _minutes(campaign["opens"]), closes, days)


def _minutes(time_of_day: str) -> int:
    hours, minutes = time_of_day.split(":")
    return int(hours) * 60 + int(minutes)
