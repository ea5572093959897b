"""What a campaign can send through: SIMs of active phones, sender ids of enabled servers."""

import json
from dataclasses import dataclass

from smsgw_cli.sandbox.store import Row, Store

ACTIVE_SIMS = """
    SELECT sims.* FROM sims JOIN devices ON devices.id = sims.device_id
    WHERE sims.active AND devices.enabled ORDER BY sims.id
"""
ACTIVE_SENDER_IDS = """
    SELECT sender_ids.*, supported_types
    FROM sender_ids JOIN sending_servers ON sending_servers.id = sending_server_id
    WHERE enabled ORDER BY sender_ids.id
"""


@dataclass(frozen=True)
class Sender:
    """A SIM (`column` sim_id) or a sender id (sender_id); `address` is what recipients see."""

    column: str
    id: int
    address: str


def active_sims(store: Store) -> dict[int, Sender]:
    rows = store.all(ACTIVE_SIMS)
    return {row["id"]: Sender("sim_id", row["id"], row["number"] or row["name"]) for row in rows}


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
