"""Calls that phones made and took: listed and deleted."""

from smsgw_cli.sandbox.instants import shown
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routes.filters import filtered
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import flag, integer, text
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.wire import Answer, Request, delete

FILTERS = {"type": (text(),), "sim": (integer(),), "answered": (flag,)}
CONDITIONS = {"type": "type = :type", "sim": "sim_id = :sim", "answered": "answered = :answered"}


def presented(call: Row) -> Row:
    return {
        "id": call["id"],
        "number": call["number"],
        "type": call["type"],
        "sim_id": call["sim_id"],
        "started_at": shown(call["started_at"]),
        "duration": call["duration"],
    }


def list_calls(request: Request) -> Answer:
    listing = Listing("calls", "created_at DESC, id DESC")
    return page(request, filtered(request, listing, FILTERS, CONDITIONS), presented)


def delete_call(request: Request) -> Answer:
    return delete(request, "calls")


ROUTES = (
    Route("GET", "/calls", list_calls),
    Route("DELETE", "/calls/{id}", delete_call, writes=True),
)
