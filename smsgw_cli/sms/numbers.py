"""Phone numbers in E.164, the only form used by the API and in our records."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    CountryCodeSource,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    number_type,
    parse,
)

from smsgw_cli.errors import Usage
from smsgw_cli.sms import numbering_plans as plans
from smsgw_cli.sms.number_kinds import Kind
from smsgw_cli.sms.number_text import DECIMAL, dialled, is_date, not_a_date, plain, spelling
from smsgw_cli.sms.numbering_plans import (
    E164,
    UNKNOWN,
    formatted,
    international,
    parsed,
    region_of,
    type_of,
    valid,
)

# What stands at the end may be a digit of the number, an extension or the last digit of another.
ENDING = re.compile(r"[/.-] *[0-9]{1,2}[ ./-]*$")
DOTTED = re.compile(r"\. *[0-9]{2}")  # as in 06.12.34.56.78
DECIMAL_END = re.compile(r"\. *0+")
SEPARATOR = re.compile(r" */ *| +- +|[ -]+(?=\(?0)")
NOT_GROUPED = re.compile(r"[0-9+]|^ +| +$")
YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
# FIXED_LINE_OR_MOBILE, which all numbers of North America are, may be a mobile.
KINDS = {
    PhoneNumberType.FIXED_LINE: Kind.LANDLINE,
    PhoneNumberType.PREMIUM_RATE: Kind.PREMIUM,
    PhoneNumberType.TOLL_FREE: Kind.TOLL_FREE,
    PhoneNumberType.SHARED_COST: Kind.SHARED_COST,
}


class Number(NamedTuple):
    """A phone number in E.164. `kind` is None for what can be a mobile.

    `is_local` is whether its country is the default one, `is_decimal` whether a spreadsheet's `.0`
    was dropped.
    """

    e164: str
    kind: Kind | None = None
    is_local: bool = False
    is_decimal: bool = False


def e164(text: str, region: str | None = None, *, any_number: bool = False) -> str:
    """The same as `number`, in E.164 alone."""
    return number(text, region, any_number=any_number).e164


def number(text: str, region: str | None = None, *, any_number: bool = False) -> Number:
    """The number that a text is, as +12025550123. `region` is the country of those without a +;
    without a region, 00 is a +.

    Raises Usage if something else stands in the text, and, unless `any_number`, if it is no valid
    number (ITU-T E.164 and the numbering plans of the library phonenumbers).
    """
    known_region(region)
    fast = international(text)
    if fast is not None and (kind := number_type(fast)) != UNKNOWN:
        return Number(text, KINDS.get(kind))
    shown, is_decimal = spelling(text)
    if not shown.isdigit():
        refuse_rest(text, shown, region)
    phone = parsed(shown, region)
    written, kind = formatted(phone), type_of(phone)
    if kind == UNKNOWN and not (any_number and E164.fullmatch(written)):
        raise _not_valid(text, shown, region)
    is_local = phone.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY
    if is_local:
        _refuse_lost_plus(text, shown, phone)
    return Number(written, KINDS.get(kind), is_local, is_decimal)


def _refuse_lost_plus(text: str, shown: str, phone: PhoneNumber) -> None:
    """Raise Usage if it may be an international number whose + a spreadsheet has dropped."""
    digits = dialled(shown)
    if digits.startswith(str(phone.country_code)) and valid(f"+{digits}", None):
        raise Usage(f"{text!r} may be +{digits} or {formatted(phone)}: write it with a leading +")


def _not_valid(text: str, shown: str, region: str | None) -> Usage:
    where = "" if region is None or "+" in shown else f" in {region}"
    has_zeros = region is not None and shown.lstrip(" (").startswith("00")
    hint = f"00 is not dialed in {region}: write + instead" if has_zeros else None
    return Usage(f"{text!r} is not a valid phone number{where}", hint=hint)


def kind_of(text: str) -> Kind | None:
    """The kind of a number in E.164; None for what can be a mobile, and for a short code."""
    return number(text, any_number=True).kind if E164.fullmatch(text) else None


def as_written(text: str, region: str | None = None) -> str | None:
    """Like `e164`, but without validation and without the extension; None if it cannot be parsed.

    For checking which number a text of unknown origin may reach."""
    shown = plain(text)
    decimal = DECIMAL.fullmatch(shown)
    shown = decimal[1] if decimal else shown
    if region is None and shown.startswith("00"):
        shown = f"+{shown[2:]}"
    with suppress(NumberParseException):
        return formatted(parse(shown, region))
    return None


def readings(text: str, regions: Iterable[str]) -> Iterator[str]:
    """What a text without a + may mean, in E.164: a number that has lost its +, or one of these
    countries."""
    with_plus = f"+{dialled(plain(text))}"
    if E164.fullmatch(with_plus):
        yield with_plus
    yield from filter(None, (as_written(text, region) for region in regions))


def regions_of(numbers: Iterable[object]) -> set[str]:
    """The countries of numbers in E.164, or of their first digits after the +."""
    codes = {_country_code(str(each).removeprefix("+")) for each in numbers}
    return {region for code in codes if (region := region_of(code))}


def _country_code(digits: str) -> int | None:
    codes = (int(digits[:length]) for length in (1, 2, 3) if digits[:length].isdecimal())
    return next((code for code in codes if code in COUNTRY_CODE_TO_REGION_CODE), None)


def known_region(region: str | None) -> None:
    """Raise Usage for an unknown country; None is valid (no default country)."""
    if region is not None and region not in SUPPORTED_REGIONS:
        raise Usage(f"unknown region {region!r}", hint="use a two-letter country code, such as US")


def refuse_rest(text: str, shown: str, region: str | None) -> None:
    """Raise Usage for a date, and for a complete number that something follows: another number, or
    one or two digits. `shown` is the spelling of `text`."""
    error = not_a_date(text) if is_date(shown) else _second_error(text, shown, region)
    error = error or _ending_error(text, shown, region)
    if error is not None and not _is_usual_format(shown, region):
        raise error


def _second_error(text: str, shown: str, region: str | None) -> Usage | None:
    for each in SEPARATOR.finditer(shown):
        first, second = shown[: each.start()], shown[each.end() :]
        phone = plans.valid(first, region)
        if phone and plans.valid(second, region or plans.region_of(phone.country_code)):
            return Usage(f"{text!r} has a second number: {second.strip()!r}")
    return None


def _ending_error(text: str, shown: str, region: str | None) -> Usage | None:
    while match := ENDING.search(shown):
        shown, end = shown[: match.start()].rstrip(), match[0].rstrip(" ./-")
        if DOTTED.fullmatch(end) and "." in shown:
            return None
        if DECIMAL_END.fullmatch(end) or plans.valid(shown, region):
            return Usage(f"{text!r} has something after the number: {end!r}")
    return None


def _is_usual_format(shown: str, region: str | None) -> bool:
    """Whether one sign alone groups the digits as their country does, as in 20.12.34 (New
    Caledonia) or +352-27-12-34-56 (RFC 3966); no year is such a group."""
    if len(set(NOT_GROUPED.sub("", shown))) != 1 or YEAR.search(shown):
        return False
    phone = plans.valid(shown, region)
    forms = (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL)
    usual = (plans.formatted(phone, each) for each in forms) if phone else ()
    return re.findall("[0-9]+", shown) in [re.findall("[0-9]+", each) for each in usual]
