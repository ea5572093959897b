"""Short codes: 3 to 6 digits that the networks of one country know, such as 32665."""

import re

from phonenumbers import (
    SUPPORTED_SHORT_REGIONS,
    PhoneNumber,
    ShortNumberCost,
    country_code_for_region,
    expected_cost_for_region,
    is_emergency_number,
)

from smsgw_cli.errors import Usage
from smsgw_cli.sms.number_text import DECIMAL, plain

SHORT_CODE = re.compile(r"[1-9][0-9]{2,5}")
EMERGENCY = ("112", "911")  # on every mobile network (3GPP TS 22.101, 10.1.1)


def is_short_code(text: str) -> bool:
    """Whether a text has the form of a short code."""
    return SHORT_CODE.fullmatch(_code(text)) is not None


def short_code(text: str, region: str | None) -> str:
    """The short code that a text is. `region` is its country, any if it is None.

    Raises Usage for an emergency number.
    """
    code = _code(text)
    regions = sorted(SUPPORTED_SHORT_REGIONS) if region is None else (region,)
    found = next((each for each in regions if is_emergency_number(code, each)), None)
    if code in EMERGENCY:
        raise Usage(f"{text!r} is an emergency number")
    if found:
        raise Usage(
            f"{text!r} is an emergency number in {found}",
            hint=None if region else "for a short code of another country add --region",
        )
    return code


def is_premium(code: str, region: str | None) -> bool:
    """Whether a message to it costs more than others; False if that is not known."""
    if region is None:
        return False
    number = PhoneNumber(country_code_for_region(region), int(code))
    return bool(expected_cost_for_region(number, region) == ShortNumberCost.PREMIUM_RATE)


def _code(text: str) -> str:
    shown = plain(text)
    decimal = DECIMAL.fullmatch(shown)
    return decimal[1] if decimal else shown
