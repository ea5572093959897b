"""Starts the runs of campaigns: each message or USSD pull gets its whole timetable at once.

Nothing waits for a run's time to come. Whatever became due is made at the next request, with the
moments it would have had, so the state is right even if the program did not run for hours.
"""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import phones
from smsgw_cli.sandbox.phones import Timetable
from smsgw_cli.sandbox.planning import USSD_PULL, Planned, plan
from smsgw_cli.sandbox.schedule import LONGEST, Window, next_run
from smsgw_cli.sandbox.senders import Sender
from smsgw_cli.sandbox.store import Row, Store

MOST_CAUGHT_UP = 1_000
"""How many runs a recurring campaign makes up for after a long pause; older ones are left out."""

DUE = "SELECT * FROM campaigns WHERE next_run_at <= ? ORDER BY next_run_at, id LIMIT 1"

ADD_MESSAGE = """
    INSERT INTO messages (campaign_id, sim_id, sender_id, from_number, to_number, content, type,
        attachments, sent_at, queued_at, processed_at, transmitted_at, done_at, outcome, error)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ADD_USSD_PULL = """
    INSERT INTO ussd_pulls (campaign_id, sim_id, code, sent_at, queued_at, done_at,
        outcome, response)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def start_due(store: Store, now: int, speed: float) -> None:
    """Start every run that became due up to `now`."""
    while store.first(DUE, (now,)):
        with store.writing():
            # Another process may have started it since.
            if campaign := store.first(DUE, (now,)):
                start(store, campaign, now, speed)


def start(store: Store, campaign: Row, now: int, speed: float) -> None:
    """Start the campaign's run that is due. Belongs inside a transaction."""
    due = campaign["next_run_at"]
    planned, stretches = plan(store, campaign, speed)
    _add(store, campaign, planned)
    _occupy(store, campaign, stretches)
    _note_senders(store, campaign["id"], planned)
    moments = [one.moments for one in planned] or [Timetable(due, due, due, due)]
    changes = {
        "next_run_at": _repeat_at(campaign, now),
        "queued_at": min(one.queued_at for one in moments),
        "processed_at": min(one.processed_at for one in moments),
        "done_at": max(one.done_at for one in moments),
    }
    store.update("campaigns", campaign["id"], changes)


def _add(store: Store, campaign: Row, planned: Sequence[Planned]) -> None:
    if campaign["type"] == USSD_PULL:
        rows = (_ussd_pull(campaign, one) for one in planned)
        store.connection.executemany(ADD_USSD_PULL, rows)
    else:
        store.connection.executemany(ADD_MESSAGE, (_message(campaign, one) for one in planned))


def _message(campaign: Row, one: Planned) -> tuple[Any, ...]:
    by_phone = one.sender.column == "sim_id"
    return (
        campaign["id"],
        one.sender.id if by_phone else None,
        None if by_phone else one.sender.id,
        one.sender.address,
        one.recipient,
        campaign["message"],
        campaign["type"],
        campaign["attachments"],
        campaign["next_run_at"],
        *one.moments,
        *one.fate,
    )


def _ussd_pull(campaign: Row, one: Planned) -> tuple[Any, ...]:
    answer = None if one.fate.error else phones.code_answer(one.recipient, one.sender.address)
    return (
        campaign["id"],
        one.sender.id,
        one.recipient,
        campaign["next_run_at"],
        one.moments.queued_at,
        one.moments.done_at,
        one.fate.outcome,
        answer,
    )


def _occupy(store: Store, campaign: Row, stretches: dict[Sender, list[Window]]) -> None:
    """Runs start in the order in which they are due, so what is over by then is of no more use."""
    store.connection.execute("DELETE FROM busy WHERE closes <= ?", (campaign["next_run_at"],))
    for sender, windows in stretches.items():
        where = {"campaign_id": campaign["id"], sender.column: sender.id}
        for window in windows:
            store.insert("busy", {**where, **window._asdict()})


def _note_senders(store: Store, campaign_id: int, planned: Sequence[Planned]) -> None:
    """What the lists of a campaign's devices and sending servers tell of its latest run."""
    shares: dict[Sender, list[Planned]] = {}
    for one in planned:
        shares.setdefault(one.sender, []).append(one)
    unused = "DELETE FROM campaign_senders WHERE campaign_id = ? AND total = 0"
    store.connection.execute(unused, (campaign_id,))
    for sender, share in shares.items():
        where = {"campaign_id": campaign_id, sender.column: sender.id}
        matches = f"campaign_id = :campaign_id AND {sender.column} = :{sender.column}"
        store.connection.execute(f"DELETE FROM campaign_senders WHERE {matches}", where)  # noqa: S608
        store.insert("campaign_senders", {**where, **_summary(share)})


def _summary(share: Sequence[Planned]) -> Row:
    return {
        "total": len(share),
        "failed": sum(one.fate.error is not None for one in share),
        "queued_at": min(one.moments.queued_at for one in share),
        "done_at": max(one.moments.done_at for one in share),
    }


def _repeat_at(campaign: Row, now: int) -> int | None:
    if not campaign["recurring"]:
        return None
    frequency, unit = campaign["frequency"], campaign["frequency_unit"]
    earliest = now - MOST_CAUGHT_UP * frequency * LONGEST[unit]
    zone = ZoneInfo(campaign["timezone"])
    try:
        due = max(campaign["next_run_at"], earliest)
        following = next_run(campaign["anchor"], frequency, unit, zone, due)
    except (OverflowError, ValueError):  # beyond the calendar's last year
        return None
    return None if following > (campaign["ends_at"] or following) else following
