"""Whatever is typed, what is dialled is a code of a keypad."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sms.ussd_codes import dialled

DIGITS = [chr(code) for code in range(0x20000) if unicodedata.decimal(chr(code), None) is not None]
SIGNS = ["*", "#", "＊", "＃", "\u200e", "\u2066"]


@given(st.lists(st.text() | st.text(st.sampled_from([*"0123456789*#", *SIGNS, *DIGITS]))))
def test_what_is_dialled_has_the_signs_of_a_keypad(texts: list[str]) -> None:
    try:
        codes = dialled(texts)
    except Usage:
        return
    assert len(codes) == len(texts)
    assert all(re.fullmatch("[*#][0-9*#]*#", code) for code in codes)
    assert dialled(codes) == codes


@given(st.lists(st.sampled_from(DIGITS), min_size=1))
def test_the_digits_of_every_script_are_those_of_a_keypad(digits: list[str]) -> None:
    code = "*" + "".join(digits) + "#"
    assert dialled([code]) == ["*" + "".join(str(unicodedata.decimal(one)) for one in digits) + "#"]
