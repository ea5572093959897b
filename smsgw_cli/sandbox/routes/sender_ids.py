"""Sender ids of sending servers."""

from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import text, unique
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import REQUIRED, validate
from smsgw_cli.sandbox.wire import Request, Response, delete, find


def serialize(sender_id: Row) -> Row:
    return {"id": sender_id["id"], "value": sender_id["value"]}


def list_sender_ids(request: Request) -> Response:
    return page(request, Listing("sender_ids", "created_at DESC, id DESC"), serialize)


def get_sender_id(request: Request) -> Response:
    return Response(payload=serialize(find(request, "sender_ids")))


def create_sender_id(request: Request) -> Response:
    server_id = find(request, "sending_servers")["id"]

    def taken(value: str) -> bool:
        same = "SELECT 1 FROM sender_ids WHERE sending_server_id = ? AND value = ?"
        return bool(request.store.first(same, (server_id, value)))

    data = validate(request.body, {"value": (REQUIRED, text(255), unique(taken))})
    row = {**data, "sending_server_id": server_id, "created_at": request.now}
    return Response(201, serialize({"id": request.store.insert("sender_ids", row), **data}))


def delete_sender_id(request: Request) -> Response:
    return delete(request, "sender_ids")


ROUTES = (
    Route("GET", "/sender-ids", list_sender_ids),
    Route("GET", "/sender-ids/{id}", get_sender_id),
    Route("POST", "/sending-servers/{id}/sender-ids", create_sender_id, writes=True),
    Route("DELETE", "/sender-ids/{id}", delete_sender_id, writes=True),
)
