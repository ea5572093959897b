"""Sending servers: gateways of others that messages may go out through."""

import json

from smsgw_cli.sandbox.instants import shown
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routes.sends import MESSAGE_TYPES
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import array, boolean, mapping, one_of, text
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import REQUIRED, validated
from smsgw_cli.sandbox.wire import NO_CONTENT, Answer, Request, delete, find

RULES = {
    "name": (REQUIRED, text(255)),
    "driver": (REQUIRED, text(255)),
    "supported_types": (REQUIRED, array),
    "supported_types.*": (REQUIRED, one_of(MESSAGE_TYPES)),
    "config": (mapping,),
    "enabled": (boolean,),
}


def presented(server: Row) -> Row:
    return {
        "id": server["id"],
        "name": server["name"],
        "driver": server["driver"],
        "supported_types": json.loads(server["supported_types"]),
        "config": json.loads(server["config"]),
        "enabled": bool(server["enabled"]),
        "created_at": shown(server["created_at"]),
    }


def list_sending_servers(request: Request) -> Answer:
    return page(request, Listing("sending_servers", "created_at DESC, id DESC"), presented)


def get_sending_server(request: Request) -> Answer:
    return Answer(payload=presented(find(request, "sending_servers")))


def create_sending_server(request: Request) -> Answer:
    placed = {**_values(request), "created_at": request.now}
    key = request.store.insert("sending_servers", placed)
    return Answer(201, presented({"id": key, **placed}))


def update_sending_server(request: Request) -> Answer:
    server = find(request, "sending_servers")
    request.store.update("sending_servers", server["id"], _values(request))
    return NO_CONTENT


def delete_sending_server(request: Request) -> Answer:
    return delete(request, "sending_servers")


def _values(request: Request) -> Row:
    """The whole server: what is missing gets its default, there is no partial update."""
    given = validated(request.body, RULES)
    return {
        "name": given["name"],
        "driver": given["driver"],
        "supported_types": json.dumps(given["supported_types"]),
        "config": json.dumps(given["config"] or {}),
        "enabled": True if given["enabled"] is None else given["enabled"],
    }


ROUTES = (
    Route("GET", "/sending-servers", list_sending_servers),
    Route("GET", "/sending-servers/{id}", get_sending_server),
    Route("POST", "/sending-servers", create_sending_server, writes=True),
    Route("PUT", "/sending-servers/{id}", update_sending_server, writes=True),
    Route("DELETE", "/sending-servers/{id}", delete_sending_server, writes=True),
)
