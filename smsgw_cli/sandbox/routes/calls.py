"""Calls made and received by phones: list and delete."""

from smsgw_cli.sandbox.instants import format_instant
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routes.filters import apply_filters
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import boolean, integer, text
from smsgw_cli.sandbox.shapes import INSTANT, INTEGER, TEXT, page_of, record
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.wire import Request, Response, delete

FILTERS = {"type": (text(),), "sim": (integer(),), "answered": (boolean,)}
CONDITIONS = {"type": "type = :type", "sim": "sim_id = :sim", "answered": "answered = :answered"}

CALL = record(
    "Call",
    {
        "id": INTEGER,
        "number": TEXT,
        "type": TEXT,
        "sim_id": INTEGER,
        "started_at": INSTANT,
        "duration": INTEGER,
    },
)


def serialize(call: Row) -> Row:
    return {
        "id": call["id"],
        "number": call["number"],
        "type": call["type"],
        "sim_id": call["sim_id"],
        "started_at": format_instant(call["started_at"]),
        "duration": call["duration"],
    }


def list_calls(request: Request) -> Response:
    listing = Listing("calls", "created_at DESC, id DESC")
    return page(request, apply_filters(request, listing, FILTERS, CONDITIONS), serialize)


def delete_call(request: Request) -> Response:
    return delete(request, "calls")


ROUTES = (
    Route("GET", "/calls", list_calls, takes=FILTERS, gives=page_of(CALL)),
    Route("DELETE", "/calls/{id}", delete_call, writes=True),
)
