"""Compares the list with the file, reading each once."""

from collections.abc import Callable, Iterator
from contextlib import closing

from smsgw_cli.api.reader import ListReader
from smsgw_cli.contacts.job_spec import SyncSpec
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.contacts.sync.changes import UNSUBSCRIBING, Action
from smsgw_cli.contacts.sync.diff import Diff
from smsgw_cli.contacts.sync.equality import same
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, ContactField, Record, is_subscribed
from smsgw_cli.sms.number_map import NumberMap, number_of

CONTACTS_BETWEEN_SHOWS = 5_000
CHECKBOX: ContactField = {"type": "checkbox"}


def compared(
    api: ListReader, plan: Plan, spec: SyncSpec, show: Callable[[int], None] = lambda _: None
) -> Diff:
    """The changes of a sync. Raises what listing raises."""
    comparison = _Comparison(plan, delete=spec.delete)
    try:
        with closing(api.pages(f"contact-lists/{spec.contact_list}/contacts")) as contacts:
            for contact in contacts:
                comparison.see(contact)
                if comparison.difference.contacts % CONTACTS_BETWEEN_SHOWS == 0:
                    show(comparison.difference.contacts)
    except BaseException:
        comparison.difference.close()
        raise
    return comparison.difference


class _Comparison:
    """The contacts of a list, seen one after the other."""

    def __init__(self, plan: Plan, *, delete: bool) -> None:
        self.difference = Diff()
        self._fields = {**plan.mapping.fields, SUBSCRIBED: CHECKBOX}
        self._delete = delete
        self._rows = NumberMap()
        self._met = bytearray(len(plan.numbers))
        self.difference.changes.want(self._wanted(plan))

    def _wanted(self, plan: Plan) -> Iterator[tuple[int, str, Record]]:
        for row, number, body in plan.bodies():
            self._rows.setdefault(number, row.number)
            yield row.number, body.pop(MOBILE_NUMBER), body

    def see(self, contact: Record) -> None:
        contact = {**contact, SUBSCRIBED: is_subscribed(contact)}
        found = self.difference
        found.contacts += 1
        found.highest = max(found.highest, contact["id"])
        number = number_of(contact)
        row = self._rows.get(number) if number else None
        if row is None:
            self._missing(contact)
        else:
            self._there(row, contact)

    def _missing(self, contact: Record) -> None:
        identity, number = contact["id"], ascii(contact.get(MOBILE_NUMBER)).strip("'")
        if self._delete:
            self.difference.changes.add(Action.DELETE, identity, number, {}, {})
        elif is_subscribed(contact):
            self.difference.changes.add(Action.UNSUBSCRIBE, identity, number, *UNSUBSCRIBING)

    def _there(self, row: int, contact: Record) -> None:
        found, wanted = self.difference, self.difference.changes.wanted(row)
        found.opted_out += SUBSCRIBED not in wanted and not is_subscribed(contact)
        before = {
            key: contact.get(key)
            for key, value in wanted.items()
            if not same(self._fields[key], contact.get(key), value)
        }
        if not self._met[row]:
            self._met[row] = 1
            found.changes.there(row, contact["id"], before)
            return
        found.doubled += 1
        if before:
            found.changes.add(Action.UPDATE, contact["id"], contact[MOBILE_NUMBER], wanted, before)
