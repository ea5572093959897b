"""The share of each sender in a campaign, stored for the lists of devices and sending servers."""

from smsgw_cli.sandbox.instants import NEVER
from smsgw_cli.sandbox.planning import USSD_PULL
from smsgw_cli.sandbox.store import Row, Store

ENDS = {
    "messages": "coalesce(retry_at, transmitted_at)",
    "ussd_pulls": "done_at",
}
"""When a sender has done its part: reports come later, failed messages may be tried again."""


def table_of(campaign: Row) -> str:
    return "ussd_pulls" if campaign["type"] == USSD_PULL else "messages"


def refresh(store: Store, campaign: Row) -> int:
    """Store each sender's part of the campaign's latest run anew; returns when all have done theirs
    (0 if nobody has any)."""
    table = table_of(campaign)
    sender_id = "sender_id" if table == "messages" else "NULL"
    parts = store.all(
        f"SELECT sim_id, {sender_id} AS sender_id, count(*) AS total, "  # noqa: S608
        f"sum(outcome = 'Failed') AS failed, min(queued_at) AS queued_at, "
        f"max({ENDS[table]}) AS done_at "
        f"FROM {table} WHERE campaign_id = ? AND id > ? GROUP BY 1, 2",
        (campaign["id"], campaign["run_after"]),
    )
    key = campaign["id"]
    store.connection.execute(
        "DELETE FROM campaign_senders WHERE campaign_id = ? AND total = 0", (key,)
    )
    for part in parts:
        store.connection.execute(
            "DELETE FROM campaign_senders WHERE campaign_id = ? AND (sim_id = ? OR sender_id = ?)",
            (key, part["sim_id"], part["sender_id"]),
        )
        store.insert("campaign_senders", {"campaign_id": key, **part})
    return max((min(part["done_at"], NEVER) for part in parts), default=0)
