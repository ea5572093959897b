"""USSD pulls: codes dialled on SIMs, and the operators' responses."""

from smsgw_cli.sandbox.instants import format_instant
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routes.campaigns import CAMPAIGN
from smsgw_cli.sandbox.routes.filters import IS_USER, apply_filters, status_in, statuses
from smsgw_cli.sandbox.routes.sends import send_ussd_pulls, ussd_rules
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import instant, integer
from smsgw_cli.sandbox.shapes import INSTANT, INTEGER, TEXT, choice, nullable, page_of, record
from smsgw_cli.sandbox.statuses import SENT_AT, USSD_STATUS, USSD_STATUSES
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.wire import Request, Response, delete, find

COLUMNS = f"*, {USSD_STATUS} AS status, {SENT_AT} AS sent_at"
ORDER = f"{SENT_AT} DESC, id DESC"

FILTERS = {
    "user": (integer(),),
    "campaign": (integer(),),
    "sim": (integer(),),
    **statuses(USSD_STATUSES),
    "after": (instant(),),
    "before": (instant(),),
}
CONDITIONS = {
    "user": IS_USER,
    "campaign": "campaign_id = :campaign",
    "sim": "sim_id = :sim",
    "statuses": status_in(USSD_STATUS),
    "after": f"{SENT_AT} >= :after",
    "before": f"{SENT_AT} <= :before",
}

USSD_PULL = record(
    "UssdPull",
    {
        "id": INTEGER,
        "code": TEXT,
        "response": nullable(TEXT),
        "status": choice(USSD_STATUSES),
        "sim_id": INTEGER,
        "sent_at": nullable(INSTANT),
        "received_at": nullable(INSTANT),
    },
)


def serialize(pull: Row) -> Row:
    completed = pull["status"] == "Completed"
    return {
        "id": pull["id"],
        "code": pull["code"],
        "response": pull["response"] if completed else None,
        "status": pull["status"],
        "sim_id": pull["sim_id"],
        "sent_at": format_instant(pull["sent_at"]),
        "received_at": format_instant(pull["done_at"]) if completed else None,
    }


def list_ussd_pulls(request: Request) -> Response:
    listing = Listing("ussd_pulls", ORDER, columns=COLUMNS)
    return page(request, apply_filters(request, listing, FILTERS, CONDITIONS), serialize)


def get_ussd_pull(request: Request) -> Response:
    pull = find(request, "ussd_pulls")
    sql = f"SELECT {COLUMNS} FROM ussd_pulls WHERE id = :id"  # noqa: S608
    return Response(
        payload=serialize(request.store.one(sql, {"id": pull["id"], "now": request.now}))
    )


def delete_ussd_pull(request: Request) -> Response:
    return delete(request, "ussd_pulls")


ROUTES = (
    Route(
        "GET", "/ussd-pulls/send", send_ussd_pulls, writes=True, takes=ussd_rules, gives=CAMPAIGN
    ),
    Route(
        "POST", "/ussd-pulls/send", send_ussd_pulls, writes=True, takes=ussd_rules, gives=CAMPAIGN
    ),
    Route("GET", "/ussd-pulls", list_ussd_pulls, takes=FILTERS, gives=page_of(USSD_PULL)),
    Route("GET", "/ussd-pulls/{id}", get_ussd_pull, gives=USSD_PULL),
    Route("DELETE", "/ussd-pulls/{id}", delete_ussd_pull, writes=True),
)
