"""Sender ids of sending servers."""

from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routing import Route, Sample
from smsgw_cli.sandbox.rules import text, unique
from smsgw_cli.sandbox.shapes import INTEGER, TEXT, page_of, record
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import REQUIRED, Spec, validate
from smsgw_cli.sandbox.wire import Request, Response, delete, find

SENDER_ID = record("SenderId", {"id": INTEGER, "value": TEXT})


def serialize(sender_id: Row) -> Row:
    return {"id": sender_id["id"], "value": sender_id["value"]}


def list_sender_ids(request: Request) -> Response:
    return page(request, Listing("sender_ids", "created_at DESC, id DESC"), serialize)


def get_sender_id(request: Request) -> Response:
    return Response(payload=serialize(find(request, "sender_ids")))


def create_sender_id(request: Request) -> Response:
    server_id = find(request, "sending_servers")["id"]
    data = validate(request.body, _rules(request, server_id))
    row = {**data, "sending_server_id": server_id, "created_at": request.now}
    return Response(201, serialize({"id": request.store.insert("sender_ids", row), **data}))


def delete_sender_id(request: Request) -> Response:
    return delete(request, "sender_ids")


def _rules(request: Request, server_id: int) -> Spec:
    def taken(value: str) -> bool:
        same = "SELECT 1 FROM sender_ids WHERE sending_server_id = ? AND value = ?"
        return bool(request.store.first(same, (server_id, value)))

    return {"value": (REQUIRED, text(255), unique(taken))}


def _takes(sample: Sample) -> dict[str, Spec]:
    return {"": _rules(sample({}), 0)}


ROUTES = (
    Route("GET", "/sender-ids", list_sender_ids, gives=page_of(SENDER_ID)),
    Route("GET", "/sender-ids/{id}", get_sender_id, gives=SENDER_ID),
    Route(
        "POST",
        "/sending-servers/{id}/sender-ids",
        create_sender_id,
        writes=True,
        takes=_takes,
        gives=SENDER_ID,
    ),
    Route("DELETE", "/sender-ids/{id}", delete_sender_id, writes=True),
)
