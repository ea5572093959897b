"""The numbering plans of all countries: the library phonenumbers, for what is spelled already."""

import re
from contextlib import suppress
from functools import cache
from itertools import chain

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    enable_pattern_cache,
    format_number,
    number_type,
    parse,
    region_code_for_country_code,
)

from smsgw_cli.errors import Usage
from smsgw_cli.sms.number_text import dialled
from smsgw_cli.sms.same_phone import spellings

# Without it, each number compiles patterns again once a list has numbers of some forty countries.
enable_pattern_cache()

E164 = re.compile(r"\+([1-9][0-9]{6,14})")
UNKNOWN = PhoneNumberType.UNKNOWN


def international(text: str) -> PhoneNumber | None:
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


def parsed(shown: str, region: str | None) -> PhoneNumber:
    """The number of a spelling, valid or not; without a region, 00 is a +.

    Raises Usage if it has no country code, or cannot be a number.
    """
    text = dialled(shown)
    if region is None and text.startswith("00"):
        text = f"+{text[2:]}"
    if fast := international(text):
        return fast
    try:
        return parse(text, region, keep_raw_input=True)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE and region is None:
            raise Usage(
                f"{shown!r} has no country code",
                hint="write it with a leading +, or set the country: --set region=US, or "
                "'smsgw profiles update NAME region=US'",
            ) from error
        is_long = error.error_type == NumberParseException.TOO_LONG
        what = "is too long for a phone number" if is_long else "is not a phone number"
        raise Usage(f"{shown!r} {what}") from error


def formatted(phone: PhoneNumber, form: int = PhoneNumberFormat.E164) -> str:
    """A number as text, in E.164 or another `PhoneNumberFormat`."""
    return str(format_number(phone, form))


def type_of(phone: PhoneNumber) -> int:
    """The type of a number, or of another spelling of the same phone; UNKNOWN if not valid."""
    others = (parse(each) for each in spellings(formatted(phone))[1:])
    types = map(number_type, chain([phone], others))
    return next((each for each in types if each != UNKNOWN), UNKNOWN)


def valid(shown: str, region: str | None) -> PhoneNumber | None:
    """The number of a spelling; None if it is not valid."""
    with suppress(Usage):
        phone = parsed(shown, region)
        return None if type_of(phone) == UNKNOWN else phone
    return None


def region_of(code: int | None) -> str | None:
    """The main country of a country code; None if it has none, as +800."""
    region: str = region_code_for_country_code(code or 0)
    return region if region in SUPPORTED_REGIONS else None
