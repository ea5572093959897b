"""`contacts create` and `contacts update`: values checked against the list's fields."""

from typing import Any

from smsgw_cli.cli import arguments
from smsgw_cli.cli.actions import replace
from smsgw_cli.cli.dry_run import would_send
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field, find
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import id_argument, parent_argument, require_changes, values_of
from smsgw_cli.commands._contact_read import contact_ids
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.commands.contacts import CONTACT, ON_LIST
from smsgw_cli.contacts import custom_fields
from smsgw_cli.errors import Unknown
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, Record
from smsgw_cli.sms.numbers import e164
from smsgw_cli.sms.same_phone import is_other_phone

app = Commands()

VALUES = (
    Field(SUBSCRIBED, "Whether it may receive messages", bool, "--subscribed/--unsubscribed"),
    Field(
        "fields",
        "Custom field: tag=value; tag= clears it; tag=a,b for a multiselect",
        many=True,
        flag="--field",
    ),
)
NUMBER = Field(MOBILE_NUMBER, "Mobile number", flag="number", required=True, argument=True)
CHANGES = (Field(MOBILE_NUMBER, "New mobile number"), *VALUES)


def create_contact(session: Session, **given: Any) -> None:
    """`POST /contact-lists/{id}/contacts`, after checking number and fields.

    Raises Usage, and Unknown if the response is about another phone.
    """
    number = e164(given[MOBILE_NUMBER], session.setting("region"))
    custom = _pairs_of_fields(given)
    contact_list = find(session.api, CONTACT_LIST, given["parent"])
    fields = custom_fields.of_list(session.api, contact_list)
    values = custom_fields.checked(fields, custom)
    custom_fields.refuse_missing(fields, values)
    body = {MOBILE_NUMBER: number, **values_of(session, VALUES, given), **values}
    path = f"contact-lists/{contact_list}/contacts"
    if would_send(session, "POST", path, body):
        return
    contact = session.api.create(path, body)
    if is_other_phone(contact, number):
        raise Unknown(
            f"the server's response has another number, {contact[MOBILE_NUMBER]}; "
            "the contact may or may not have been created",
            hint=f"check 'smsgw contacts list {contact_list}' before running it again",
        )
    session.out.record(contact, CONTACT.columns)


def update_contact(session: Session, **given: Any) -> None:
    """Replace a contact with its current values and the given ones. Raises Usage."""
    require_changes(CHANGES, given)
    custom = _pairs_of_fields(given)
    if given[MOBILE_NUMBER] is not None:
        given[MOBILE_NUMBER] = e164(given[MOBILE_NUMBER], session.setting("region"))
    named = given.pop("list")
    values = values_of(session, CHANGES, given)

    def change(contact: Record) -> Record:
        if not custom:
            return values
        contact_list = find(session.api, CONTACT_LIST, named) if named is not None else None
        return {**values, **custom_fields.changed(session.api, contact, custom, contact_list)}

    # An id is not looked up on the list: its fields are checked, as they always were.
    (identity,) = contact_ids(session, [given["id"]], None if given["id"].isdecimal() else named)
    replace(session, CONTACT, identity, change)


def _pairs_of_fields(given: dict[str, Any]) -> list[tuple[str, str]]:
    """Pop `--field` from the arguments; returns texts by tag."""
    return [arguments.pair("--field", each, "TAG=VALUE") for each in given.pop("fields") or ()]


register(
    app,
    "create",
    "Create a contact.",
    (*parent_argument(CONTACT), NUMBER, *VALUES),
    create_contact,
    epilog="smsgw -p sandbox contacts create Customers +12025550123 --field city=Boston",
)
register(
    app,
    "update",
    """Update a contact; other values are kept.

    The API does not return the list of a contact. A --field is checked against every list that has
    all the contact's fields; if those differ, select the list with --list.""",
    (id_argument(CONTACT), *CHANGES, ON_LIST),
    update_contact,
    epilog="""
    smsgw -p sandbox contacts update 1 --unsubscribed
    smsgw -p sandbox contacts update 1 --field 'name=Ann Lee' --field city=
    """,
)
