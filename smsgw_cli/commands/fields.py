"""Fields: what a contact list keeps of its contacts besides their numbers."""

from typing import Any, cast

from smsgw_cli.cli import arguments
from smsgw_cli.cli.actions import create, replace
from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import (
    collection,
    id_argument,
    parent_argument,
    require_changes,
    values_of,
)
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.contacts import field_values
from smsgw_cli.model import ContactField, Option, Record

FIELD = Resource(
    noun="field",
    path="fields",
    columns=("id", "label", "tag", "type", "required", "default_value", "options"),
    parent=CONTACT_LIST,
    loses=" with their values in every contact",
)

app = crud(FIELD, "Look after the custom fields of a contact list.", verbs="list get delete")

OPTION = "What can be chosen: value=label, or a value that is its own label"


def _values(*, required: bool) -> tuple[Field, ...]:
    return (
        Field("label", "What people see", required=required),
        Field("tag", "What messages and imports call it", required=required),
        Field("type", "What it holds", required=required, choices=field_values.TYPES),
        Field("required", "Whether a contact must have it", bool, "--required/--optional"),
    )


DEFAULT = Field("default", "The value of contacts that are given none; '' for none")
NEW = (*_values(required=True), DEFAULT, Field("option", OPTION, many=True))
CHANGES = (
    *_values(required=False),
    DEFAULT,
    Field("option", f"{OPTION}; value= takes one out; the others stay", many=True),
)


def create_field(session: Session, **given: Any) -> None:
    options = _with([], given.pop("option"))
    body = _filled(session, {"options": options} if options else {}, NEW, given)
    create(session, FIELD, collection(session, FIELD, given), body)


def update_field(session: Session, **given: Any) -> None:
    require_changes(CHANGES, given)
    chosen = given.pop("option")

    def change(field: Record) -> Record:
        options = _with(field_values.options(cast(ContactField, field)), chosen)
        return _filled(session, {**field, "options": options or None}, CHANGES, given)

    replace(session, FIELD, given["id"], change)


def _filled(
    session: Session, field: Record, known: tuple[Field, ...], given: dict[str, Any]
) -> Record:
    """The field with the values given; a default is checked against its type and options."""
    values = values_of(session, known, given)
    default = values.pop("default", None)
    filled = {**field, **values}
    if default is not None:
        filled["default_value"] = (
            field_values.typed(cast(ContactField, filled), default) if default else None
        )
    return filled


def _with(options: list[Option], chosen: list[str] | None) -> list[Option]:
    """The options with those given added or renamed, and without those given as `value=`."""
    labels = {option["value"]: option["label"] for option in options}
    for text in chosen or ():
        value, label = arguments.pair("--option", text if "=" in text else f"{text}={text}")
        labels[value] = label
    return [{"label": label, "value": value} for value, label in labels.items() if label]


register(
    app,
    "create",
    "Create a field of a contact list.",
    (*parent_argument(FIELD), *NEW),
    create_field,
    epilog="""
    smsgw -p sandbox fields create Customers --label 'First name' --tag first_name --type text
    smsgw -p sandbox fields create Customers --label Size --tag size --type dropdown \\
        --option S --option M --option XL='Very large' --default M
    """,
)
register(
    app,
    "update",
    "Update a field; what is not named stays as it is.",
    (id_argument(FIELD), *CHANGES),
    update_field,
    epilog="smsgw -p sandbox fields update 1 --label 'Full name' --required",
)
