"""USSD pulls: codes dialled on SIMs, and what operators answered."""

from smsgw_cli.sandbox.instants import shown
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routes.filters import IS_USER, among_statuses, filtered, statuses
from smsgw_cli.sandbox.routes.sends import send_ussd_pulls
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import integer, moment
from smsgw_cli.sandbox.statuses import USSD_STATUS, USSD_STATUSES
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.wire import Answer, Request, delete, find

COLUMNS = f"*, {USSD_STATUS} AS status"

FILTERS = {
    "user": (integer(),),
    "campaign": (integer(),),
    "sim": (integer(),),
    **statuses(USSD_STATUSES),
    "after": (moment(),),
    "before": (moment(),),
}
CONDITIONS = {
    "user": IS_USER,
    "campaign": "campaign_id = :campaign",
    "sim": "sim_id = :sim",
    "statuses": among_statuses(USSD_STATUS),
    "after": "sent_at >= :after",
    "before": "sent_at <= :before",
}


def presented(pull: Row) -> Row:
    completed = pull["status"] == "Completed"
    return {
        "id": pull["id"],
        "code": pull["code"],
        "response": pull["response"] if completed else None,
        "status": pull["status"],
        "sim_id": pull["sim_id"],
        "sent_at": shown(pull["sent_at"]),
        "received_at": shown(pull["done_at"]) if completed else None,
    }


def list_ussd_pulls(request: Request) -> Answer:
    listing = Listing("ussd_pulls", "sent_at DESC, id DESC", columns=COLUMNS)
    return page(request, filtered(request, listing, FILTERS, CONDITIONS), presented)


def get_ussd_pull(request: Request) -> Answer:
    pull = find(request, "ussd_pulls")
    sql = f"SELECT {COLUMNS} FROM ussd_pulls WHERE id = :id"  # noqa: S608
    return Answer(payload=presented(request.store.one(sql, {"id": pull["id"], "now": request.now})))


def delete_ussd_pull(request: Request) -> Answer:
    return delete(request, "ussd_pulls")


ROUTES = (
    Route("GET", "/ussd-pulls/send", send_ussd_pulls, writes=True),
    Route("POST", "/ussd-pulls/send", send_ussd_pulls, writes=True),
    Route("GET", "/ussd-pulls", list_ussd_pulls),
    Route("GET", "/ussd-pulls/{id}", get_ussd_pull),
    Route("DELETE", "/ussd-pulls/{id}", delete_ussd_pull, writes=True),
)
