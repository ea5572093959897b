"""Contact lists."""

from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import text
from smsgw_cli.sandbox.shapes import INTEGER, TEXT, page_of, record
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import REQUIRED, validate
from smsgw_cli.sandbox.wire import NO_CONTENT, Request, Response, delete, find

RULES = {"name": (REQUIRED, text(255))}
CONTACT_LIST = record("ContactList", {"id": INTEGER, "name": TEXT})


def serialize(contact_list: Row) -> Row:
    return {"id": contact_list["id"], "name": contact_list["name"]}


def list_contact_lists(request: Request) -> Response:
    return page(
        request, Listing("contact_lists", "created_at DESC, id DESC", per_page=10), serialize
    )


def get_contact_list(request: Request) -> Response:
    return Response(payload=serialize(find(request, "contact_lists")))


def create_contact_list(request: Request) -> Response:
    data = validate(request.body, RULES)
    key = request.store.insert("contact_lists", {**data, "created_at": request.now})
    return Response(201, serialize({"id": key, **data}))


def update_contact_list(request: Request) -> Response:
    contact_list = find(request, "contact_lists")
    request.store.update("contact_lists", contact_list["id"], validate(request.body, RULES))
    return NO_CONTENT


def delete_contact_list(request: Request) -> Response:
    return delete(request, "contact_lists")


ROUTES = (
    Route("GET", "/contact-lists", list_contact_lists, gives=page_of(CONTACT_LIST)),
    Route("GET", "/contact-lists/{id}", get_contact_list, gives=CONTACT_LIST),
    Route(
        "POST", "/contact-lists", create_contact_list, writes=True, takes=RULES, gives=CONTACT_LIST
    ),
    Route("PUT", "/contact-lists/{id}", update_contact_list, writes=True, takes=RULES),
    Route("DELETE", "/contact-lists/{id}", delete_contact_list, writes=True),
)
