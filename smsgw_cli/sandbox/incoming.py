"""What comes in from outside: messages, calls, and answers of operators to USSD codes.

Each function takes the SIM's row (see `store.the_sim`) and `now` in milliseconds since 1970, must
be called inside a transaction, and returns the new row.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smsgw_cli.sandbox.store import Row, Store

KEYWORDS = "keywords"
"""The key of `sandbox set` that turns STOP and START off."""
SUBSCRIBES = {"STOP": False, "START": True}
"""Which texts change whether a contact is subscribed. The vendor's manual has a setting for each
(rbsoft.org/docs/sms-gateway/enhanced/messaging-settings.html, Prompts) and names no default: these
are the words that networks and people use."""


def receive(
    store: "Store",
    now: int,
    *,
    kind: str = "SMS",
    sender: str | None,
    sim: "Row",
    text: str | None,
    attachments: Sequence[str] = (),
) -> "Row":
    """A message (SMS, MMS or WhatsApp) arrives at a SIM; STOP and START change the contacts."""
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
    _subscribe(store, now, sender, text)
    return store.one("SELECT * FROM messages WHERE id = ?", (key,))


def receive_call(
    store: "Store", now: int, *, sender: str, sim: "Row", kind: str = "Missed", duration: int = 0
) -> "Row":
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


def receive_ussd(store: "Store", now: int, *, sim: "Row", text: str) -> "Row":
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


def _subscribe(store: "Store", now: int, sender: str | None, text: str | None) -> None:
    """STOP unsubscribes the sender in every list that has the number, START subscribes again."""
    wanted = SUBSCRIBES.get((text or "").strip().upper())
    if wanted is None or not _obeys_keywords(store):
        return
    sql = (
        "UPDATE contacts SET subscribed = ?, updated_at = ? "
        "WHERE mobile_number = ? AND subscribed <> ?"
    )
    store.connection.execute(sql, (wanted, now, sender, wanted))


def _obeys_keywords(store: "Store") -> bool:
    entry: Any = store.entries().get(KEYWORDS)
    return entry is None or entry.value is None or bool(entry.value)
