"""Custom fields of contact lists."""

import json
from typing import Any

from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routing import Route, Sample
from smsgw_cli.sandbox.rules import array, boolean, one_of, regex, text, unique
from smsgw_cli.sandbox.shapes import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    TEXT,
    choice,
    described,
    list_of,
    nullable,
    page_of,
    record,
)
from smsgw_cli.sandbox.store import Row
from smsgw_cli.sandbox.validation import (
    REQUIRED,
    RuleError,
    Spec,
    numbered,
    required_if,
    validate,
)
from smsgw_cli.sandbox.wire import NO_CONTENT, Request, Response, delete, find

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

FIELD = record(
    "Field",
    {
        "id": INTEGER,
        "label": TEXT,
        "tag": TEXT,
        "type": choice(TYPES),
        "options": nullable(list_of(record("Option", {"label": TEXT, "value": TEXT}))),
        "default_value": ANYTHING,
        "required": BOOLEAN,
    },
)


def serialize(field: Row) -> Row:
    return {
        "id": field["id"],
        "label": field["label"],
        "tag": field["tag"],
        "type": field["type"],
        "options": json.loads(field["options"] or "null"),
        "default_value": json.loads(field["default_value"] or "null"),
        "required": bool(field["required"]),
    }


def list_fields(request: Request) -> Response:
    contact_list = find(request, "contact_lists")
    listing = Listing(
        "fields",
        "created_at DESC, id DESC",
        per_page=50,
        where=("contact_list_id = :list",),
        values={"list": contact_list["id"]},
    )
    return page(request, listing, serialize)


def get_field(request: Request) -> Response:
    return Response(payload=serialize(find(request, "fields")))


def create_field(request: Request) -> Response:
    contact_list = find(request, "contact_lists")
    values = _values(request, contact_list["id"], 0)
    row = {**values, "contact_list_id": contact_list["id"], "created_at": request.now}
    key = request.store.insert("fields", row)
    return Response(201, serialize({"id": key, **row}))


def update_field(request: Request) -> Response:
    field = find(request, "fields")
    values = _values(request, field["contact_list_id"], field["id"])
    request.store.update("fields", field["id"], values)
    return NO_CONTENT


def delete_field(request: Request) -> Response:
    """Delete the field and the contacts' values of it, which are stored under its id."""
    field = find(request, "fields")
    request.store.connection.execute(
        "UPDATE contacts SET custom = json_remove(custom, ?) WHERE contact_list_id = ?",
        (f'$."{field["id"]}"', field["contact_list_id"]),
    )
    return delete(request, "fields")


def _values(request: Request, list_id: int, own_id: int) -> Row:
    """The whole field: missing attributes become empty, there is no partial update."""
    data = validate(request.body, _rules(request, list_id, own_id))
    parts = _option_attributes(data["options"]) if data["type"] in WITH_OPTIONS else []
    options = [{"label": data[label], "value": data[value]} for label, value in parts]
    default = data["default_value"]
    return {
        "label": data["label"],
        "tag": data["tag"],
        "type": data["type"],
        "options": json.dumps(options) if options else None,
        "default_value": None if default is None else json.dumps(default),
        "required": bool(data["required"]),
    }


def _rules(request: Request, list_id: int, own_id: int) -> Spec:
    def taken(tag: str) -> bool:
        same = "SELECT 1 FROM fields WHERE contact_list_id = ? AND tag = ? AND id <> ?"
        return tag in BUILT_IN or bool(request.store.first(same, (list_id, tag, own_id)))

    kind = request.body.get("type")
    with_options = kind in WITH_OPTIONS
    parts = [part for pair in _option_attributes(request.body.get("options")) for part in pair]
    return {
        "label": (REQUIRED, text(255)),
        "tag": (REQUIRED, text(255), regex("[A-Za-z0-9_-]+"), unique(taken)),
        "type": (REQUIRED, one_of(TYPES)),
        "options": (*required_if(with_options, f" when type is {kind}"), array),
        **dict.fromkeys(parts if with_options else (), (REQUIRED, text(255))),
        "default_value": (array if kind == "multiselect" else _scalar,),
        "required": (boolean,),
    }


def _option_attributes(options: Any) -> list[tuple[str, str]]:
    """Attribute names of the label and the value of each option."""
    return [(f"options.{key}.label", f"options.{key}.value") for key, _ in numbered(options)]


@described(type=["string", "number", "boolean"])
def _scalar(value: Any) -> Any:
    if not isinstance(value, str | int | float):
        raise RuleError("The :attribute field must be a string.")
    return value


def _takes(sample: Sample) -> dict[str, Spec]:
    return {
        f" when type is {kind}": _rules(sample({"type": kind, "options": [{}]}), 0, 0)
        for kind in TYPES
    }


ROUTES = (
    Route("GET", "/contact-lists/{id}/fields", list_fields, gives=page_of(FIELD)),
    Route("GET", "/fields/{id}", get_field, gives=FIELD),
    Route(
        "POST", "/contact-lists/{id}/fields", create_field, writes=True, takes=_takes, gives=FIELD
    ),
    Route("PUT", "/fields/{id}", update_field, writes=True, takes=_takes),
    Route("DELETE", "/fields/{id}", delete_field, writes=True),
)
