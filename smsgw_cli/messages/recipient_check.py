"""Checks recipients one by one against the lists of who must not be contacted."""

import re
from collections.abc import Collection
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.messages.respected_lists import UnsubscribedNumbers
from smsgw_cli.messages.suppression_lists import Lookups
from smsgw_cli.sms.number_kinds import ANY_NUMBER, Kind, KindRules
from smsgw_cli.sms.number_map import NumberMap, as_int
from smsgw_cli.sms.number_text import plain
from smsgw_cli.sms.numbers import Number, as_written, number, readings, regions_of
from smsgw_cli.sms.same_phone import phone_of, usual
from smsgw_cli.sms.short_codes import is_short_code

SUPPRESSED, EXCLUDED, LANDLINE = "suppressed", "excluded", "landlines"
UNSUBSCRIBED = "unsubscribed"
EXTENSION = re.compile(r"(?<=\d)[\W_]*[^\W\d_;#]|[;#]")


class CheckResult(NamedTuple):
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


Listed = Lookups | ExcludedNumbers | UnsubscribedNumbers


class RecipientCheck(NamedTuple):
    """Checks recipients one by one; `known` are numbers known to be valid E.164."""

    lookup: Lookups | None
    excluded: ExcludedNumbers
    region: str | None
    known: NumberMap
    rules: KindRules
    unsubscribed: UnsubscribedNumbers | None = None

    def __call__(self, text: str, *, is_parsed: bool = False) -> CheckResult:
        """Check a recipient; `is_parsed` is whether it is from the arguments, not from a server."""
        found = self._number(text, is_parsed=is_parsed)
        return CheckResult(found, self._reason(text, found))

    def _reason(self, text: str, found: Number | None) -> str | None:
        written = found.e164 if found else as_written(text, self.region)
        if _may_be_one(self.excluded, text, written):
            return EXCLUDED
        if self.lookup is not None and self._is_suppressed(self.lookup, text, written):
            return SUPPRESSED
        if self.unsubscribed is not None and _may_be_one(self.unsubscribed, text, written):
            return UNSUBSCRIBED
        is_landline = found is not None and found.kind is Kind.LANDLINE
        return LANDLINE if is_landline and self.rules.skips_landlines else None

    def _number(self, text: str, *, is_parsed: bool) -> Number | None:
        key, any_number = as_int(text), is_parsed or ANY_NUMBER in self.rules.allowed
        if (any_number and is_short_code(text)) or self.known.get(usual(key)) == key != 0:
            return Number(text)
        try:
            return number(text, self.region, any_number=any_number)
        except Usage:
            return None

    def _is_suppressed(self, lookup: Lookups, text: str, written: str | None) -> bool:
        """Whether a listed number may be meant. Without a +, any suffix match counts, as the server
        may assume another country than `region`."""
        if _may_be_one(lookup, text, written):
            return True
        if written and "+" in plain(text):
            return False
        without_extension = EXTENSION.split(text, maxsplit=1)[0]
        return any(map(lookup.has_suffix_match, {_digits(text), _digits(without_extension)}))


def _may_be_one(listed: Listed, text: str, written: str | None) -> bool:
    """Whether a text means a listed number. Without a country code it is read as each of the listed
    numbers' countries would, too."""
    if listed.has(written or text):  # short codes are written as they are
        return True
    if written and "+" in plain(text):
        return False
    return any(map(listed.has, readings(text, listed.regions)))


def _digits(text: str) -> str:
    """The decimal digits in a text, of any script, as ASCII."""
    return "".join(str(int(each)) for each in text if each.isdecimal())
