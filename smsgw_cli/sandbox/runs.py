"""Starts what is due: runs of campaigns, further tries of failed messages, and arrivals.

There is no timer. Each message or USSD pull of a run gets its whole timetable at once. What became
due is done at the next request, in the order and with the times it would have had, so the state is
right even if the program did not run for hours, and in every process that shares the file.
"""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from smsgw_cli.sandbox import arrivals, replanning, shares
from smsgw_cli.sandbox.behaviour import Behaviour
from smsgw_cli.sandbox.instants import NEVER, SECOND
from smsgw_cli.sandbox.phones import SimRate
from smsgw_cli.sandbox.planning import USSD_PULL, PlannedMessage, Share, plan
from smsgw_cli.sandbox.schedule import MAX_DURATION, next_run
from smsgw_cli.sandbox.store import Row, Store

MAX_CATCH_UP_RUNS = 1_000
"""Most runs that a recurring campaign catches up on after a long pause; older ones are skipped."""
QUEUE_TIME = SECOND
"""How long a campaign waits for the queue worker, and is then processed by it."""

ANY_DUE = """
    SELECT 1 FROM campaigns WHERE next_run_at <= :now
    UNION ALL SELECT 1 FROM arrivals WHERE at <= :now
    UNION ALL SELECT 1 FROM messages WHERE retry_at <= :now LIMIT 1
"""
"""Asked before every request: 3 µs."""
DUE = """
    SELECT * FROM (SELECT next_run_at AS at, 'campaigns' AS what, id FROM campaigns
        WHERE next_run_at <= :now ORDER BY next_run_at, id LIMIT 1)
    UNION ALL SELECT * FROM (SELECT at, 'arrivals', id FROM arrivals
        WHERE at <= :now ORDER BY at, id LIMIT 1)
    UNION ALL SELECT * FROM (SELECT retry_at, 'messages', id FROM messages
        WHERE retry_at <= :now ORDER BY retry_at, id LIMIT 1)
    ORDER BY 1, 2 LIMIT 1
"""

ADD_MESSAGE = """
    INSERT INTO messages (campaign_id, sim_id, sender_id, from_number, to_number, content, type,
        attachments, sent_at, queued_at, processed_at, transmitted_at, done_at, outcome, error,
        retry_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
ADD_USSD_PULL = """
    INSERT INTO ussd_pulls (campaign_id, sim_id, code, sent_at, queued_at, done_at,
        outcome, response)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""


def start_due(store: Store, now: int, behaviour: Behaviour) -> None:
    """Do everything that is due at `now`, in order of time."""
    if not store.first(ANY_DUE, {"now": now}):
        return
    with store.writing():
        # Another process may have done it in the meantime.
        while due := store.first(DUE, {"now": now}):
            row = store.one(f"SELECT * FROM {due['what']} WHERE id = ?", (due["id"],))  # noqa: S608
            if due["what"] == "campaigns":
                start(store, row, now, behaviour)
            elif due["what"] == "arrivals":
                arrivals.arrive(store, row)
            else:
                replanning.try_again(store, row)


def start(store: Store, campaign: Row, now: int, behaviour: Behaviour) -> None:
    """Start the campaign's run that is due. Must be called inside a transaction."""
    due = campaign["next_run_at"]
    table = shares.table_of(campaign)
    last = store.one(f"SELECT coalesce(max(id), 0) AS id FROM {table}")["id"]  # noqa: S608
    campaign |= {"behaviour": behaviour.to_json(), "run_after": last}
    planned, parts, has_recipients = plan(store, campaign)
    _add(store, campaign, behaviour, planned)
    # Runs start in the order they are due, so windows that end before this one can go.
    store.connection.execute("DELETE FROM busy WHERE closes <= ?", (due,))
    for part in parts:
        replanning.store_busy(store, campaign["id"], part)
    _expect_arrivals(store, campaign, behaviour, parts)
    done = shares.refresh(store, campaign)
    begins = {"queued_at": due + behaviour.scale(QUEUE_TIME)}
    changes = {
        **begins,
        "processed_at": begins["queued_at"] + behaviour.scale(QUEUE_TIME),
        # Without a phone it waits; without recipients there is nothing to wait for.
        "done_at": done if planned else NEVER if has_recipients else due,
        "next_run_at": _repeat_at(campaign, now),
        "behaviour": campaign["behaviour"],
        "run_after": last,
    }
    store.update("campaigns", campaign["id"], changes)


def _add(
    store: Store, campaign: Row, behaviour: Behaviour, planned: Sequence[PlannedMessage]
) -> None:
    early = campaign["next_run_at"] if behaviour.sent_early else None
    if campaign["type"] == USSD_PULL:
        rows = (_ussd_pull(campaign, one, early) for one in planned)
        store.connection.executemany(ADD_USSD_PULL, rows)
    else:
        messages = (_message(campaign, one, early) for one in planned)
        store.connection.executemany(ADD_MESSAGE, messages)


def _message(campaign: Row, one: PlannedMessage, early: int | None) -> tuple[Any, ...]:
    by_phone = one.sender.is_sim
    return (
        campaign["id"],
        one.sender.id if by_phone else None,
        None if by_phone else one.sender.id,
        one.sender.address,
        one.recipient,
        campaign["message"],
        campaign["type"],
        campaign["attachments"],
        one.times.transmitted_at if early is None else early,
        *one.times,
        one.final.outcome,
        one.final.error,
        one.retry_at,
    )


def _ussd_pull(campaign: Row, one: PlannedMessage, early: int | None) -> tuple[Any, ...]:
    return (
        campaign["id"],
        one.sender.id,
        one.recipient,
        one.times.transmitted_at if early is None else early,
        one.times.queued_at,
        one.times.done_at,
        one.final.outcome,
        one.response,
    )


def _expect_arrivals(
    store: Store, campaign: Row, behaviour: Behaviour, parts: Sequence[Share]
) -> None:
    """Store what the run makes arrive at the gateway's own SIMs."""
    run = (campaign["id"], campaign["run_after"])
    if campaign["type"] == USSD_PULL:
        pulls = store.all("SELECT id FROM ussd_pulls WHERE campaign_id = ? AND id > ?", run)
        return arrivals.expect_of_pulls(store, [pull["id"] for pull in pulls])
    answering = arrivals.numbers_that_answer(store)
    reached = {one.recipient for part in parts for one in part.planned}
    if answering.isdisjoint(reached):
        return None
    messages = store.all("SELECT id FROM messages WHERE campaign_id = ? AND id > ?", run)
    rate = SimRate(behaviour.speed)
    return arrivals.expect_of_messages(store, [message["id"] for message in messages], rate)


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
