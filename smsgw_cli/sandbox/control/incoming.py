"""What comes in from outside: messages, calls, and answers of operators to USSD codes.

Each function takes the SIM's row (see `store.the_sim`) and `now` in milliseconds since 1970, must
be called inside a transaction, and returns the new row.
"""

import json
from collections.abc import Sequence

from smsgw_cli.sandbox.store import Row, Store


def receive(
    store: Store,
    now: int,
    *,
    kind: str = "SMS",
    sender: str | None,
    sim: Row,
    text: str | None,
    attachments: Sequence[str] = (),
) -> Row:
    """A message (SMS, MMS or WhatsApp) arrives at a SIM."""
    times = ("sent_at", "queued_at", "processed_at", "transmitted_at", "done_at")
    message = {
        "sim_id": sim["id"],
        "from_number": sender,
        "to_number": sim["number"],
        "content": text,
        "type": kind,
        "attachments": json.dumps(list(attachments)),
        "outcome": "Received",
        **dict.fromkeys(times, now),
    }
    key = store.insert("messages", message)
    return store.one("SELECT * FROM messages WHERE id = ?", (key,))


def receive_call(
    store: Store, now: int, *, sender: str, sim: Row, kind: str = "Missed", duration: int = 0
) -> Row:
    """A call of this type comes in; with a `duration` in seconds it was answered."""
    call = {
        "sim_id": sim["id"],
        "number": sender,
        "type": kind,
        "answered": duration > 0,
        "started_at": now,
        "duration": duration,
        "created_at": now,
    }
    key = store.insert("calls", call)
    return store.one("SELECT * FROM calls WHERE id = ?", (key,))


def receive_ussd(store: Store, now: int, *, sim: Row, text: str) -> Row:
    """The operator answers the code that waits for an answer on a SIM since the longest.

    Raises LookupError if none does.
    """
    waiting = store.one(
        "SELECT id FROM ussd_pulls WHERE sim_id = ? AND queued_at <= ? AND done_at > ? "
        "ORDER BY queued_at, id LIMIT 1",
        (sim["id"], now, now),
    )
    answered = {"done_at": now, "outcome": "Completed", "response": text}
    store.update("ussd_pulls", waiting["id"], answered)
    return store.one("SELECT * FROM ussd_pulls WHERE id = ?", (waiting["id"],))
