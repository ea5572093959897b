"""Starts the runs of campaigns: each message or USSD pull gets its whole timetable at once.

There is no timer. Runs that became due are created at the next request, with the times they
would have had, so the state is right even if the program did not run for hours.
"""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import phones
from smsgw_cli.sandbox.phones import Timetable
from smsgw_cli.sandbox.planning import USSD_PULL, PlannedMessage, plan
from smsgw_cli.sandbox.schedule import MAX_DURATION, Window, next_run
from smsgw_cli.sandbox.senders import Sender
from smsgw_cli.sandbox.store import Row, Store

MAX_CATCH_UP_RUNS = 1_000
"""Most runs that a recurring campaign catches up on after a long pause; older ones are skipped."""

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
    """Start every run that is due at `now`."""
    while store.first(DUE, (now,)):
        with store.writing():
            # Another process may have started it in the meantime.
            if campaign := store.first(DUE, (now,)):
                start(store, campaign, now, speed)


def start(store: Store, campaign: Row, now: int, speed: float) -> None:
    """Start the campaign's run that is due. Must be called inside a transaction."""
    due = campaign["next_run_at"]
    planned, busy_windows = plan(store, campaign, speed)
    _add(store, campaign, planned)
    _store_busy_windows(store, campaign, busy_windows)
    _store_senders(store, campaign["id"], planned)
    times = [one.times for one in planned] or [Timetable(due, due, due, due)]
    changes = {
        "next_run_at": _repeat_at(campaign, now),
        "queued_at": min(one.queued_at for one in times),
        "processed_at": min(one.processed_at for one in times),
        "done_at": max(one.done_at for one in times),
    }
    store.update("campaigns", campaign["id"], changes)


def _add(store: Store, campaign: Row, planned: Sequence[PlannedMessage]) -> None:
    if campaign["type"] == USSD_PULL:
        rows = (_ussd_pull(campaign, one) for one in planned)
        store.connection.executemany(ADD_USSD_PULL, rows)
    else:
        store.connection.executemany(ADD_MESSAGE, (_message(campaign, one) for one in planned))


def _message(campaign: Row, one: PlannedMessage) -> tuple[Any, ...]:
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
        *one.times,
        *one.final,
    )


def _ussd_pull(campaign: Row, one: PlannedMessage) -> tuple[Any, ...]:
    response = None if one.final.error else phones.ussd_response(one.recipient, one.sender.address)
    return (
        campaign["id"],
        one.sender.id,
        one.recipient,
        campaign["next_run_at"],
        one.times.queued_at,
        one.times.done_at,
        one.final.outcome,
        response,
    )


def _store_busy_windows(
    store: Store, campaign: Row, busy_windows: dict[Sender, list[Window]]
) -> None:
    """Store when each sender is busy. Runs start in the order they are due, so windows that end
    before this one can be deleted."""
    store.connection.execute("DELETE FROM busy WHERE closes <= ?", (campaign["next_run_at"],))
    for sender, windows in busy_windows.items():
        where = {"campaign_id": campaign["id"], sender.column: sender.id}
        for window in windows:
            store.insert("busy", {**where, **window._asdict()})


def _store_senders(store: Store, campaign_id: int, planned: Sequence[PlannedMessage]) -> None:
    """Store each sender's part of the latest run, for the lists of devices and sending servers."""
    shares: dict[Sender, list[PlannedMessage]] = {}
    for one in planned:
        shares.setdefault(one.sender, []).append(one)
    unused = "DELETE FROM campaign_senders WHERE campaign_id = ? AND total = 0"
    store.connection.execute(unused, (campaign_id,))
    for sender, share in shares.items():
        where = {"campaign_id": campaign_id, sender.column: sender.id}
        matches = f"campaign_id = :campaign_id AND {sender.column} = :{sender.column}"
        store.connection.execute(f"DELETE FROM campaign_senders WHERE {matches}", where)  # noqa: S608
        store.insert("campaign_senders", {**where, **_summary(share)})


def _summary(share: Sequence[PlannedMessage]) -> Row:
    return {
        "total": len(share),
        "failed": sum(one.final.error is not None for one in share),
        "queued_at": min(one.times.queued_at for one in share),
        "done_at": max(one.times.done_at for one in share),
    }


def _repeat_at(campaign: Row, now: int) -> int | None:
    if not campaign["recurring"]:
        return None
    frequency, unit = campaign["frequency"], campaign["frequency_unit"]
    earliest = now - MAX_CATCH_UP_RUNS * frequency * MAX_DURATION[unit]
    zone = ZoneInfo(campaign["timezone"])
    try:
        due = max(campaign["next_run_at"], earliest)
        following = next_run(campaign["anchor"], frequency, unit, zone, due)
    except (OverflowError, ValueError):  # after the calendar's last year
        return None
    return None if following > (campaign["ends_at"] or following) else following
