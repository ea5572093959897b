"""Sending servers: third-party gateways that messages can be sent through."""

import json

from smsgw_cli.sandbox.instants import format_instant
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routes.sends import MESSAGE_TYPES
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import array, boolean, mapping, one_of, text
from smsgw_cli.sandbox.shapes import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    TEXT,
    choice,
    list_of,
    page_of,
    record,
)
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import REQUIRED, validate
from smsgw_cli.sandbox.wire import NO_CONTENT, Request, Response, delete, find

RULES = {
    "name": (REQUIRED, text(255)),
    "driver": (REQUIRED, text(255)),
    "supported_types": (REQUIRED, array),
    "supported_types.*": (REQUIRED, one_of(MESSAGE_TYPES)),
    "config": (mapping,),
    "enabled": (boolean,),
}

SENDING_SERVER = record(
    "SendingServer",
    {
        "id": INTEGER,
        "name": TEXT,
        "driver": TEXT,
        "supported_types": list_of(choice(MESSAGE_TYPES)),
        "config": {"type": ["object", "array"]},
        "enabled": BOOLEAN,
        "created_at": INSTANT,
    },
)


def serialize(server: Row) -> Row:
    return {
        "id": server["id"],
        "name": server["name"],
        "driver": server["driver"],
        "supported_types": json.loads(server["supported_types"]),
        "config": json.loads(server["config"]),
        "enabled": bool(server["enabled"]),
        "created_at": format_instant(server["created_at"]),
    }


def list_sending_servers(request: Request) -> Response:
    return page(request, Listing("sending_servers", "created_at DESC, id DESC"), serialize)


def get_sending_server(request: Request) -> Response:
    return Response(payload=serialize(find(request, "sending_servers")))


def create_sending_server(request: Request) -> Response:
    row = {**_values(request), "created_at": request.now}
    key = request.store.insert("sending_servers", row)
    return Response(201, serialize({"id": key, **row}))


def update_sending_server(request: Request) -> Response:
    server = find(request, "sending_servers")
    request.store.update("sending_servers", server["id"], _values(request))
    return NO_CONTENT


def delete_sending_server(request: Request) -> Response:
    return delete(request, "sending_servers")


def _values(request: Request) -> Row:
    """The whole server: missing attributes get their defaults, there is no partial update."""
    data = validate(request.body, RULES)
    return {
        "name": data["name"],
        "driver": data["driver"],
        "supported_types": json.dumps(data["supported_types"]),
        "config": json.dumps(data["config"] or {}),
        "enabled": True if data["enabled"] is None else data["enabled"],
    }


ROUTES = (
    Route("GET", "/sending-servers", list_sending_servers, gives=page_of(SENDING_SERVER)),
    Route("GET", "/sending-servers/{id}", get_sending_server, gives=SENDING_SERVER),
    Route(
        "POST",
        "/sending-servers",
        create_sending_server,
        writes=True,
        takes=RULES,
        gives=SENDING_SERVER,
    ),
    Route("PUT", "/sending-servers/{id}", update_sending_server, writes=True, takes=RULES),
    Route("DELETE", "/sending-servers/{id}", delete_sending_server, writes=True),
)
