"""The guard: no request of any command reaches a suppressed or excluded number."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smsgw_cli.api.reader import Reader
from smsgw_cli.errors import Usage
from smsgw_cli.messages.send_paths import is_send
from smsgw_cli.messages.suppression_list import Lookup, SuppressionList
from smsgw_cli.model import MOBILE_NUMBER, Record, is_subscribed
from smsgw_cli.sms.number_map import NumberMap, as_int
from smsgw_cli.sms.numbers import as_written, e164

if TYPE_CHECKING:
    from smsgw_cli.api.request import Outgoing

SUPPRESSED, EXCLUDED = "suppressed", "excluded"
MOST_NAMED = 5
EXTENSION = re.compile(r"(?<=\d)[\W_]*[^\W\d_;#]|[;#]")
EXCLUDED_HINT = "see 'smsgw suppress list'; --allow suppressed overrides it"


@dataclass(frozen=True)
class CheckResult:
    """A recipient: the number in E.164 (None if invalid), and the reason if it is excluded."""

    number: str | None
    excluded_by: str | None


class RecipientCheck:
    """Checks recipients one by one; `known` are numbers known to be valid E.164."""

    def __init__(
        self, lookup: Lookup | None, excluded: NumberMap, region: str | None, known: NumberMap
    ) -> None:
        self._lookup = lookup
        self._known = known
        self._excluded = excluded
        self._region = region

    def __call__(self, text: str) -> CheckResult:
        number = self._number(text)
        written = number or as_written(text, self._region)
        if written and self._excluded.get(as_int(written)) is not None:
            return CheckResult(number, EXCLUDED)
        return CheckResult(number, SUPPRESSED if self._is_suppressed(text, written) else None)

    def _number(self, text: str) -> str | None:
        if self._known.get(as_int(text)) is not None:
            return text
        try:
            return e164(text, self._region)
        except Usage:
            return None

    def _is_suppressed(self, text: str, written: str | None) -> bool:
        """Whether a listed number may be meant. Without a +, any suffix match counts, as the server
        may assume another country than `region`."""
        if self._lookup is None:
            return False
        if written and self._lookup.has(written):
            return True
        if written and "+" in text:
            return False
        without_extension = EXTENSION.split(text, maxsplit=1)[0]
        return any(map(self._lookup.has_suffix_match, {_digits(text), _digits(without_extension)}))


class SendGuard:
    """Keeps sends from numbers on the do-not-contact list, and from the `excluded` ones (E.164).

    `region` is the country of numbers without a leading +.
    """

    def __init__(
        self,
        suppressed: SuppressionList,
        region: str | None,
        excluded: Iterable[str] = (),
        *,
        allows_suppressed: bool = False,
    ) -> None:
        self._suppressed = suppressed
        self._region = region
        self._allows_suppressed = allows_suppressed
        self._checked_lists: set[int] = set()
        self._known = NumberMap()
        self._excluded = NumberMap()
        for number in excluded:
            self._excluded.setdefault(as_int(number), 1)

    def __call__(self, api: Reader, request: "Outgoing") -> None:
        """Check a request before it goes out, if it is a send. Raises as `check` does."""
        if is_send(request.path):
            self.check(api, request.query, request.body)

    def mark_checked(self, lists: Iterable[int], numbers: NumberMap) -> None:
        """Mark contact lists as checked, and numbers as valid E.164, so that `check` is faster."""
        self._checked_lists.update(lists)
        self._known = numbers

    @property
    def is_active(self) -> bool:
        """Whether any number is suppressed or excluded."""
        return bool(self._excluded) or (not self._allows_suppressed and bool(self._suppressed))

    @contextmanager
    def checking(self) -> Iterator[RecipientCheck]:
        """A check against the current do-not-contact list."""
        if self._allows_suppressed:
            yield RecipientCheck(None, self._excluded, self._region, self._known)
            return
        with self._suppressed.open() as lookup:
            yield RecipientCheck(lookup, self._excluded, self._region, self._known)

    def check(self, api: Reader, query: Any, body: Any) -> None:
        """The final check of a request. Raises Usage if it would reach an excluded number."""
        if not self.is_active:
            return
        with self.checking() as check:
            numbers = _values("mobile_numbers", query, body)
            self._refuse(
                "this would be sent to", (each for each in numbers if check(each).excluded_by)
            )
            for reference in _values("contact_lists", query, body):
                if not (reference.isdecimal() and int(reference) in self._checked_lists):
                    on_list = subscribed(api, reference)
                    self._refuse(f"contact list {reference} contains",
                                 (each for each in on_list if check(each).excluded_by))  # fmt: skip

    def _refuse(self, where: str, excluded_by: Iterable[str]) -> None:
        found = list(excluded_by)
        if found:
            more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
            raise Usage(
                f"{where} numbers that must not be contacted: "
                f"{', '.join(found[:MOST_NAMED])}{more}; nothing was sent",
                hint=EXCLUDED_HINT,
            )


def _digits(text: str) -> str:
    """The decimal digits in a text, of any script, as ASCII."""
    return "".join(str(int(each)) for each in text if each.isdecimal())


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
