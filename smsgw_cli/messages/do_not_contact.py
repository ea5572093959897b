"""The guard: no request of any command reaches a suppressed or excluded number."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any

from smsgw_cli.api.reader import Reader
from smsgw_cli.errors import Withheld
from smsgw_cli.messages.recipient_check import ExcludedNumbers, RecipientCheck
from smsgw_cli.messages.respected_lists import RespectedLists
from smsgw_cli.messages.send_paths import is_send
from smsgw_cli.messages.suppression_lists import Lookups, SuppressionLists
from smsgw_cli.model import MOBILE_NUMBER, Record, is_subscribed
from smsgw_cli.sms.number_kinds import KindRules
from smsgw_cli.sms.number_map import NumberMap

if TYPE_CHECKING:
    from smsgw_cli.api.request import Outgoing

MOST_NAMED = 5
EXCLUDED_HINT = "see 'smsgw suppress list'; --allow suppressed overrides it"


class SendGuard:
    """Keeps sends from numbers on the do-not-contact list, and from the `excluded` ones (E.164).

    `region` is the country of numbers without a leading +, `rules` say which kinds are skipped.
    """

    def __init__(
        self,
        suppressed: SuppressionLists,
        region: str | None,
        excluded: Collection[str] = (),
        *,
        allows_suppressed: bool = False,
        rules: KindRules | None = None,
        respected: RespectedLists | None = None,
    ) -> None:
        self._suppressed = suppressed
        self._region = region
        self._allows_suppressed = allows_suppressed
        self._checked_lists: set[int] = set()
        self._known = NumberMap()
        self._excluded = ExcludedNumbers(excluded)
        self._rules = rules or KindRules()
        self._respected = respected

    def __call__(self, api: Reader, request: "Outgoing") -> None:
        """Check a request before it goes out, if it is a send.

        Raises Withheld if it would reach an excluded number.
        """
        if is_send(request.path) and self._may_exclude:
            self._check(api, request.query, request.body)

    def exclude(self, numbers: Collection[str]) -> None:
        """Exclude these numbers (E.164), and no others."""
        self._excluded = ExcludedNumbers(numbers)

    def mark_checked(self, lists: Iterable[int], numbers: NumberMap) -> None:
        """Mark contact lists as checked, and numbers as valid E.164, so that checks are faster."""
        self._checked_lists.update(lists)
        self._known = numbers

    @property
    def is_active(self) -> bool:
        """Whether any number is suppressed, excluded or of a kind that is skipped or refused, or
        may be unsubscribed."""
        return self._is_picky or (not self._allows_suppressed and bool(self._suppressed))

    @property
    def _may_exclude(self) -> bool:
        """The same without a look into the do-not-contact list, which `checking` opens anyway."""
        return self._is_picky or (not self._allows_suppressed and self._suppressed.are_there)

    @property
    def _is_picky(self) -> bool:
        is_strict = not self._rules.keeps_landlines or self._respected is not None
        return is_strict or bool(self._excluded)

    @contextmanager
    def checking(self, api: Reader | None = None) -> Iterator[RecipientCheck]:
        """A check against the current lists; with `api` that of a campaign that goes out."""
        unsubscribed = None
        if self._respected is not None:
            unsubscribed = self._respected.recent(api) if api else self._respected.read()
        with ExitStack() as stack:
            lookup: Lookups | None = None
            if not self._allows_suppressed:
                lookup = stack.enter_context(self._suppressed.open())
            yield RecipientCheck(
                lookup, self._excluded, self._region, self._known, self._rules, unsubscribed
            )

    def excluded(self, api: Reader, numbers: Iterable[str]) -> dict[str, str]:
        """Which numbers (E.164) of a campaign that goes out are excluded by now, and the reason."""
        if not self._may_exclude:
            return {}
        with self.checking(api) as check:
            found = ((each, check(each, is_parsed=True).excluded_by) for each in numbers)
            return {each: reason for each, reason in found if reason}

    def _check(self, api: Reader, query: Any, body: Any) -> None:
        with self.checking(api) as check:
            numbers = _values("mobile_numbers", query, body)
            self._refuse(
                "this would be sent to", (each for each in numbers if check(each).excluded_by)
            )
            unchecked = [*filter(self._is_unchecked, _values("contact_lists", query, body))]
            for reference in unchecked if unchecked and self.is_active else ():
                on_list = subscribed(api, reference)
                self._refuse(f"contact list {reference} contains",
                             (each for each in on_list if check(each).excluded_by))  # fmt: skip

    def _is_unchecked(self, reference: str) -> bool:
        return not (reference.isdecimal() and int(reference) in self._checked_lists)

    def _refuse(self, where: str, excluded_by: Iterable[str]) -> None:
        found = list(excluded_by)
        if found:
            more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
            raise Withheld(
                f"{where} numbers that must not be contacted: "
                f"{', '.join(found[:MOST_NAMED])}{more}; nothing was sent",
                hint=EXCLUDED_HINT,
            )


def subscribed(api: Reader, reference: str | int) -> Iterator[str]:
    """The numbers of a list's subscribed contacts, as the server writes them."""
    with closing(api.pages(f"contact-lists/{reference}/contacts")) as contacts:
        yield from (number_in(each) for each in contacts if is_subscribed(each))


def number_in(contact: Record) -> str:
    """The number of a contact, as the server writes it; empty if it has none."""
    return str(contact.get(MOBILE_NUMBER) or "")


def _values(key: str, *mappings: Any) -> Iterator[str]:
    """All values of a parameter in a request's query and body."""
    for mapping in mappings:
        if isinstance(mapping, Mapping):
            for name, value in mapping.items():
                if _php_name(str(name)) == key:
                    yield from _texts(value)


def _php_name(name: str) -> str:
    """The name of a parameter as PHP reads it: dots and spaces become _."""
    return re.sub(r"[ .]", "_", name.partition("[")[0].partition("\0")[0].strip())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, float) and value.is_integer():
        yield str(int(value))  # PHP formats 12025550123.0 without the decimal
    elif value is not None:
        yield from (part for part in str(value).replace(";", ",").split(",") if part.strip())
