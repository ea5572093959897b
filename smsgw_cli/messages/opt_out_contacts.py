"""Sets contacts of people who opted out to unsubscribed, on all lists of the server."""

from collections.abc import Collection, Iterator
from contextlib import closing
from typing import NamedTuple, Protocol

from smsgw_cli.api.reader import ListReader
from smsgw_cli.errors import NotFound, Rejected
from smsgw_cli.messages.do_not_contact import number_in
from smsgw_cli.model import SERVER_KEYS, SUBSCRIBED, Record, is_subscribed
from smsgw_cli.sms.numbers import readings, regions_of
from smsgw_cli.sms.same_phone import phone_of


class Editor(ListReader, Protocol):
    """Reads lists and replaces records. See `Client`."""

    def update(self, path: str, body: Record) -> None: ...


class Unsubscribed(NamedTuple):
    """How many contacts are unsubscribed now, and the ids of those that the server refused to."""

    done: int
    refused: list[int]


def unsubscribe(
    api: Editor, numbers: Collection[str], region: str | None, *, dry_run: bool = False
) -> Unsubscribed:
    """Unsubscribe the subscribed contacts with these numbers (E.164).

    `region` is the country of contacts whose number has none, beside those of `numbers`.
    """
    phones = {phone_of(each) for each in numbers}
    regions = dict.fromkeys([*filter(None, [region]), *sorted(regions_of(numbers))])
    found = [
        contact
        for contact in (_contacts(api) if phones else ())
        if is_subscribed(contact) and not phones.isdisjoint(_phones(contact, regions))
    ]
    results = [dry_run or _is_unsubscribed(api, contact) for contact in found]
    refused = [each["id"] for each, is_done in zip(found, results, strict=True) if not is_done]
    return Unsubscribed(len(found) - len(refused), refused)


def _is_unsubscribed(api: Editor, contact: Record) -> bool:
    """Unsubscribe a contact; whether that worked."""
    kept = {key: value for key, value in contact.items() if key not in SERVER_KEYS}
    try:
        api.update(f"contacts/{contact['id']}", {**kept, SUBSCRIBED: False})
    except NotFound:  # deleted meanwhile
        return True
    except Rejected:
        return False
    return True


def _contacts(api: ListReader) -> Iterator[Record]:
    with closing(api.pages("contact-lists")) as lists:
        identities = [each["id"] for each in lists]
    for identity in identities:
        try:
            with closing(api.pages(f"contact-lists/{identity}/contacts")) as contacts:
                yield from contacts
        except NotFound:  # deleted meanwhile
            continue


def _phones(contact: Record, regions: Collection[str]) -> set[int]:
    """The phones a contact may have: its number may lack the country."""
    number = number_in(contact)
    keys = {phone_of(number)} if "+" in number else set(map(phone_of, readings(number, regions)))
    return keys - {0}
