"""Plans anew what has not left yet: after a phone has changed, and when a failed message is tried
again.

A timetable holds until a phone is switched, a SIM gets another quota and so on; then the change
itself moves what still waits, in the same transaction. So no process has to know of another.
"""

from collections.abc import Iterable, Sequence

from smsgw_cli.sandbox import arrivals, shares
from smsgw_cli.sandbox.behaviour import behaviour_of
from smsgw_cli.sandbox.phones import SimRate
from smsgw_cli.sandbox.planning import RETRY_AFTER, Attempt, PlannedMessage, Share, plan_share
from smsgw_cli.sandbox.senders import SIM_ID, Sender
from smsgw_cli.sandbox.store import Row, Store

WAITING = {
    "messages": "SELECT *, to_number AS recipient FROM messages WHERE campaign_id = ? "
    "AND sim_id = ? AND transmitted_at > ? ORDER BY transmitted_at, id",
    "ussd_pulls": "SELECT *, code AS recipient, 1 AS tries FROM ussd_pulls WHERE campaign_id = ? "
    "AND sim_id = ? AND done_at > ? ORDER BY done_at, id",
}
CAMPAIGNS = """
    SELECT campaigns.* FROM campaigns JOIN (
        SELECT campaign_id, min(transmitted_at) AS first FROM messages
            WHERE sim_id = :sim AND transmitted_at > :now GROUP BY 1
        UNION ALL SELECT campaign_id, min(done_at) FROM ussd_pulls
            WHERE sim_id = :sim AND done_at > :now GROUP BY 1
    ) ON id = campaign_id ORDER BY first, id
"""
TO_RETRY = """
    SELECT *, to_number AS recipient FROM messages
    WHERE campaign_id = ? AND sim_id IS ? AND sender_id IS ? AND retry_at <= ? ORDER BY retry_at, id
"""


def replan(store: Store, now: int, sim_ids: Iterable[int]) -> None:
    """Plan everything anew that waits for these SIMs, from `now` on, in the same order.

    Must be called inside a transaction.
    """
    for sim_id in sim_ids:
        store.connection.execute("DELETE FROM busy WHERE sim_id = ? AND opens >= ?", (sim_id, now))
        store.connection.execute(
            "UPDATE busy SET closes = ? WHERE sim_id = ? AND closes > ?", (now, sim_id, now)
        )
        # What was kept back for a phone that was off may arrive now.
        store.connection.execute(
            "UPDATE arrivals SET at = max(due, ?) WHERE sim_id = ? AND at > ?", (now, sim_id, now)
        )
        for campaign in store.all(CAMPAIGNS, {"sim": sim_id, "now": now}):
            waiting = store.all(WAITING[shares.table_of(campaign)], (campaign["id"], sim_id, now))
            _plan_anew(store, campaign, waiting, now)


def try_again(store: Store, message: Row) -> None:
    """Plan the next try of a failed message that is due, and of those that failed with it."""
    campaign = store.one("SELECT * FROM campaigns WHERE id = ?", (message["campaign_id"],))
    until = message["retry_at"] + behaviour_of(campaign["behaviour"]).scale(RETRY_AFTER)
    where = (campaign["id"], message["sim_id"], message["sender_id"], until)
    failed = store.all(TO_RETRY, where)
    again = [{**row, "tries": row["tries"] + 1} for row in failed]
    _plan_anew(store, campaign, again, failed[-1]["retry_at"])


def store_busy(store: Store, campaign_id: int, share: Share) -> None:
    """Store when the sender is busy with its share."""
    sender = share.sender
    rows = [(campaign_id, sender.id, *window) for window in share.busy]
    store.connection.executemany(
        f"INSERT INTO busy (campaign_id, {sender.column}, opens, closes) VALUES (?, ?, ?, ?)",  # noqa: S608
        rows,
    )


def _plan_anew(store: Store, campaign: Row, rows: Sequence[Row], now: int) -> None:
    """Give these rows of one sender new timetables that start at `now`."""
    first = rows[0]
    column = SIM_ID if first["sim_id"] is not None else "sender_id"
    sender = Sender(column, first[column], None)
    attempts = [Attempt(row["recipient"], row["tries"]) for row in rows]
    share = plan_share(store, campaign, sender, attempts, now)
    store_busy(store, campaign["id"], share)
    behaviour = behaviour_of(campaign["behaviour"])
    table = shares.table_of(campaign)
    changed = _changed_message if table == "messages" else _changed_pull
    for row, one in zip(rows, share.planned, strict=True):
        changes = changed(row, one, now)
        if behaviour.sent_early:
            del changes["sent_at"]
        store.update(table, row["id"], changes)
    ids = [row["id"] for row in rows]
    if table == "messages":
        arrivals.expect_of_messages(store, ids, SimRate(behaviour.speed))
    else:
        arrivals.expect_of_pulls(store, ids)
    done = shares.refresh(store, campaign)
    if done:
        store.update("campaigns", campaign["id"], {"done_at": done})


def _changed_message(row: Row, one: PlannedMessage, now: int) -> Row:
    """The columns that change; a message that is on its phone already does not go back."""
    is_retry = row["retry_at"] is not None and row["transmitted_at"] <= now
    kept = {
        name: row[name]
        for name in ("queued_at", "processed_at")
        if row[name] <= now and not is_retry
    }
    return {
        **one.times._asdict(),
        **kept,
        "sent_at": one.times.transmitted_at,
        "outcome": one.final.outcome,
        "error": one.final.error,
        "tries": row["tries"],
        "retry_at": one.retry_at,
    }


def _changed_pull(row: Row, one: PlannedMessage, now: int) -> Row:
    queued = row["queued_at"] if row["queued_at"] <= now else one.times.queued_at
    return {
        "sent_at": one.times.transmitted_at,
        "queued_at": queued,
        "done_at": one.times.done_at,
        "outcome": one.final.outcome,
        "response": one.response,
    }
