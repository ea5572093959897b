"""Phone numbers in the one form that the API and our records know: E.164."""

from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
)

from smsgw_cli.errors import Usage


def e164(text: str, region: str | None = None) -> str:
    """A number as `+12025550123`. `region` is the country of numbers without a leading +.

    Raises Usage if it is not a number that a telephone can have (ITU-T E.164 and the
    numbering plans the library phonenumbers knows).
    """
    known_region(region)
    try:
        number = parse(text.strip(), region)
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
