"""Numbers are read as the library phonenumbers reads them, whichever way is the faster one."""

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sms.numbers import e164

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
EXAMPLES = [
    phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in range(11)
    if (number := phonenumbers.example_number_for_type(region, kind))
]
ANY = st.builds(
    "+{}{}".format, st.sampled_from(CODES), st.from_regex(r"[0-9]{3,12}", fullmatch=True)
)


@st.composite
def nearly_an_example(draw: st.DrawFn) -> str:
    """A real number with two digits changed: most are numbers still."""
    digits = list(draw(st.sampled_from(EXAMPLES)))
    for _ in range(2):
        digits[draw(st.integers(2, len(digits) - 1))] = draw(st.sampled_from("0123456789"))
    return "".join(digits)


def parsed(text: str) -> str | None:
    """The number as the library alone makes it."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@given(ANY | nearly_an_example() | st.sampled_from(EXAMPLES))
def test_a_number_in_e164_is_what_the_library_says_it_is(text: str) -> None:
    try:
        found: str | None = e164(text)
    except Usage:
        found = None
    assert found == parsed(text)
