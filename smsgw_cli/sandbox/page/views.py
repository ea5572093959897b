"""What the page shows: conversations by number, one conversation, and everything around them.

Times are milliseconds since 1970 on the gateway's clock; a time that is still to come is null.
Messages are in the order in which the gateway got them, which is that of their ids.
"""

import json
from collections.abc import Iterable, Mapping

from smsgw_cli.sandbox.control.states import State
from smsgw_cli.sandbox.fault_words import KINDS, OPTIONS
from smsgw_cli.sandbox.keys import GATEWAY, PARTS, Key
from smsgw_cli.sandbox.page.search import conditions
from smsgw_cli.sandbox.statuses import CAMPAIGN_STATUS, MESSAGE_STATUS, USSD_STATUS
from smsgw_cli.sandbox.store import Row, Store
from smsgw_cli.sandbox.wire import HttpError

MOST = 200
"""Most records of one answer."""
DEFAULT_LIMIT = 50
MOST_CAMPAIGNS = 100
MOST_USSD_PULLS = 50
MOST_CALLS = 50
LARGEST_ID = 2**62

PEER = "COALESCE(CASE WHEN outcome = 'Received' THEN from_number ELSE to_number END, '')"
"""Whom a message was sent to, or came from: what a conversation goes by."""

STEPS = {
    "Queued": "queued_at",
    "Processed": "processed_at",
    "Sent": "transmitted_at",
}
BEGAN = (
    "(SELECT MAX(campaigns.anchor, campaigns.created_at) FROM campaigns "
    "WHERE campaigns.id = messages.campaign_id AND NOT campaigns.recurring)"
)
"""When a message began to wait, if that is known: of a campaign that recurs it is not."""
MESSAGE_COLUMNS = f"messages.*, {MESSAGE_STATUS} AS status, {BEGAN} AS began"
"""What `message` needs."""

Query = Mapping[str, str]


def conversations(state: State, query: Query) -> Row:
    """{"data": [{"number", "last": message}], "before": cursor of the next page or null}.

    The newest first; with `q`, those with a message that matches, and the newest that does.
    """
    limit, before = _window(query)
    where, values = conditions(query.get("q", ""))
    chosen = (
        f"SELECT MAX(id) AS newest FROM messages WHERE {where} "  # noqa: S608
        f"GROUP BY {PEER} HAVING newest < :before ORDER BY newest DESC LIMIT :limit"
    )
    sql = (
        f"SELECT {MESSAGE_COLUMNS} FROM ({chosen}) "  # noqa: S608
        "JOIN messages ON id = newest ORDER BY newest DESC"
    )
    now = state.now()
    rows = state.store.all(sql, {**values, "now": now, "before": before, "limit": limit + 1})
    last = [message(row, now) for row in rows[:limit]]
    return {
        "data": [{"number": each["number"], "last": each} for each in last],
        "before": last[-1]["id"] if len(rows) > limit else None,
    }


def conversation(state: State, number: str, query: Query) -> Row:
    """{"number", "count", "data": [message], "before": cursor or null, "later": are there newer}.

    The newest messages with a number, or the newest before the id `before`; oldest first.
    """
    limit, before = _window(query)
    chosen = (
        f"SELECT {MESSAGE_COLUMNS} FROM messages "  # noqa: S608
        f"WHERE {PEER} = :number AND id < :before ORDER BY id DESC LIMIT :limit"
    )
    counted = (
        "SELECT COUNT(*) AS count, COALESCE(SUM(id >= :before), 0) AS later "  # noqa: S608
        f"FROM messages WHERE {PEER} = :number"
    )
    now = state.now()
    values = {"number": number, "before": before, "limit": limit + 1, "now": now}
    rows = state.store.all(chosen, values)
    shown = [message(row, now) for row in reversed(rows[:limit])]
    counts = state.store.one(counted, values)
    return {
        "number": number,
        "count": counts["count"],
        "data": shown,
        "before": shown[0]["id"] if len(rows) > limit else None,
        "later": counts["later"] > 0,
    }


def message(row: Row, now: int) -> Row:
    """A message: `times` has when it reached each status of its life, as far as it has come.

    `at` is when it arrived or began to wait, or the first time that is known; null if none is.
    `final`: nothing more becomes of it, such as of one that is Sent and had no report asked for.
    """
    incoming = row["outcome"] == "Received"
    status = row["status"]
    times = _times(row, now)
    return {
        "id": row["id"],
        "number": (row["from_number"] if incoming else row["to_number"]) or "",
        "incoming": incoming,
        "from": row["from_number"],
        "to": row["to_number"],
        "text": row["content"] or "",
        "type": row["type"],
        "attachments": json.loads(row["attachments"]),
        "status": status,
        "final": status == row["outcome"] and row["done_at"] <= now,
        "error": row["error"] if status == "Failed" else None,
        "campaign": row["campaign_id"],
        "sim": row["sim_id"],
        "sender_id": row["sender_id"],
        "at": _first(times.values(), now),
        "times": times,
    }


def _times(row: Row, now: int) -> dict[str, int]:
    if row["outcome"] == "Received":
        return {"Received": row["done_at"]}
    steps = {"Pending": row["began"]}
    steps |= {name: row[column] for name, column in STEPS.items()}
    if row["status"] == "Failed":
        del steps["Sent"]  # it did not leave
    if row["status"] in ("Delivered", "Failed"):
        steps[row["status"]] = row["done_at"]
    return {name: at for name, at in steps.items() if at is not None and at <= now}


def _first(times: Iterable[int], now: int) -> int | None:
    """The first of the times that have come, or None."""
    return min((at for at in times if at <= now), default=None)


def overview(state: State) -> Row:
    """The clock, settings, phones, campaigns, USSD pulls, calls, and how much there is of each."""
    now, store = state.now(), state.store
    return {
        "now": now,
        "ahead": state.live.clock // 1000,
        "settings": _settings(state),
        "keys": {part: [_key(key) for key in keys.values()] for part, keys in PARTS.items()},
        "faults": {"kinds": KINDS, "options": list(OPTIONS)},
        "devices": [_device(store, row) for row in store.all("SELECT * FROM devices ORDER BY id")],
        "campaigns": _campaigns(store, now),
        "ussd": _ussd_pulls(store, now),
        "calls": _calls(store),
        "totals": {
            table: store.one(f"SELECT COUNT(*) AS number FROM {table}")["number"]  # noqa: S608
            for table in ("messages", "campaigns", "contacts", "calls", "ussd_pulls")
        },
    }


def _settings(state: State) -> Row:
    """The values in use by key; without the clock."""
    faults = [each.text for each in state.live.faults.active]
    return {**{name: state.live.values[name] for name in GATEWAY}, "fault": faults}


def _key(key: Key) -> Row:
    return {"name": key.name, "form": key.form, "help": key.help}


def _device(store: Store, row: Row) -> Row:
    sims = store.all("SELECT * FROM sims WHERE device_id = ? ORDER BY slot, id", (row["id"],))
    return {
        "id": row["id"],
        "name": row["name"],
        "model": row["model"],
        "android_version": row["android_version"],
        "keys": _values("device", row),
        "sims": [
            {
                **{name: sim[name] for name in ("id", "name", "label", "number", "carrier")},
                "keys": _values("sim", sim),
            }
            for sim in sims
        ],
    }


def _values(part: str, row: Row) -> Row:
    """The values of its keys, but for those that are of its parts."""
    values = {name: row[key.column] for name, key in PARTS[part].items() if key.column in row}
    return {
        name: bool(value) if PARTS[part][name].form == "BOOL" else value
        for name, value in values.items()
    }


def _campaigns(store: Store, now: int) -> list[Row]:
    """The newest campaigns, each with its number of messages by status."""
    rows = store.all(
        f"SELECT *, {CAMPAIGN_STATUS} AS status FROM campaigns "  # noqa: S608
        "ORDER BY id DESC LIMIT :limit",
        {"now": now, "limit": MOST_CAMPAIGNS},
    )
    counted: dict[int, dict[str, int]] = {row["id"]: {} for row in rows}
    for table, status in (("messages", MESSAGE_STATUS), ("ussd_pulls", USSD_STATUS)):
        counts = store.all(
            f"SELECT campaign_id, {status} AS status, COUNT(*) AS number FROM {table} "  # noqa: S608
            "WHERE campaign_id IN (SELECT value FROM json_each(:ids)) GROUP BY 1, 2",
            {"now": now, "ids": json.dumps(list(counted))},
        )
        for row in counts:
            counted[row["campaign_id"]][row["status"]] = row["number"]
    return [_campaign(row, counted[row["id"]]) for row in rows]


def _campaign(row: Row, counts: dict[str, int]) -> Row:
    names = ("id", "name", "type", "status", "message", "timezone", "frequency", "frequency_unit")
    return {
        **{name: row[name] for name in names},
        "recurring": bool(row["recurring"]),
        "next_run": row["next_run_at"],
        "ends_at": row["ends_at"],
        "hours": [row["opens"], row["closes"]],
        "days_of_week": json.loads(row["days_of_week"]),
        "created_at": row["created_at"],
        "counts": counts,
    }


def _ussd_pulls(store: Store, now: int) -> list[Row]:
    rows = store.all(
        f"SELECT *, {USSD_STATUS} AS status FROM ussd_pulls "  # noqa: S608
        "ORDER BY id DESC LIMIT :limit",
        {"now": now, "limit": MOST_USSD_PULLS},
    )
    return [
        {
            "id": row["id"],
            "sim": row["sim_id"],
            "code": row["code"],
            "status": row["status"],
            "response": row["response"] if row["status"] == "Completed" else None,
            "at": _first((row["queued_at"], row["sent_at"]), now),
        }
        for row in rows
    ]


def _calls(store: Store) -> list[Row]:
    rows = store.all("SELECT * FROM calls ORDER BY id DESC LIMIT ?", (MOST_CALLS,))
    return [
        {
            "id": row["id"],
            "sim": row["sim_id"],
            "number": row["number"],
            "type": row["type"],
            "at": row["started_at"],
            "duration": row["duration"],
        }
        for row in rows
    ]


def export(state: State) -> Row:
    """The overview, and all messages."""
    now = state.now()
    rows = state.store.all(f"SELECT {MESSAGE_COLUMNS} FROM messages ORDER BY id", {"now": now})  # noqa: S608
    return {**overview(state), "messages": [message(row, now) for row in rows]}


def _window(query: Query) -> tuple[int, int]:
    """How many records to show, and below which id. Raises HttpError (422)."""
    limit = _integer(query, "limit", DEFAULT_LIMIT)
    before = _integer(query, "before", LARGEST_ID)
    return max(1, min(limit, MOST)), min(before, LARGEST_ID)


def _integer(query: Query, name: str, default: int) -> int:
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 20):
        raise HttpError(422, f"The {name} field must be an integer.")
    return int(text)
