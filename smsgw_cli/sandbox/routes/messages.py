"""Sent and received messages."""

import json

from smsgw_cli.sandbox.instants import format_instant
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routes.campaigns import CAMPAIGN
from smsgw_cli.sandbox.routes.filters import (
    IS_USER,
    apply_filters,
    like_pattern,
    status_in,
    statuses,
)
from smsgw_cli.sandbox.routes.sends import MESSAGE_TYPES, message_rules, send_messages
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import instant, integer, one_of, text
from smsgw_cli.sandbox.shapes import (
    INSTANT,
    INTEGER,
    TEXT,
    choice,
    list_of,
    nullable,
    page_of,
    record,
)
from smsgw_cli.sandbox.statuses import MESSAGE_STATUS, MESSAGE_STATUSES, SENT_AT
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.wire import Request, Response, delete, find

COLUMNS = f"*, {MESSAGE_STATUS} AS status, {SENT_AT} AS sent_at"

# What has not left comes last: MySQL, like SQLite, takes null for less than any time.
ORDER = f"{SENT_AT} DESC, id DESC"

FILTERS = {
    "user": (integer(),),
    "campaign": (integer(),),
    "sim": (integer(),),
    "message": (text(), like_pattern),
    "type": (one_of(MESSAGE_TYPES),),
    **statuses(MESSAGE_STATUSES),
    "after": (instant(),),
    "before": (instant(),),
}
CONDITIONS = {
    "user": IS_USER,
    "campaign": "campaign_id = :campaign",
    "sim": "sim_id = :sim",
    "message": "content LIKE :message ESCAPE '\\'",
    "type": "type = :type",
    "statuses": status_in(MESSAGE_STATUS),
    "after": f"{SENT_AT} >= :after",
    "before": f"{SENT_AT} <= :before",
}

MESSAGE = record(
    "Message",
    {
        "id": INTEGER,
        "from": nullable(TEXT),
        "to": nullable(TEXT),
        "content": nullable(TEXT),
        "type": choice(MESSAGE_TYPES),
        "attachments": list_of(TEXT),
        "status": choice(MESSAGE_STATUSES),
        "response": {
            "anyOf": [record("Failure", {"error": TEXT}), {"type": "array", "maxItems": 0}]
        },
        "messenger": TEXT,
        "sent_at": nullable(INSTANT),
        "delivered_at": nullable(INSTANT),
    },
)


def serialize(message: Row) -> Row:
    status = message["status"]
    failed, arrived = status == "Failed", status in ("Delivered", "Received")
    return {
        "id": message["id"],
        "from": message["from_number"],
        "to": message["to_number"],
        "content": message["content"],
        "type": message["type"],
        "attachments": json.loads(message["attachments"]),
        "status": status,
        # PHP encodes an empty array as a list, and one with keys as an object.
        "response": {"error": message["error"]} if failed else [],
        "messenger": _sender_name(message),
        "sent_at": format_instant(message["sent_at"]),
        "delivered_at": format_instant(message["done_at"]) if arrived else None,
    }


def _sender_name(message: Row) -> str:
    if message["sim_id"] is not None:
        return f"Sim #{message['sim_id']}"
    return f"Sender ID #{message['sender_id']}"


def list_messages(request: Request) -> Response:
    listing = Listing("messages", ORDER, columns=COLUMNS)
    return page(request, apply_filters(request, listing, FILTERS, CONDITIONS), serialize)


def get_message(request: Request) -> Response:
    message = find(request, "messages")
    sql = f"SELECT {COLUMNS} FROM messages WHERE id = :id"  # noqa: S608
    values = {"id": message["id"], "now": request.now}
    return Response(payload=serialize(request.store.one(sql, values)))


def delete_message(request: Request) -> Response:
    return delete(request, "messages")


ROUTES = (
    # The reference documents GET with a body; deployed servers accept POST as well.
    Route("GET", "/messages/send", send_messages, writes=True, takes=message_rules, gives=CAMPAIGN),
    Route(
        "POST", "/messages/send", send_messages, writes=True, takes=message_rules, gives=CAMPAIGN
    ),
    Route("GET", "/messages", list_messages, takes=FILTERS, gives=page_of(MESSAGE)),
    Route("GET", "/messages/{id}", get_message, gives=MESSAGE),
    Route("DELETE", "/messages/{id}", delete_message, writes=True),
)
