"""Contact lists."""

from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import text
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import REQUIRED, validated
from smsgw_cli.sandbox.wire import NO_CONTENT, Answer, Request, delete, find

RULES = {"name": (REQUIRED, text(255))}


def presented(contact_list: Row) -> Row:
    return {"id": contact_list["id"], "name": contact_list["name"]}


def list_contact_lists(request: Request) -> Answer:
    return page(
        request, Listing("contact_lists", "created_at DESC, id DESC", per_page=10), presented
    )


def get_contact_list(request: Request) -> Answer:
    return Answer(payload=presented(find(request, "contact_lists")))


def create_contact_list(request: Request) -> Answer:
    given = validated(request.body, RULES)
    key = request.store.insert("contact_lists", {**given, "created_at": request.now})
    return Answer(201, presented({"id": key, **given}))


def update_contact_list(request: Request) -> Answer:
    contact_list = find(request, "contact_lists")
    request.store.update("contact_lists", contact_list["id"], validated(request.body, RULES))
    return NO_CONTENT


def delete_contact_list(request: Request) -> Answer:
    return delete(request, "contact_lists")


ROUTES = (
    Route("GET", "/contact-lists", list_contact_lists),
    Route("GET", "/contact-lists/{id}", get_contact_list),
    Route("POST", "/contact-lists", create_contact_list, writes=True),
    Route("PUT", "/contact-lists/{id}", update_contact_list, writes=True),
    Route("DELETE", "/contact-lists/{id}", delete_contact_list, writes=True),
)
