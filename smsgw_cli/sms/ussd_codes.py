"""USSD codes as a keypad dials them (3GPP TS 22.030, 6.5.2): `*123#`, `#31#`, `*100*2*50#`."""

import re
import unicodedata
from collections.abc import Sequence

from smsgw_cli.errors import Usage

_CODE = re.compile(r"[*#][0-9*#]*#")
_DIGIT = re.compile("[0-9]")
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("＊﹡٭∗⁎", "*"),
        **dict.fromkeys("＃﹟", "#"),
        **dict.fromkeys("\u200e\u200f\u061c\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e"),
    }
)


def dialled(texts: Sequence[str]) -> list[str]:
    """The codes as they are dialled, with the digits and signs of a keypad.

    Those of other scripts, full-width or Arabic, and marks of direction are replaced. Raises
    Usage with every text that is no code.
    """
    codes = [_with_keypad_signs(text) for text in texts]
    problems = {
        repr(text): [_problem(code)]
        for text, code in zip(texts, codes, strict=True)
        if not (_CODE.fullmatch(code) and _DIGIT.search(code))
    }
    if problems:
        what = "a USSD code" if len(problems) == 1 else "USSD codes"
        raise Usage(f"not {what}", errors=problems, hint="smsgw ussd-pulls send '*123#' '*124#'")
    return codes


def _with_keypad_signs(text: str) -> str:
    return "".join(str(unicodedata.decimal(each, each)) for each in text.translate(_SIGNS))


def _problem(code: str) -> str:
    if not code:
        return "it is empty"
    if re.search(r"[\s,;]", code):
        return "give each code as a separate argument"
    if re.fullmatch("[*#][0-9*#]*[0-9*]", code):
        return "it does not end with #"
    return "write * or #, then digits, * and #, and # at the end"
