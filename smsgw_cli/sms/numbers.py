"""Phone numbers in the one form that the API and our records know: E.164."""

import re
from functools import cache

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
)

from smsgw_cli.errors import Usage

E164 = re.compile(r"\+([1-9][0-9]{6,14})")


def e164(text: str, region: str | None = None) -> str:
    """A number as `+12025550123`. `region` is the country of numbers without a leading +.

    Raises Usage if it is not a number that a telephone can have (ITU-T E.164 and the
    numbering plans the library phonenumbers knows).
    """
    known_region(region)
    try:
        number = _international(text) or parse(text.strip(), region)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE and region is None:
            raise Usage(
                f"{text!r} has no country code",
                hint="write it with a leading +, or say which country is meant: --region US where "
                "there is that option, or 'smsgw profiles update NAME --region US'",
            ) from error
        raise Usage(f"{text!r} is not a phone number") from error
    if number.extension or not is_valid_number(number):
        where = f" in {region}" if region and not text.strip().startswith("+") else ""
        raise Usage(f"{text!r} is not a valid phone number{where}")
    return str(format_number(number, PhoneNumberFormat.E164))


def _international(text: str) -> PhoneNumber | None:
    """What `parse` makes of a number in E.164, in a fifth of the time; None for any other.

    Lists are long, and most numbers in them are written so.
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
    """What `parse` may take off a national number of this country code, or keep a note of: 0."""
    region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    prefix = metadata.national_prefix_for_parsing if metadata else None
    return re.compile(f"0|{prefix or 0}")


def as_written(text: str, region: str | None = None) -> str | None:
    """The same, whether or not a telephone can have the number, its extension left out; None if
    it cannot be read. For telling what somebody else's text might reach."""
    try:
        return str(format_number(parse(text.strip(), region), PhoneNumberFormat.E164))
    except NumberParseException:
        return None


def known_region(region: str | None) -> None:
    """Raise Usage if there is no such country; None is none in particular."""
    if region is not None and region not in SUPPORTED_REGIONS:
        raise Usage(f"there is no region {region!r}", hint="a country's two letters, such as US")
