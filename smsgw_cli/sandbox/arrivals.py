"""What will arrive at SIMs later: what another SIM sends them, and texts of operators.

Each waits in the table `arrivals` for its time; a phone that is silent or off gets it afterwards.
"""

import json
from collections.abc import Collection, Sequence

from smsgw_cli.sandbox import incoming, ussd
from smsgw_cli.sandbox.instants import NEVER
from smsgw_cli.sandbox.magic import COMPLETED, DELIVERED, OPERATOR, SENT
from smsgw_cli.sandbox.phones import SimRate, report_delay
from smsgw_cli.sandbox.senders import sim_state
from smsgw_cli.sandbox.store import Row, Store

LINES = "SELECT id, coalesce(line, number) AS line FROM sims"
ADD = """
    INSERT INTO arrivals (message_id, pull_id, sim_id, due, at, from_number, content, type,
        attachments)
    VALUES (:message_id, :pull_id, :sim_id, :at, :at, :from_number, :content, :type, :attachments)
"""


def expect_of_messages(store: Store, ids: Collection[int], rate: SimRate) -> None:
    """Replace what arrives because of these messages, which have new timetables."""
    listed = (json.dumps(list(ids)),)
    store.connection.execute(
        "DELETE FROM arrivals WHERE message_id IN (SELECT value FROM json_each(?))", listed
    )
    sent = store.all("SELECT * FROM messages WHERE id IN (SELECT value FROM json_each(?))", listed)
    lines = store.all(LINES)
    arriving = [
        row
        for message in sent
        if _leaves(message)
        for row in _of_message(store, lines, message, rate)
    ]
    store.connection.executemany(ADD, arriving)


def expect_of_pulls(store: Store, ids: Collection[int]) -> None:
    """Replace the texts that answer these USSD codes."""
    listed = (json.dumps(list(ids)),)
    store.connection.execute(
        "DELETE FROM arrivals WHERE pull_id IN (SELECT value FROM json_each(?))", listed
    )
    sql = "SELECT * FROM ussd_pulls WHERE id IN (SELECT value FROM json_each(?))"
    arriving = [
        _text(sim_state(store, pull["sim_id"]), pull["done_at"], pull_id=pull["id"])
        for pull in store.all(sql, listed)
        if pull["code"] in ussd.CODES_BY_SMS
        and pull["outcome"] == COMPLETED
        and pull["done_at"] < NEVER
    ]
    store.connection.executemany(ADD, arriving)


def numbers_that_answer(store: Store) -> set[str]:
    """The numbers to which a message makes something arrive."""
    return {OPERATOR, *(row["line"] for row in store.all(LINES) if row["line"])}


def arrive(store: Store, arrival: Row) -> None:
    """It is due: it arrives, or waits for a phone that is silent or off."""
    sim = sim_state(store, arrival["sim_id"])
    if not sim["is_on"]:
        return store.update("arrivals", arrival["id"], {"at": NEVER})
    store.delete("arrivals", arrival["id"])
    incoming.receive(
        store,
        arrival["at"],
        kind=arrival["type"],
        sender=arrival["from_number"],
        sim=sim,
        text=arrival["content"],
        attachments=json.loads(arrival["attachments"]),
    )
    return None


def _leaves(message: Row) -> bool:
    return message["transmitted_at"] < NEVER and message["outcome"] in (SENT, DELIVERED)


def _of_message(store: Store, lines: Sequence[Row], message: Row, rate: SimRate) -> list[Row]:
    at = message["transmitted_at"] + report_delay(message["to_number"], rate)
    if message["to_number"] == OPERATOR and message["sim_id"] is not None:
        return [_text(sim_state(store, message["sim_id"]), at, message_id=message["id"])]
    by_id = {line["id"]: line["line"] for line in lines}
    arrival = {
        "message_id": message["id"],
        "pull_id": None,
        "at": at,
        "from_number": by_id.get(message["sim_id"], message["from_number"]),
        **{name: message[name] for name in ("content", "type", "attachments")},
    }
    receivers = [line["id"] for line in lines if line["line"] == message["to_number"]]
    return [{**arrival, "sim_id": receiver} for receiver in receivers]


def _text(sim: Row, at: int, *, message_id: int | None = None, pull_id: int | None = None) -> Row:
    """The operator's text with the balance of a SIM."""
    return {
        "message_id": message_id,
        "pull_id": pull_id,
        "sim_id": sim["id"],
        "at": at,
        "from_number": ussd.SHORT_NUMBER if pull_id else OPERATOR,
        "content": ussd.balance(sim),
        "type": "SMS",
        "attachments": "[]",
    }
