"""Plans a campaign's run before it starts: recipients, senders and times."""

import json
import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import magic, phones, ussd
from smsgw_cli.sandbox.behaviour import Behaviour, behaviour_of, hashed
from smsgw_cli.sandbox.instants import MINUTE, NEVER
from smsgw_cli.sandbox.magic import DELIVERED, FAILED, SENT, FinalStatus
from smsgw_cli.sandbox.phones import SimRate, Slot, Timetable
from smsgw_cli.sandbox.schedule import FULL_DAY, Calendar, Window
from smsgw_cli.sandbox.senders import Sender, available_senders, quota_of, sim_state
from smsgw_cli.sandbox.store import Row, Store

SMS, USSD_PULL = "SMS", "USSD Pull"
RETRY_AFTER = MINUTE
"""How long after a failure a message is tried again, at speed 1; the manual does not say."""


class Attempt(NamedTuple):
    """A number or USSD code that is tried for the 1st, 2nd … time."""

    recipient: str
    tries: int = 1


class PlannedMessage(NamedTuple):
    """One message or USSD pull: recipient, sender, timetable, final status, when it is tried again
    if it fails, and the operator's response to a USSD code."""

    recipient: str
    sender: Sender
    times: Timetable
    final: FinalStatus
    retry_at: int | None = None
    response: str | None = None


class Share(NamedTuple):
    """What one sender sends of a campaign, in order, and the windows in which that occupies it."""

    sender: Sender
    planned: list[PlannedMessage]
    busy: list[Window]


def plan(store: Store, campaign: Row) -> tuple[list[PlannedMessage], list[Share], bool]:
    """The run of a campaign that is due: its messages or USSD pulls in the order of recipients, the
    shares of the senders, and whether it has any recipients."""
    recipients = list(_recipients(store, campaign))
    assignments = _assign_senders(recipients, available_senders(store, campaign), campaign)
    attempts: dict[Sender, list[Attempt]] = {}
    for recipient, sender in assignments:
        attempts.setdefault(sender, []).append(Attempt(recipient))
    start = campaign["next_run_at"]
    shares = [plan_share(store, campaign, *each, start) for each in attempts.items()]
    turns = {share.sender: iter(share.planned) for share in shares}
    return [next(turns[sender]) for _, sender in assignments], shares, bool(recipients)


def plan_share(
    store: Store, campaign: Row, sender: Sender, attempts: Sequence[Attempt], start: int
) -> Share:
    """When and how the attempts through one sender end, from `start` on."""
    behaviour = behaviour_of(campaign["behaviour"])
    rate = SimRate(behaviour.speed, campaign["delay"])
    sim = sim_state(store, sender.id) if sender.is_sim else None
    finals = [_final_status(campaign, behaviour, sim, attempt) for attempt in attempts]
    slots = _slots(store, campaign, sender, sim, rate, len(attempts), start)
    if slots is None:
        times = [phones.WAITING] * len(attempts)
    else:
        ends = zip(slots, attempts, finals, strict=True)
        times = [phones.timetable(slot, rate, each.recipient, final) for slot, each, final in ends]
    outcomes = zip(attempts, times, finals, strict=True)
    if campaign["type"] == USSD_PULL and sim:
        planned = [_planned_pull(sender, sim, rate, *each) for each in outcomes]
    else:
        planned = [_planned_message(sender, behaviour, *each) for each in outcomes]
    return Share(sender, planned, phones.busy_windows(slots or (), rate))


def _slots(
    store: Store,
    campaign: Row,
    sender: Sender,
    sim: Row | None,
    rate: SimRate,
    number: int,
    start: int,
) -> list[Slot] | None:
    """When the sender starts on each; None if it is a phone that cannot send until it changes."""
    hours, busy = calendar_of(campaign), _busy_windows(store, campaign, sender, start)
    if sim is not None and not sim["is_on"]:
        return None
    # Quotas are of messages.
    quota = quota_of(store, sim, start) if sim and campaign["type"] != USSD_PULL else None
    if quota is not None and quota.limit == 0:
        return None
    return list(phones.slots(start, number, rate, hours, busy, quota))


def _planned_message(
    sender: Sender, behaviour: Behaviour, attempt: Attempt, times: Timetable, final: FinalStatus
) -> PlannedMessage:
    failed = final.outcome == FAILED and times.done_at < NEVER
    tried_again = failed and attempt.tries <= behaviour.auto_retry
    retry_at = times.done_at + behaviour.scale(RETRY_AFTER) if tried_again else None
    return PlannedMessage(attempt.recipient, sender, times, final, retry_at)


def _planned_pull(
    sender: Sender, sim: Row, rate: SimRate, attempt: Attempt, times: Timetable, final: FinalStatus
) -> PlannedMessage:
    code = attempt.recipient
    response = None if final.error else ussd.answer(code, sim)
    times = phones.response_time(times, rate, code, final)
    return PlannedMessage(code, sender, times, final, None, response)


def _recipients(store: Store, campaign: Row) -> Iterator[str]:
    """Numbers or USSD codes, without duplicates."""
    subscribed = store.all(
        "SELECT mobile_number FROM contacts WHERE subscribed AND contact_list_id IN "
        "(SELECT value FROM json_each(?)) ORDER BY id",
        (campaign["contact_lists"],),
    )
    listed = (row["mobile_number"] for row in subscribed)
    return iter(dict.fromkeys([*json.loads(campaign["recipients"]), *listed]))


def _assign_senders(
    recipients: Sequence[str], senders: Sequence[Sender], campaign: Row
) -> list[tuple[str, Sender]]:
    """Senders take turns, in random order if the campaign asks for it; shares stay equal.

    A USSD code is dialled on every SIM that is named: what it asks for is of one SIM.
    """
    if not senders:
        return []
    named = json.loads(campaign["sims"])
    if campaign["type"] == USSD_PULL and named and not campaign["random_sender"]:
        return [(code, sender) for code in recipients for sender in senders]
    turns = [senders[index % len(senders)] for index in range(len(recipients))]
    if campaign["random_sender"]:
        random.Random(campaign["id"]).shuffle(turns)
    return list(zip(recipients, turns, strict=True))


def _busy_windows(store: Store, campaign: Row, sender: Sender, start: int) -> list[Window]:
    """When the sender is busy with other campaigns; ignored for a prioritized campaign."""
    if campaign["prioritize"]:
        return []
    rows = store.all(
        f"SELECT opens, closes FROM busy WHERE {sender.column} = ? AND closes > ? ORDER BY opens",  # noqa: S608
        (sender.id, start),
    )
    return [Window(row["opens"], row["closes"]) for row in rows]


def _final_status(
    campaign: Row, behaviour: Behaviour, sim: Row | None, attempt: Attempt
) -> FinalStatus:
    if campaign["type"] == USSD_PULL:
        return magic.final_ussd_status(attempt.recipient)
    return _final_message_status(campaign, behaviour, sim, attempt)


def _final_message_status(
    campaign: Row, behaviour: Behaviour, sim: Row | None, attempt: Attempt
) -> FinalStatus:
    """Delivered is possible only where a delivery report was requested
    (smsgateway.rbsoft.org/docs/message.html), an option of SMS alone; otherwise it ends as Sent."""
    number, tries = attempt
    final = magic.final_status(number, tries)
    if sim is not None and sim["signal_strength"] == 0:
        final = FinalStatus(FAILED, magic.NO_SERVICE)
    elif final.outcome in (SENT, DELIVERED) and behaviour.strikes(campaign["id"], number, tries):
        errors = magic.PHONE_ERRORS
        final = FinalStatus(FAILED, errors[hashed("error", number) % len(errors)])
    if final.outcome == FAILED and sim is None:
        final = FinalStatus(FAILED, magic.server_error(final.error))
    reported = campaign["delivery_report"] and campaign["type"] == SMS
    if final.outcome == DELIVERED and not reported:
        return FinalStatus(SENT)
    return final


def calendar_of(campaign: Row) -> Calendar:
    """The active hours and days of a campaign."""
    days = frozenset(json.loads(campaign["days_of_week"]))
    closes = FULL_DAY if campaign["closes"] == "23:59" else _minutes(campaign["closes"])
    return Calendar(ZoneInfo(campaign["timezone"]), _minutes(campaign["opens"]), closes, days)


def _minutes(time_of_day: str) -> int:
    hours, minutes = time_of_day.split(":")
    return int(hours) * 60 + int(minutes)
