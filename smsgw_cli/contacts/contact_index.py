"""An index of the contacts of a list: number → id."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from smsgw_cli.api.newer import newer as read_newer
from smsgw_cli.api.reader import ListReader, PageReader
from smsgw_cli.contacts.contact_phones import ContactPhones
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.sms.number_map import NumberMap, number_of
from smsgw_cli.sms.same_phone import usual


@dataclass
class ContactIndex:
    """Phone → id of the contacts of a list, and the highest of the ids."""

    numbers: NumberMap = field(default_factory=NumberMap)
    highest: int = 0

    def id_of(self, number: int) -> int | None:
        """The id of the contact with this number (E.164 without its +), in any spelling."""
        return self.numbers.get(usual(number))


def existing(
    api: ListReader, contact_list: int, plan: Callable[[], Plan], is_stopped: Callable[[], bool]
) -> ContactIndex:
    """Read the contacts of a list, until `is_stopped`. Raises what listing raises, NotFound for
    an unknown list.

    A contact's number without a country is read as the countries of the plan's numbers would.
    """
    found, phones = ContactIndex(), ContactPhones(plan)
    with closing(api.pages(f"contact-lists/{contact_list}/contacts")) as contacts:
        for contact in contacts:
            if is_stopped():
                break
            found.highest = max(found.highest, contact["id"])
            for phone in phones(contact):
                found.numbers.setdefault(phone, contact["id"])
    return found


def newer(
    api: PageReader, contact_list: int, than: int, wanted: Callable[[int], bool]
) -> dict[int, int]:
    """Number → id of contacts with ids above `than` and a `wanted` number.

    Raises what listing raises.
    """
    found: dict[int, int] = {}
    with closing(read_newer(api, f"contact-lists/{contact_list}/contacts", than)) as contacts:
        for contact in contacts:
            number = number_of(contact)
            if contact["id"] > than and wanted(number):
                found[number] = contact["id"]
    return found
