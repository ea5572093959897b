"""Who unsubscribed from contact lists since a campaign was sent."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from smsgw_cli.api.reader import ListReader
from smsgw_cli.errors import NotFound
from smsgw_cli.messages.do_not_contact import number_in
from smsgw_cli.messages.failed_messages import FailedMessages
from smsgw_cli.messages.ledger_entry import Entry
from smsgw_cli.model import Record, is_subscribed
from smsgw_cli.sms.timestamps import parse_timestamp

SHORTEST = 7  # digits of a number without country; fewer could be anybody's


@dataclass
class _Lists:
    """What contact lists say of some numbers."""

    subscribed: dict[int, set[str]] = field(default_factory=dict)
    unsubscribed: dict[str, list[datetime | None]] = field(default_factory=dict)
    """By number: when the contacts that are not subscribed changed last."""

    def add(self, contact_list: int, number: str, contact: Record) -> None:
        if is_subscribed(contact):
            self.subscribed.setdefault(contact_list, set()).add(number)
        else:
            changed = parse_timestamp(contact.get("updated_at"))
            self.unsubscribed.setdefault(number, []).append(changed)


class Unsubscribed:
    """Decides who is excluded from a retry, after reading the relevant lists once.

    A campaign that was sent to lists from here goes to who is subscribed on them now. For any
    other, all lists are read: the API does not tell what a campaign was sent to, and numbers may
    come from a list. `sends` are the ledger's; `number` gives the E.164 form of a number or, where
    its country is not known, its digits.
    """

    def __init__(
        self,
        api: ListReader,
        failed: Sequence[FailedMessages],
        sends: Iterable[Entry],
        number: Callable[[str], str],
    ) -> None:
        self._number = number
        self._bodies = {each.campaign["id"]: each.body for each in sends if each.campaign}
        self._typed = {
            campaign: set(map(number, body.get("mobile_numbers", ())))
            for campaign, body in self._bodies.items()
        }
        self._lists = self._read(api, failed)

    def is_left_out(self, campaign: Record, message: Record) -> bool:
        """Whether the recipient of a failed message unsubscribed since."""
        number, lists = self._number(str(message.get("to"))), self._lists_of(campaign)
        spellings = spellings_of(number)
        if lists and number not in self._typed[campaign["id"]]:
            subscribed = (self._lists.subscribed.get(each, set()) for each in lists)
            return not any(spellings & each for each in subscribed)
        created = parse_timestamp(campaign.get("created_at"))
        unsubscribed = self._lists.unsubscribed
        changes = [moment for each in spellings for moment in unsubscribed.get(each, ())]
        return any(not (each and created) or each >= created for each in changes)

    def _lists_of(self, campaign: Record) -> list[int]:
        listed = self._bodies.get(campaign["id"], {}).get("contact_lists", ())
        return [int(each) for each in listed]

    def _read(self, api: ListReader, failed: Sequence[FailedMessages]) -> _Lists:
        numbers = {self._number(to) for each in failed for to, _ in each.recipients}
        wanted = set().union(*map(spellings_of, numbers))
        known = [self._lists_of(each.campaign) for each in failed if each.messages]
        every = set().union(*known) if all(known) else _all_lists(api)
        read = _Lists()
        for contact_list in sorted(every):
            for contact in _contacts(api, contact_list):
                number = self._number(number_in(contact))
                if number in wanted:
                    read.add(contact_list, number, contact)
        return read


def spellings_of(number: str) -> set[str]:
    """A number, and its last digits: a contact may be without the country, or an area code."""
    digits = number.lstrip("+")
    return {number, *(digits[start:] for start in range(len(digits) - SHORTEST + 1))}


def _all_lists(api: ListReader) -> set[int]:
    try:
        with closing(api.pages("contact-lists")) as lists:
            return {each["id"] for each in lists}
    except NotFound:
        return set()


def _contacts(api: ListReader, contact_list: int) -> Iterable[Record]:
    """The contacts of a list; none of one that was deleted."""
    try:
        with closing(api.pages(f"contact-lists/{contact_list}/contacts")) as contacts:
            yield from contacts
    except NotFound:
        return
