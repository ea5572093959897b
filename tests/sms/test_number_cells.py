"""A cell is a number only if nothing else stands in it, and then exactly its digits are reached."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sms.numbers import e164, number

E164, NATIONAL, RFC3966 = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.NATIONAL,
    phonenumbers.PhoneNumberFormat.RFC3966,
)
INTERNATIONAL = phonenumbers.PhoneNumberFormat.INTERNATIONAL
KINDS = range(11)
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)

ONE = {
    "+43 664 1234567": None,
    "(+43) 664 / 12 345 67": None,
    "00436641234567": None,
    "0043 (0)664 1234567": None,
    "tel:+43-664-1234567": None,
    "TEL: +436641234567": None,
    "'+436641234567": None,
    '="+436641234567"': None,
    "＋４３６６４１２３４５６７": None,
    "\u202a+43\xa0664\u2009123\u200b45\u206067\u202c": None,
    "+43 664 1234567\ufe0f": None,
    "+43–664‑1234567": None,
    "0664 1234567": "AT",
    "0664/1234567": "AT",
    "6641234567": "AT",
    "6641234567.0": "AT",
    "+436641234567.00": None,
    "٠٦٦٤١٢٣٤٥٦٧": "AT",
    "+43 664 1234567.": None,
}


@pytest.mark.parametrize("text", ONE)
def test_one_number_is_read_in_every_usual_spelling(text: str) -> None:
    assert e164(text, ONE[text]) == "+436641234567"


NOT_ONE = {
    "+43 664 1234567 neu": "has something after the number: 'neu'",
    "070 123 45 67 (Axel)": "has something after the number: '(Axel)'",
    "+49 171 1234567/8": "has something after the number: '/8'",
    "+49 171 1234567 / 8": "has something after the number: '/ 8'",
    "+49 171 1234567-0": "has something after the number: '-0'",
    "+49 171 1234567 - 12": "has something after the number: '- 12'",
    "+49 171 1234567/8/9": "has something after the number",
    "+49 171 1234567.8": "has something after the number: '.8'",
    "+49 171 1234567 (2)": "has something after the number: '(2)'",
    "+49-171-1234567-0": "has something after the number: '-0'",
    "+43 664 123-45-67": "has something after the number: '-67'",
    "+49 171 1234567 (": "unmatched bracket",
    "+49 171 1234567; +49 172 1234567": "has a second number",
    "0171 1234567/0172 7654321": "has a second number: '0172 7654321'",
    "030 12345 / 030 54321": "has a second number: '030 54321'",
    "030 12345 030 54321": "has a second number: '030 54321'",
    "0171 1234567\n0172 7654321": "has a second number",
    "+49 171 1234567+49 172 1234567": "has a second number",
    "Tel. 0171 1234567": "has something before the number: 'Tel.'",
    "p:+491711234567": "has something before the number: 'p:'",
    "1-800-FLOWERS": "has something after the number: '-FLOWERS'",
    "+1 202 555 0123 x12": "extension",
    "+1 202 555 0123 ext. 12": "extension",
    "tel:+1-202-555-0123;ext=12": "extension",
    "+12025550123#5": "extension",
    "6.28E+11": "scientific notation",
    "6,28E+11": "scientific notation",
    "6.28123456789E+11": "scientific notation",
    "628123456789E0": "scientific notation",
    "2031-01-31": "is a date",
    "31.01.2031": "is a date",
    "1/2/2031": "is a date",
    "12/31/2031": "is a date",
    "31.1.31": "is a date",
    "2031-01-31 00:00:00": "is a date",
    "2031-01-31T09:30:00Z": "is a date",
    "+49 171 1234567²": "has something after the number: '²'",
    "+49,171,1234567": "has something after the number: ',171,1234567'",
    "+++49 171 1234567": "is not a phone number",
    "+": "is not a phone number",
    "": "is not a phone number",
    "n/a": "is not a phone number",
    "+49 171 12345\x00": "has something after the number",
}


@pytest.mark.parametrize("region", [None, "DE", "US", "AT"])
@pytest.mark.parametrize("text", NOT_ONE)
def test_what_is_more_or_other_than_one_number_is_refused_by_name(
    text: str, region: str | None
) -> None:
    with pytest.raises(Usage) as refused:
        e164(text, region)
    # Without a country, a number without one may be refused for that.
    assert NOT_ONE[text] in refused.value.message or (region != "DE" and text.startswith("0"))


def examples() -> list[tuple[str, phonenumbers.PhoneNumber]]:
    found = [
        (region, phonenumbers.example_number_for_type(region, kind))
        for region in REGIONS
        for kind in KINDS
    ]
    return [(region, each) for region, each in found if each and phonenumbers.is_valid_number(each)]


def test_all_countries_numbers_are_read_in_all_their_formats() -> None:
    for region, phone in examples():
        wanted = phonenumbers.format_number(phone, E164)
        for form in (E164, INTERNATIONAL, RFC3966):
            assert e164(phonenumbers.format_number(phone, form)) == wanted
            assert e164(phonenumbers.format_number(phone, form), region) == wanted
        assert e164(phonenumbers.format_number(phone, NATIONAL), region) == wanted
        abroad = phonenumbers.format_out_of_country_calling_number(phone, "DE")
        assert e164(abroad, "DE") == wanted


def test_a_number_that_may_have_lost_its_plus_is_refused() -> None:
    for text in ("491711234567", "49 171 1234567", "491711234567.0"):
        with pytest.raises(Usage, match=r"may be \+491711234567 or \+49491711234567"):
            e164(text, "DE")
    assert e164("12025550123", "US") == "+12025550123"
    assert e164("0491 711234567", "DE") == "+49491711234567"


def test_00_is_what_the_country_dials() -> None:
    assert e164("00436641234567", "DE") == e164("011436641234567", "US") == "+436641234567"
    with pytest.raises(Usage) as refused:
        e164("00436641234567", "US")
    assert refused.value.hint == "00 is not dialed in US: write + instead"


@pytest.mark.parametrize("text", ["+5215512345678", "+551181234567", "+22997123456"])
def test_a_spelling_of_a_valid_number_is_kept_as_it_is(text: str) -> None:
    assert e164(text) == text


def test_any_number_is_one_that_is_not_known_yet() -> None:
    assert e164("+49 199 1234567", any_number=True) == "+491991234567"
    assert e164("0199 1234567", "DE", any_number=True) == "+491991234567"
    for text in ("+49 199 1234567", "+4915 neu", "1234", "+123"):
        with pytest.raises(Usage):
            e164(text, any_number=text != "+49 199 1234567")


# What a country's own numbers begin with when they are dialled there (ITU-T, National numbering
# plans), and its code: all that the check below knows.
TRUNKS = {"DE": ("49", "0"), "AT": ("43", "0"), "FR": ("33", "0"), "US": ("1", "1"),
          "GB": ("44", "0"), "RU": ("7", "8"), "HU": ("36", "06"), "IT": ("39", "")}  # fmt: skip
JUNK = ["", " neu", "/8", "-0", " (2)", "x7", "E+11", ".0", ".5", ", 2", "\u200b",
        " / 0171 7654321", "²", "a", "#1", "\n1", "+1"]  # fmt: skip
DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"]


@st.composite
def cells(draw: st.DrawFn) -> tuple[str, str]:
    """A region, and a cell with some number of it, or with other digits."""
    region = draw(st.sampled_from(sorted(TRUNKS)))
    phone = phonenumbers.example_number_for_type(region, draw(st.sampled_from([0, 1])))
    assert phone
    form = draw(st.sampled_from([E164, INTERNATIONAL, NATIONAL]))
    usual = phonenumbers.format_number(phone, form)
    text = draw(st.sampled_from([usual, draw(st.from_regex(r"[+0]?[0-9]{1,16}", fullmatch=True))]))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        put = draw(st.sampled_from([*" -/.()0123456789", "\u200b", "\xa0", "x", "+"]))
        text = text[:at] + put + text[at:]
    text = text.translate(str.maketrans(DIGITS[0], draw(st.sampled_from(DIGITS))))
    return region, draw(st.sampled_from(["", "tel:", "00", " "])) + text + draw(
        st.sampled_from(JUNK)
    )


def may_be(region: str, cell: str) -> set[str]:
    """What the digits of a cell may mean there."""
    whole = re.sub(r"(?<=\d)\.[0٠０०]+$", "", cell.replace("\u200b", ""))
    digits = "".join(str(int(each)) for each in whole if each.isdecimal())
    code, trunk = TRUNKS[region]
    dialled = re.sub("^(00|810|011)", "", digits)
    found = {f"+{digits}", f"+{dialled}", f"+{code}{digits}"}
    found |= {f"+{code}{digits.removeprefix(trunk)}"}
    for each in TRUNKS.values():  # +49 (0)171
        found |= {
            f"+{each[0]}{number[len(each[0]) :].removeprefix(each[1])}"
            for number in (digits, dialled)
            if number.startswith(each[0])
        }
    codes = (dialled[:length] for length in (1, 2, 3))  # another country's, and its 0
    return found | {f"+{each}{dialled.removeprefix(each).removeprefix('0')}" for each in codes}


@given(cells())
def test_exactly_the_digits_of_a_cell_are_reached_or_it_is_refused(given_: tuple[str, str]) -> None:
    region, cell = given_
    try:
        found = number(cell, region)
    except Usage:
        return
    assert found.e164 in may_be(region, cell)
    rest = re.sub(r"(?i)^\s*tel:|[\d\s()./+\u200b-]", "", cell)
    assert not rest
