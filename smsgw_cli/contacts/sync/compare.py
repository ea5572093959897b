"""Compares the list with the file, reading each once."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from smsgw_cli.api.reader import ListReader
from smsgw_cli.contacts.contact_index import ContactPhones
from smsgw_cli.contacts.job_spec import SyncSpec
from smsgw_cli.contacts.sync.changes import Action
from smsgw_cli.contacts.sync.diff import Diff
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED, ContactField, Record, is_subscribed
from smsgw_cli.sms.number_map import NumberMap
from smsgw_cli.sms.same_phone import usual
from smsgw_cli.sms.trimmed import trimmed
from smsgw_cli.tables.booleans import boolean

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

NOTHING: tuple[Any, ...] = (None, "", [])
LARGEST = 1 << 63
CONTACTS_BETWEEN_SHOWS = 5_000
CHECKBOX: ContactField = {"type": "checkbox"}


def compare(
    api: ListReader, plan: "Plan", spec: SyncSpec, show: Callable[[int], None] = lambda _: None
) -> Diff:
    """The changes of a sync. Raises what listing raises."""
    comparison = _Comparison(plan, delete=spec.delete)
    try:
        with closing(api.pages(f"contact-lists/{spec.contact_list}/contacts")) as contacts:
            for contact in contacts:
                comparison.add(contact)
                if comparison.diff.contacts % CONTACTS_BETWEEN_SHOWS == 0:
                    show(comparison.diff.contacts)
    except BaseException:
        comparison.diff.close()
        raise
    return comparison.diff


class _Comparison:
    """Adds the contacts of a list one by one to the diff."""

    def __init__(self, plan: "Plan", *, delete: bool) -> None:
        self.diff = Diff()
        self._fields = {**plan.mapping.fields, SUBSCRIBED: CHECKBOX}
        self._delete = delete
        self._phones = ContactPhones(lambda: plan)
        self._landlines = plan.landlines
        self._rows = NumberMap()
        self._matched = bytearray(len(plan.numbers))
        self.diff.changes.add_desired(self._rows_of(plan))

    def _rows_of(self, plan: "Plan") -> Iterator[tuple[int, str, Record]]:
        for row, number, body in plan.bodies():
            self._rows.setdefault(usual(number), row.number)
            yield row.number, body.pop(MOBILE_NUMBER), body

    def add(self, contact: Record) -> None:
        """Add a contact of `GET /contact-lists/{id}/contacts`."""
        found = self.diff
        found.contacts += 1
        found.highest = max(found.highest, contact["id"])
        phones = tuple(self._phones(contact))
        rows = (self._rows.get(phone) for phone in phones)
        row = next((row for row in rows if row is not None), None)
        if row is not None:
            self._existing(row, {**contact, SUBSCRIBED: is_subscribed(contact)})
        elif not any(self._landlines.get(phone) for phone in phones):
            self._missing(contact)

    def _missing(self, contact: Record) -> None:
        identity, number = contact["id"], ascii(contact.get(MOBILE_NUMBER)).strip("'")
        if self._delete:
            self.diff.changes.add(Action.DELETE, identity, number)
        elif is_subscribed(contact):
            self.diff.changes.add(Action.UNSUBSCRIBE, identity, number)

    def _existing(self, row: int, contact: Record) -> None:
        found, desired = self.diff, self.diff.changes.desired(row)
        found.opted_out += SUBSCRIBED not in desired and not is_subscribed(contact)
        before = {
            key: contact.get(key)
            for key, value in desired.items()
            if not same(self._fields[key], contact.get(key), value)
        }
        if not self._matched[row]:
            self._matched[row] = 1
            found.changes.set_existing(row, contact["id"], before)
            return
        found.duplicates += 1
        if before:
            found.changes.add(Action.UPDATE, contact["id"], contact[MOBILE_NUMBER], desired, before)


def same(field: ContactField, actual: Any, desired: Any) -> bool:
    """Whether the list's value of a field equals the desired one, which is in the API's form.

    To clear a field, None or an empty list is desired. The server then stores the default of the
    field, if any, so that counts as empty.
    """
    if desired in NOTHING:
        default = field.get("default_value") if desired is None else None
        return actual in NOTHING or (default is not None and same(field, actual, default))
    normalize: Callable[[Any], Any] = _NORMALIZERS.get(str(field.get("type")), trimmed)
    try:
        return bool(normalize(actual) == normalize(desired))
    except (TypeError, ValueError, OverflowError):
        return False


def _number(value: Any) -> int | float:
    """An integer if it is one that servers store exactly, else a float."""
    if isinstance(value, bool):
        raise TypeError(value)
    try:
        whole = value if isinstance(value, float) else int(value)
    except ValueError:
        return float(value)
    return whole if abs(whole) < LARGEST else float(whole)


def _flag(value: Any) -> bool:
    """A boolean in any notation; None is False, as a checkbox that was never set."""
    return boolean("" if value is None else str(value))


def _chosen(value: Any) -> frozenset[str]:
    """Options in any order; a server may return a single one as text."""
    options = value if isinstance(value, list) else [value]
    return frozenset(str(each) for each in options if each not in NOTHING)


def _without_zone(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    """Local times: a server may add seconds, or its zone."""
    return lambda value: parse(str(value).strip())


_NORMALIZERS: dict[str, Callable[[Any], Any]] = {
    "number": _number,
    "checkbox": _flag,
    "multiselect": _chosen,
    "date": _without_zone(lambda text: datetime.fromisoformat(text).replace(tzinfo=None)),
    "datetime-local": _without_zone(lambda text: datetime.fromisoformat(text).replace(tzinfo=None)),
    "time": _without_zone(lambda text: time.fromisoformat(text).replace(tzinfo=None)),
}
