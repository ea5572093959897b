"""Contacts of a list, with the list's custom fields beside the built-in ones."""

import json
from typing import Any

from smsgw_cli.sandbox.instants import format_instant
from smsgw_cli.sandbox.pages import Listing, page
from smsgw_cli.sandbox.routing import Route, Sample
from smsgw_cli.sandbox.rules import (
    array,
    boolean,
    date_format,
    email,
    mobile_number,
    number,
    one_of,
    text,
    unique,
)
from smsgw_cli.sandbox.shapes import ANYTHING, BOOLEAN, INSTANT, INTEGER, TEXT, page_of, record
from smsgw_cli.sandbox.store import Row, Store
from smsgw_cli.sandbox.validation import REQUIRED, Rule, Spec, required_if, validate
from smsgw_cli.sandbox.wire import NO_CONTENT, Request, Response, delete, find

RULE_OF_TYPE: dict[str, Rule] = {
    "text": text(),
    "textarea": text(),
    "number": number,
    "email": email,
    "checkbox": boolean,
    "multiselect": array,
    "date": date_format("%Y-%m-%d", "Y-m-d"),
    "datetime-local": date_format("%Y-%m-%dT%H:%M", "Y-m-d\\TH:i"),
    "time": date_format("%H:%M", "H:i"),
}

CONTACT = {
    **record(
        "Contact",
        {
            "id": INTEGER,
            "mobile_number": TEXT,
            "subscribed": BOOLEAN,
            "created_at": INSTANT,
            "updated_at": INSTANT,
        },
    ),
    "description": "Also has the custom fields of its list, by their tags.",
    "additionalProperties": ANYTHING,
}


def serialize(contact: Row, fields: list[Row]) -> Row:
    custom = json.loads(contact["custom"])
    return {
        "id": contact["id"],
        "mobile_number": contact["mobile_number"],
        **{field["tag"]: custom.get(str(field["id"])) for field in fields},
        "subscribed": bool(contact["subscribed"]),
        "created_at": format_instant(contact["created_at"]),
        "updated_at": format_instant(contact["updated_at"]),
    }


def list_contacts(request: Request) -> Response:
    contact_list = find(request, "contact_lists")
    listing = Listing(
        "contacts",
        "created_at DESC, id DESC",
        where=("contact_list_id = :list",),
        values={"list": contact_list["id"]},
    )
    fields = _fields(request.store, contact_list["id"])
    return page(request, listing, lambda contact: serialize(contact, fields))


def get_contact(request: Request) -> Response:
    contact = find(request, "contacts")
    return Response(payload=serialize(contact, _fields(request.store, contact["contact_list_id"])))


def create_contact(request: Request) -> Response:
    list_id = find(request, "contact_lists")["id"]
    fields = _fields(request.store, list_id)
    row = {
        "contact_list_id": list_id,
        **_values(request, list_id, 0, fields),
        "created_at": request.now,
        "updated_at": request.now,
    }
    key = request.store.insert("contacts", row)
    return Response(201, serialize({"id": key, **row}, fields))


def update_contact(request: Request) -> Response:
    contact = find(request, "contacts")
    fields = _fields(request.store, contact["contact_list_id"])
    values = _values(request, contact["contact_list_id"], contact["id"], fields)
    request.store.update("contacts", contact["id"], {**values, "updated_at": request.now})
    return NO_CONTENT


def delete_contact(request: Request) -> Response:
    return delete(request, "contacts")


def _fields(store: Store, list_id: int) -> list[Row]:
    return store.all("SELECT * FROM fields WHERE contact_list_id = ? ORDER BY id", (list_id,))


def _values(request: Request, list_id: int, own_id: int, fields: list[Row]) -> Row:
    """The whole contact: missing fields get their defaults, there is no partial update."""
    data = validate(request.body, _rules(request, list_id, own_id, fields))
    custom = {field["id"]: _or_default(data[field["tag"]], field) for field in fields}
    subscribed = data["subscribed"]
    return {
        "mobile_number": data["mobile_number"],
        "subscribed": True if subscribed is None else subscribed,
        "custom": json.dumps(custom),
    }


def _or_default(value: Any, field: Row) -> Any:
    return json.loads(field["default_value"] or "null") if value is None else value


def _rules(request: Request, list_id: int, own_id: int, fields: list[Row]) -> Spec:
    def taken(mobile: str) -> bool:
        same = "SELECT 1 FROM contacts WHERE contact_list_id = ? AND mobile_number = ? AND id <> ?"
        return bool(request.store.first(same, (list_id, mobile, own_id)))

    rules: dict[str, Any] = {
        "mobile_number": (REQUIRED, mobile_number, unique(taken)),
        "subscribed": (boolean,),
    }
    for field in fields:
        rules.update(_rules_of(field))
    return rules


def _rules_of(field: Row) -> Spec:
    required = required_if(bool(field["required"]), "")
    if not field["options"]:
        return {field["tag"]: (*required, RULE_OF_TYPE[field["type"]])}
    offered = one_of([option["value"] for option in json.loads(field["options"])])
    if field["type"] == "multiselect":
        return {field["tag"]: (*required, array), f"{field['tag']}.*": (REQUIRED, offered)}
    return {field["tag"]: (*required, offered)}


def _takes(sample: Sample) -> dict[str, Spec]:
    return {"": _rules(sample({}), 0, 0, [])}


ROUTES = (
    Route("GET", "/contact-lists/{id}/contacts", list_contacts, gives=page_of(CONTACT)),
    Route("GET", "/contacts/{id}", get_contact, gives=CONTACT),
    Route(
        "POST",
        "/contact-lists/{id}/contacts",
        create_contact,
        writes=True,
        takes=_takes,
        gives=CONTACT,
    ),
    Route("PUT", "/contacts/{id}", update_contact, writes=True, takes=_takes),
    Route("DELETE", "/contacts/{id}", delete_contact, writes=True),
)
