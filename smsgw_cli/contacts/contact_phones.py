"""Which phones a contact of the server may have: its number may lack the country."""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property

from smsgw_cli.contacts.plan import Plan
from smsgw_cli.model import MOBILE_NUMBER, Record
from smsgw_cli.sms.number_map import as_text, number_of
from smsgw_cli.sms.numbers import readings, regions_of
from smsgw_cli.sms.same_phone import phone_of, usual


class ContactPhones:
    """The phones of contacts, by key, as seen by the numbers of a plan, which is requested with
    the first number that lacks its country."""

    def __init__(self, plan: Callable[[], Plan]) -> None:
        self._plan = plan

    def __call__(self, contact: Record) -> Iterable[int]:
        """The keys of the phones; none if the contact has no number."""
        number = number_of(contact)
        if number:
            return (usual(number),)
        text = str(contact.get(MOBILE_NUMBER) or "")
        return filter(None, map(phone_of, readings(text, self._regions)))

    @cached_property
    def _regions(self) -> Collection[str]:
        """The default country, if there is one, and those of the plan's numbers."""
        plan = self._plan()
        region = plan.mapping.region
        starts = {as_text(number)[:4] for number in plan.numbers if number > 0}
        return dict.fromkeys([*filter(None, [region]), *sorted(regions_of(starts))])
