"""The senders available to a campaign: SIMs of active phones, sender ids of enabled servers."""

import json
from dataclasses import dataclass

from smsgw_cli.sandbox.instants import DAY, NEVER
from smsgw_cli.sandbox.phones import Quota
from smsgw_cli.sandbox.store import Row, Store

SIM_ID = "sim_id"

ACTIVE_SIMS = """
    SELECT sims.* FROM sims JOIN devices ON devices.id = sims.device_id
    WHERE sims.active AND devices.enabled ORDER BY sims.id
"""
ACTIVE_SENDER_IDS = """
    SELECT sender_ids.*, supported_types
    FROM sender_ids JOIN sending_servers ON sending_servers.id = sending_server_id
    WHERE enabled ORDER BY sender_ids.id
"""
SIM_STATE = """
    SELECT sims.*, coalesce(sims.line, sims.number) AS line,
        sims.active AND devices.enabled AND devices.silent_since IS NULL AS is_on
    FROM sims JOIN devices ON devices.id = sims.device_id WHERE sims.id = ?
"""
USED_QUOTA = """
    SELECT transmitted_at / :day AS day, count(*) AS used FROM messages
    WHERE sim_id = :sim AND campaign_id IS NOT NULL
        AND transmitted_at >= :since AND transmitted_at < :until
    GROUP BY 1
"""


@dataclass(frozen=True)
class Sender:
    """A SIM (`column` sim_id) or a sender id (sender_id); `address` is what recipients see, None
    for a SIM whose number the phone does not know."""

    column: str
    id: int
    address: str | None

    @property
    def is_sim(self) -> bool:
        return self.column == SIM_ID


def active_sims(store: Store) -> dict[int, Sender]:
    rows = store.all(ACTIVE_SIMS)
    return {row["id"]: Sender(SIM_ID, row["id"], row["number"]) for row in rows}


def active_sender_ids(store: Store, message_type: str) -> dict[int, Sender]:
    """Ids of active sender ids whose server supports the message type."""
    return {
        row["id"]: Sender("sender_id", row["id"], row["value"])
        for row in store.all(ACTIVE_SENDER_IDS)
        if message_type in json.loads(row["supported_types"])
    }


def available_senders(store: Store, campaign: Row) -> list[Sender]:
    """The campaign's senders that are still active; all active SIMs if it names none."""
    sims = active_sims(store)
    chosen_sims = json.loads(campaign["sims"])
    chosen_ids = json.loads(campaign["sender_ids"])
    if not chosen_sims and not chosen_ids:
        return list(sims.values())
    ids = active_sender_ids(store, campaign["type"]) if chosen_ids else {}
    active = [
        *(sims[chosen] for chosen in chosen_sims if chosen in sims),
        *(ids[chosen] for chosen in chosen_ids if chosen in ids),
    ]
    return list(dict.fromkeys(active))


def sim_state(store: Store, sim_id: int) -> Row:
    """The SIM with the number that the network knows it by (`line`), and whether its phone is on
    and in touch with the server (`is_on`)."""
    return store.one(SIM_STATE, (sim_id,))


def quota_of(store: Store, sim: Row, since: int, until: int = NEVER) -> Quota | None:
    """The quota of a SIM with what it uses from the day of `since` on; None if it has none."""
    if sim["quota"] is None:
        return None
    values = {"day": DAY, "sim": sim["id"], "since": since - since % DAY, "until": until}
    used = {row["day"]: row["used"] for row in store.all(USED_QUOTA, values)}
    return Quota(sim["quota"], used)
