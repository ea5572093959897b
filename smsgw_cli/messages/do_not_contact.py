"""The guard: no request of any command reaches a suppressed or excluded number."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smsgw_cli.api.reader import Reader
from smsgw_cli.errors import Usage
from smsgw_cli.messages.send_paths import is_send
from smsgw_cli.messages.suppression_list import Lookup, SuppressionList
from smsgw_cli.model import MOBILE_NUMBER, Record, is_subscribed
from smsgw_cli.sms.number_kinds import ANY_NUMBER, Kind, KindRules
from smsgw_cli.sms.number_map import NumberMap, as_int
from smsgw_cli.sms.number_text import plain
from smsgw_cli.sms.numbers import Number, as_written, number, readings, regions_of
from smsgw_cli.sms.same_phone import phone_of, usual
from smsgw_cli.sms.short_codes import is_short_code

if TYPE_CHECKING:
    from smsgw_cli.api.request import Outgoing

SUPPRESSED, EXCLUDED, LANDLINE = "suppressed", "excluded", "landlines"
MOST_NAMED = 5
EXTENSION = re.compile(r"(?<=\d)[\W_]*[^\W\d_;#]|[;#]")
EXCLUDED_HINT = "see 'smsgw suppress list'; --allow suppressed overrides it"


@dataclass(frozen=True)
class CheckResult:
    """A recipient: the number (None if invalid), and the reason if it is excluded."""

    number: Number | None
    excluded_by: str | None


class ExcludedNumbers:
    """The numbers of --exclude, by phone, and their countries."""

    def __init__(self, numbers: Collection[str]) -> None:
        self._phones = NumberMap()
        for each in numbers:
            self._phones.add(phone_of(each))
        self.regions = regions_of(numbers)

    def __bool__(self) -> bool:
        return bool(self._phones)

    def has(self, number: str) -> bool:
        """Whether a number in E.164 is one of them, in any spelling of its phone."""
        return self._phones.get(phone_of(number)) is not None


class RecipientCheck:
    """Checks recipients one by one; `known` are numbers known to be valid E.164."""

    def __init__(
        self,
        lookup: Lookup | None,
        excluded: ExcludedNumbers,
        region: str | None,
        known: NumberMap,
        rules: KindRules,
    ) -> None:
        self._lookup = lookup
        self._known = known
        self._excluded = excluded
        self._region = region
        self._rules = rules

    def __call__(self, text: str, *, is_parsed: bool = False) -> CheckResult:
        """Check a recipient; `is_parsed` is whether it is from the arguments, not from a server."""
        found = self._number(text, is_parsed=is_parsed)
        return CheckResult(found, self._reason(text, found))

    def _reason(self, text: str, found: Number | None) -> str | None:
        written = found.e164 if found else as_written(text, self._region)
        if _may_be_one(self._excluded, text, written):
            return EXCLUDED
        if self._lookup is not None and self._is_suppressed(self._lookup, text, written):
            return SUPPRESSED
        is_landline = found is not None and found.kind is Kind.LANDLINE
        return LANDLINE if is_landline and self._rules.skips_landlines else None

    def _number(self, text: str, *, is_parsed: bool) -> Number | None:
        key, any_number = as_int(text), is_parsed or ANY_NUMBER in self._rules.allowed
        if (any_number and is_short_code(text)) or self._known.get(usual(key)) == key != 0:
            return Number(text)
        try:
            return number(text, self._region, any_number=any_number)
        except Usage:
            return None

    def _is_suppressed(self, lookup: Lookup, text: str, written: str | None) -> bool:
        """Whether a listed number may be meant. Without a +, any suffix match counts, as the server
        may assume another country than `region`."""
        if _may_be_one(lookup, text, written):
            return True
        if written and "+" in plain(text):
            return False
        without_extension = EXTENSION.split(text, maxsplit=1)[0]
        return any(map(lookup.has_suffix_match, {_digits(text), _digits(without_extension)}))


def _may_be_one(listed: "Lookup | ExcludedNumbers", text: str, written: str | None) -> bool:
    """Whether a text means a listed number. Without a country code it is read as each of the listed
    numbers' countries would, too."""
    if listed.has(written or text):  # short codes are written as they are
        return True
    if written and "+" in plain(text):
        return False
    return any(map(listed.has, readings(text, listed.regions)))


class SendGuard:
    """Keeps sends from numbers on the do-not-contact list, and from the `excluded` ones (E.164).

    `region` is the country of numbers without a leading +, `rules` say which kinds are skipped.
    """

    def __init__(
        self,
        suppressed: SuppressionList,
        region: str | None,
        excluded: Collection[str] = (),
        *,
        allows_suppressed: bool = False,
        rules: KindRules | None = None,
    ) -> None:
        self._suppressed = suppressed
        self._region = region
        self._allows_suppressed = allows_suppressed
        self._checked_lists: set[int] = set()
        self._known = NumberMap()
        self._excluded = ExcludedNumbers(excluded)
        self._rules = rules or KindRules()

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
        """Whether any number is suppressed, excluded or of a kind that is skipped or refused."""
        is_picky = bool(self._excluded) or not self._rules.keeps_landlines
        return is_picky or (not self._allows_suppressed and bool(self._suppressed))

    @contextmanager
    def checking(self) -> Iterator[RecipientCheck]:
        """A check against the current do-not-contact list."""
        if self._allows_suppressed:
            yield self._check(None)
            return
        with self._suppressed.open() as lookup:
            yield self._check(lookup)

    def _check(self, lookup: Lookup | None) -> RecipientCheck:
        return RecipientCheck(lookup, self._excluded, self._region, self._known, self._rules)

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
