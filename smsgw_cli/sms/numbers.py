"""Phone numbers in E.164, the only form used by the API and in our records."""

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

    Raises Usage if it is not a valid number (ITU-T E.164 and the numbering plans of the library
    phonenumbers).
    """
    known_region(region)
    try:
        number = _international(text) or parse(text.strip(), region)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE and region is None:
            raise Usage(
                f"{text!r} has no country code",
                hint="write it with a leading +, or set the country: --set region=US, or "
                "'smsgw profiles update NAME region=US'",
            ) from error
        raise Usage(f"{text!r} is not a phone number") from error
    if number.extension or not is_valid_number(number):
        where = f" in {region}" if region and not text.strip().startswith("+") else ""
        raise Usage(f"{text!r} is not a valid phone number{where}")
    return str(format_number(number, PhoneNumberFormat.E164))


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


def as_written(text: str, region: str | None = None) -> str | None:
    """Like `e164`, but without validation and without the extension; None if it cannot be parsed.

    For checking which number a text of unknown origin may reach."""
    try:
        return str(format_number(parse(text.strip(), region), PhoneNumberFormat.E164))
    except NumberParseException:
        return None


def known_region(region: str | None) -> None:
    """Raise Usage for an unknown country; None is valid (no default country)."""
    if region is not None and region not in SUPPORTED_REGIONS:
        raise Usage(f"unknown region {region!r}", hint="use a two-letter country code, such as US")
