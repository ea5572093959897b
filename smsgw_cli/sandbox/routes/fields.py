"""Custom fields of contact lists."""

import json
from typing import Any

from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routing import Route
from smsgw_cli.sandbox.rules import array, boolean, free, matching, one_of, text
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import REQUIRED, RuleError, Spec, required_if, validated
from smsgw_cli.sandbox.wire import NO_CONTENT, Answer, Request, delete, find

WITH_OPTIONS = ("dropdown", "multiselect", "radio")
TYPES = (
    "text",
    "number",
    "email",
    "dropdown",
    "multiselect",
    "checkbox",
    "radio",
    "date",
    "datetime-local",
    "time",
    "textarea",
)
BUILT_IN = ("id", "mobile_number", "subscribed", "created_at", "updated_at")


def presented(field: Row) -> Row:
    return {
        "id": field["id"],
        "label": field["label"],
        "tag": field["tag"],
        "type": field["type"],
        "options": json.loads(field["options"] or "null"),
        "default_value": json.loads(field["default_value"] or "null"),
        "required": bool(field["required"]),
    }


def list_fields(request: Request) -> Answer:
    contact_list = find(request, "contact_lists")
    listing = Listing(
        "fields",
        "created_at DESC, id DESC",
        per_page=50,
        where=("contact_list_id = :list",),
        values={"list": contact_list["id"]},
    )
    return page(request, listing, presented)


def get_field(request: Request) -> Answer:
    return Answer(payload=presented(find(request, "fields")))


def create_field(request: Request) -> Answer:
    contact_list = find(request, "contact_lists")
    values = _values(request, contact_list["id"], 0)
    placed = {**values, "contact_list_id": contact_list["id"], "created_at": request.now}
    key = request.store.insert("fields", placed)
    return Answer(201, presented({"id": key, **placed}))


def update_field(request: Request) -> Answer:
    field = find(request, "fields")
    values = _values(request, field["contact_list_id"], field["id"])
    request.store.update("fields", field["id"], values)
    return NO_CONTENT


def delete_field(request: Request) -> Answer:
    """Contacts keep their values under the field's id."""
    field = find(request, "fields")
    request.store.connection.execute(
        "UPDATE contacts SET custom = json_remove(custom, ?) WHERE contact_list_id = ?",
        (f'$."{field["id"]}"', field["contact_list_id"]),
    )
    return delete(request, "fields")


def _values(request: Request, list_id: int, own_id: int) -> Row:
    """The whole field: what is missing gets empty, there is no partial update."""
    given = validated(request.body, _rules(request, list_id, own_id))
    parts = _parts_of_options(given["options"]) if given["type"] in WITH_OPTIONS else []
    options = [{"label": given[label], "value": given[value]} for label, value in parts]
    default = given["default_value"]
    return {
        "label": given["label"],
        "tag": given["tag"],
        "type": given["type"],
        "options": json.dumps(options) if options else None,
        "default_value": None if default is None else json.dumps(default),
        "required": bool(given["required"]),
    }


def _rules(request: Request, list_id: int, own_id: int) -> Spec:
    def taken(tag: str) -> bool:
        same = "SELECT 1 FROM fields WHERE contact_list_id = ? AND tag = ? AND id <> ?"
        return tag in BUILT_IN or bool(request.store.first(same, (list_id, tag, own_id)))

    kind = request.body.get("type")
    with_options = kind in WITH_OPTIONS
    parts = [part for pair in _parts_of_options(request.body.get("options")) for part in pair]
    return {
        "label": (REQUIRED, text(255)),
        "tag": (REQUIRED, text(255), matching("[A-Za-z0-9_-]+"), free(taken)),
        "type": (REQUIRED, one_of(TYPES)),
        "options": (*required_if(with_options, f" when type is {kind}"), array),
        **dict.fromkeys(parts if with_options else (), (REQUIRED, text(255))),
        "default_value": (array if kind == "multiselect" else _scalar,),
        "required": (boolean,),
    }


def _parts_of_options(options: Any) -> list[tuple[str, str]]:
    """The names of the label and the value of each option."""
    numbers = range(len(options) if isinstance(options, list) else 0)
    return [(f"options.{number}.label", f"options.{number}.value") for number in numbers]


def _scalar(value: Any) -> Any:
    if not isinstance(value, str | int | float):
        raise RuleError("The :attribute field must be a string.")
    return value


ROUTES = (
    Route("GET", "/contact-lists/{id}/fields", list_fields),
    Route("GET", "/fields/{id}", get_field),
    Route("POST", "/contact-lists/{id}/fields", create_field, writes=True),
    Route("PUT", "/fields/{id}", update_field, writes=True),
    Route("DELETE", "/fields/{id}", delete_field, writes=True),
)
