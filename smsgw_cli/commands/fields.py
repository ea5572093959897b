"""Fields: custom data of the contacts of a list."""

from typing import Any, cast

from smsgw_cli.cli import arguments, old_words
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
from smsgw_cli.contacts.option_values import options_of
from smsgw_cli.errors import Usage
from smsgw_cli.model import ContactField, Option, Record
from smsgw_cli.tables.names import tag_of


def _shown(field: Record) -> Record:
    """The field with its options as they are typed: `in=Inside`."""
    options = [_typed(each) for each in options_of(cast(ContactField, field))]
    return {**field, "options": options or None}


def _typed(option: Option) -> str:
    value, label = option["value"], option["label"]
    return value if value == label else f"{value}={label}"


FIELD = Resource(
    noun="field",
    path="fields",
    columns=("id", "label", "tag", "type", "required", "default_value", "options"),
    shown=_shown,
    parent=CONTACT_LIST,
    loses=" with their values in every contact",
)

app = crud(FIELD, "Manage the custom fields of a contact list.", verbs="list get delete")

OPTION = "Option as value=label, or a value that is also the label"


LABEL = Field("label", "Label shown to people")
VALUES = (
    Field("tag", "Tag used in messages and imports"),
    Field("type", "Type of the values", choices=field_values.TYPES),
    Field("required", "Whether a value is required", bool, "--required/--optional"),
    Field("default", "Default value; '' for none"),
)
NEW_LABEL = LABEL._replace(argument=True)
TAG, TYPE, *OTHERS = VALUES
NEW = (
    NEW_LABEL,
    TAG._replace(help=f"{TAG.help} [default: from the label]"),
    TYPE._replace(help=f"{TYPE.help} [default: text]"),
    *OTHERS,
    Field("option", OPTION, many=True),
)
CHANGES = (
    LABEL,
    *VALUES,
    Field("option", f"{OPTION}; value= removes one; the others are kept", many=True),
)


def create_field(session: Session, **given: Any) -> None:
    """`POST /contact-lists/{id}/fields`. Raises Usage if the default does not fit the type."""
    if not given["label"]:
        raise Usage("no label given", hint="smsgw fields create LIST LABEL")
    options = _with([], given.pop("option"))
    field: Record = {"tag": tag_of(given["label"]), "type": "text"}
    body = _filled(session, field | ({"options": options} if options else {}), NEW, given)
    create(session, FIELD, collection(session, FIELD, given), body)


def update_field(session: Session, **given: Any) -> None:
    """Replace a field with its current values and the given ones. Raises Usage."""
    require_changes(CHANGES, given)
    chosen = given.pop("option")

    def change(field: Record) -> Record:
        options = _with(options_of(cast(ContactField, field)), chosen)
        return _filled(session, {**field, "options": options or None}, CHANGES, given)

    replace(session, FIELD, given["id"], change)


def _filled(
    session: Session, field: Record, known: tuple[Field, ...], given: dict[str, Any]
) -> Record:
    """The field with the given values; its default is checked against type and options."""
    values = values_of(session, known, given)
    default = values.pop("default", None)
    filled = {**field, **values}
    if default is not None:
        filled["default_value"] = (
            field_values.parse(cast(ContactField, filled), default) if default else None
        )
    return filled


def _with(options: list[Option], chosen: list[str] | None) -> list[Option]:
    """The options, with the given ones added or renamed; `value=` removes one."""
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
    old=(old_words.renamed("--label", NEW_LABEL, "an argument"),),
    epilog="""
    smsgw -p sandbox fields create Customers 'First name'
    smsgw -p sandbox fields create Customers Size --type dropdown --default M \\
        --option S --option M --option XL='Very large'
    """,
)
register(
    app,
    "update",
    "Update a field; other values are kept.",
    (id_argument(FIELD), *CHANGES),
    update_field,
    epilog="smsgw -p sandbox fields update 1 --label 'Full name' --required",
)
