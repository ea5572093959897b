"""Messages sent and received."""

import json

from smsgw_cli.sandbox.instants import shown
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routes.filters import (
    IS_USER,
    among_statuses,
    containing,
    filtered,
    statuses,
)
from smsgw_cli.sandbox.routes.sends import MESSAGE_TYPES, send_messages
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import integer, moment, one_of, text
from smsgw_cli.sandbox.statuses import MESSAGE_STATUS, MESSAGE_STATUSES
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.wire import Answer, Request, delete, find

COLUMNS = f"*, {MESSAGE_STATUS} AS status"

FILTERS = {
    "user": (integer(),),
    "campaign": (integer(),),
    "sim": (integer(),),
    "message": (text(), containing),
    "type": (one_of(MESSAGE_TYPES),),
    **statuses(MESSAGE_STATUSES),
    "after": (moment(),),
    "before": (moment(),),
}
CONDITIONS = {
    "user": IS_USER,
    "campaign": "campaign_id = :campaign",
    "sim": "sim_id = :sim",
    "message": "content LIKE :message ESCAPE '\\'",
    "type": "type = :type",
    "statuses": among_statuses(MESSAGE_STATUS),
    "after": "sent_at >= :after",
    "before": "sent_at <= :before",
}


def presented(message: Row) -> Row:
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
        # PHP's empty array: an object with something in it, a list without.
        "response": {"error": message["error"]} if failed else [],
        "messenger": _messenger(message),
        "sent_at": shown(message["sent_at"]),
        "delivered_at": shown(message["done_at"]) if arrived else None,
    }


def _messenger(message: Row) -> str:
    if message["sim_id"] is not None:
        return f"Sim #{message['sim_id']}"
    return f"Sender ID #{message['sender_id']}"


def list_messages(request: Request) -> Answer:
    listing = Listing("messages", "sent_at DESC, id DESC", columns=COLUMNS)
    return page(request, filtered(request, listing, FILTERS, CONDITIONS), presented)


def get_message(request: Request) -> Answer:
    message = find(request, "messages")
    sql = f"SELECT {COLUMNS} FROM messages WHERE id = :id"  # noqa: S608
    values = {"id": message["id"], "now": request.now}
    return Answer(payload=presented(request.store.one(sql, values)))


def delete_message(request: Request) -> Answer:
    return delete(request, "messages")


ROUTES = (
    # The reference documents GET with a body; deployed servers take POST as well.
    Route("GET", "/messages/send", send_messages, writes=True),
    Route("POST", "/messages/send", send_messages, writes=True),
    Route("GET", "/messages", list_messages),
    Route("GET", "/messages/{id}", get_message),
    Route("DELETE", "/messages/{id}", delete_message, writes=True),
)
