"""`contacts list`, `get` and `delete`, by list, id or number."""

from collections.abc import Iterator
from typing import Any

from smsgw_cli.api.reader import ListReader
from smsgw_cli.cli.actions import existing, show_list, show_records
from smsgw_cli.cli.delete import delete
from smsgw_cli.cli.lists import note_read_here
from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import references
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.commands.contacts import CONTACT
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.model import MOBILE_NUMBER, Record
from smsgw_cli.sms.numbers import as_written, e164
from smsgw_cli.sms.same_phone import is_same_phone, phone_of

ON_LIST = "contact_list"  # added to the contacts of several lists


def list_contacts(session: Session, **given: Any) -> None:
    """Print the contacts of a list, or those with a number. Raises Usage, NotFound."""
    contact_list, number = given["parent"], given["number"]
    if contact_list is None and number is None:
        raise Usage("no list given", hint="specify a LIST, or --number for all lists")
    if number is None:
        path = _path(find(session.api, CONTACT_LIST, contact_list))
        show_list(session, CONTACT, path, everything=given["all"], limit=given["limit"])
        return
    region = session.setting("region")
    wanted = e164(number, region)
    note_read_here(session, CONTACT, "number")
    found = (
        contact
        for contact in _contacts(session, contact_list)
        if is_same_phone(str(as_written(str(contact.get(MOBILE_NUMBER)), region)), wanted)
    )
    columns = CONTACT.columns if contact_list else (*CONTACT.columns, ON_LIST)
    every, limit = (*CONTACT.keys, ON_LIST), given["limit"]
    show_records(session, found, columns, every, empty="no contacts", limit=limit)


def get_contact(session: Session, **given: Any) -> None:
    """Print a contact. Raises NotFound."""
    (identity,) = contact_ids(session, [given["id"]], given["list"])
    session.out.record(existing(session, CONTACT, identity)[1], CONTACT.columns)


def delete_contacts(session: Session, **given: Any) -> None:
    """Delete contacts after confirmation. Raises as `delete` does."""
    delete(session, CONTACT, contact_ids(session, references(given["ids"]), given["list"]))


def contact_ids(session: Session, given: Any, contact_list: str | None) -> list[str]:
    """The ids of contacts named by id or, on a list, by number.

    Raises NotFound for one that is not on the list, Usage for a number without a list.
    """
    texts = list(given)
    if contact_list is None:
        for text in texts:
            if text.startswith("+"):
                raise Usage(f"{text} is on any number of lists", hint="add --list LIST")
        return texts
    identity, region = find(session.api, CONTACT_LIST, contact_list), session.setting("region")
    wanted = {text: text if text.isdecimal() else phone_of(e164(text, region)) for text in texts}
    found: dict[str | int, str] = {}
    for contact in session.api.pages(_path(identity)):
        found[str(contact["id"])] = str(contact["id"])
        written = as_written(str(contact.get(MOBILE_NUMBER)), region)
        found[phone_of(written)] = str(contact["id"])
    for text, key in wanted.items():
        if key not in found:
            raise NotFound(f"contact {text} is not on list {identity}")
    return [found[key] for key in wanted.values()]


def _contacts(session: Session, contact_list: str | None) -> Iterator[Record]:
    """The contacts of a list, or of all lists, then with the id of their list."""
    api: ListReader = session.api
    if contact_list is not None:
        yield from api.pages(_path(find(session.api, CONTACT_LIST, contact_list)))
        return
    for each in api.pages(CONTACT_LIST.path):
        for contact in api.pages(_path(each["id"])):
            yield {**contact, ON_LIST: each["id"]}


def _path(contact_list: int) -> str:
    return f"{CONTACT_LIST.path}/{contact_list}/{CONTACT.path}"
