"""Phone numbers in E.164, the only form used by the API and in our records."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from itertools import chain
from typing import NamedTuple

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    CountryCodeSource,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    format_number,
    number_type,
    parse,
    region_code_for_country_code,
)

from smsgw_cli.errors import Usage
from smsgw_cli.sms.number_kinds import Kind
from smsgw_cli.sms.number_text import DECIMAL, Spelling, plain, spelling
from smsgw_cli.sms.same_phone import spellings

E164 = re.compile(r"\+([1-9][0-9]{6,14})")
# What stands at the end may be a digit of the number, an extension or the last digit of another.
ENDING = re.compile(r"(?P<number>.*\d.*?)(?P<end> *[/.-] *\d{1,2})[ ./-]*")
SEPARATOR = re.compile(r" */ *| +- +|[ -]+(?=\(?0)")
UNKNOWN = PhoneNumberType.UNKNOWN
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
    fast = _international(text)
    if fast is not None and (kind := number_type(fast)) != UNKNOWN:
        return Number(text, KINDS.get(kind))
    found = spelling(text)
    _refuse_more_than_one(text, found, region)
    phone = _parsed(text, found, region)
    written = _format(phone)
    kind = _type(phone, written)
    if kind == UNKNOWN and not (any_number and E164.fullmatch(written)):
        where = "" if region is None or "+" in found.text else f" in {region}"
        raise Usage(f"{text!r} is not a valid phone number{where}", hint=_hint(found, region))
    is_local = phone.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY
    return Number(written, KINDS.get(kind), is_local, found.is_decimal)


def kind_of(text: str) -> Kind | None:
    """The kind of a number in E.164; None for what can be a mobile, and for a short code."""
    return number(text, any_number=True).kind if E164.fullmatch(text) else None


def _international(text: str) -> PhoneNumber | None:
    """The result of `parse` for a number in E.164, five times as fast; None for any other.

    Lists are long, and most of their numbers are in E.164.
    """
    match = E164.fullmatch(text)
    if match is None:
        return None
    digits = match[1]
    for length in (1, 2, 3):
        code = int(digits[:length])
        if code in COUNTRY_CODE_TO_REGION_CODE:
            national = digits[length:]
            is_plain = not _national_prefix(code).match(national)
            return PhoneNumber(code, int(national)) if is_plain else None
    return None


@cache
def _national_prefix(code: int) -> re.Pattern[str]:
    """Prefixes of national numbers that `parse` treats specially: 0 and the trunk prefix."""
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    prefix = metadata.national_prefix_for_parsing if metadata else None
    return re.compile(f"0|{prefix or 0}")


def _parsed(text: str, found: Spelling, region: str | None) -> PhoneNumber:
    """The number of a spelling. Raises Usage if it is none, or has no country."""
    dialled = found.dialled
    if region is None:
        dialled = re.sub("^00", "+", dialled)
    try:
        return parse(dialled, region, keep_raw_input=True)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE and region is None:
            raise Usage(
                f"{text!r} has no country code",
                hint="write it with a leading +, or set the country: --set region=US, or "
                "'smsgw profiles update NAME region=US'",
            ) from error
        raise Usage(f"{text!r} is not a phone number") from error


def _format(phone: PhoneNumber) -> str:
    return str(format_number(phone, PhoneNumberFormat.E164))


def _type(phone: PhoneNumber, written: str) -> int:
    """The type of a number, or of the usual spelling of the same phone; UNKNOWN if not valid."""
    phones = chain([phone], map(parse, spellings(written)[1:]))
    return next((kind for kind in map(number_type, phones) if kind != UNKNOWN), UNKNOWN)


def _hint(found: Spelling, region: str | None) -> str | None:
    if region is not None and found.dialled.startswith("00"):
        return f"00 is not dialled in {region}: write + instead"
    return None


def _refuse_more_than_one(text: str, found: Spelling, region: str | None) -> None:
    """Raise Usage if a complete number is followed by another one, or by one or two digits."""
    shown = found.text
    for each in SEPARATOR.finditer(shown):
        first, second = shown[: each.start()], shown[each.end() :]
        if _is_valid(first, region) and _is_valid(second, region or _country_of(first)):
            raise Usage(f"{text!r} has a second number: {second.strip()!r}")
    while match := ENDING.fullmatch(shown):
        shown, end = match["number"], match["end"].strip()
        if end.startswith(".") and "." in shown:
            return
        if _is_valid(shown, region):
            raise Usage(f"{text!r} has something after the number: {end!r}")


def _is_valid(text: str, region: str | None) -> bool:
    phone = _parsed_or_none(text, region)
    return phone is not None and _type(phone, _format(phone)) != UNKNOWN


def _parsed_or_none(text: str, region: str | None) -> PhoneNumber | None:
    with suppress(Usage):
        return _parsed(text, Spelling(text), region)
    return None


def _country_of(text: str) -> str | None:
    phone = _parsed_or_none(text, None)
    return _region_of_code(phone.country_code or 0) if phone else None


def _region_of_code(code: int) -> str | None:
    region: str = region_code_for_country_code(code)
    return region if region in SUPPORTED_REGIONS else None


def as_written(text: str, region: str | None = None) -> str | None:
    """Like `e164`, but without validation and without the extension; None if it cannot be parsed.

    For checking which number a text of unknown origin may reach."""
    shown = plain(text)
    decimal = DECIMAL.fullmatch(shown)
    shown = decimal[1] if decimal else shown
    with suppress(NumberParseException):
        return _format(parse(re.sub("^00", "+", shown) if region is None else shown, region))
    return None


def readings(text: str, regions: Iterable[str]) -> Iterator[str]:
    """What a text without a country code may mean in these countries, in E.164."""
    yield from filter(None, (as_written(text, region) for region in regions))


def regions_of(numbers: Iterable[object]) -> set[str]:
    """The countries of numbers in E.164, or of their first digits after the +."""
    found = set()
    for text in numbers:
        digits = str(text).removeprefix("+")
        codes = (int(digits[:n]) for n in (1, 2, 3) if digits[:n].isdecimal())
        code = next((code for code in codes if code in COUNTRY_CODE_TO_REGION_CODE), 0)
        found.add(_region_of_code(code))
    return {region for region in found if region}


def known_region(region: str | None) -> None:
    """Raise Usage for an unknown country; None is valid (no default country)."""
    if region is not None and region not in SUPPORTED_REGIONS:
        raise Usage(f"unknown region {region!r}", hint="use a two-letter country code, such as US")
