"""The notation of phone numbers: which characters are ignored, and which texts are not numbers."""

import re
import unicodedata
from typing import NamedTuple

from smsgw_cli.errors import Usage

# Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt): what is never displayed.
_IGNORABLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_SAME_AS = {
    "\t": " ", "\u2800": " ", "\u2212": "-", "\u30fc": "-", "\uff0b": "+", "\ufe62": "+",
    "\uff08": "(", "\uff09": ")", "\uff0f": "/", "\uff0e": ".",
}  # fmt: skip

TEL = re.compile(r"^tel:", re.I)
NO_DIGIT = re.compile(r"[^0-9]+")
NUMBER = re.compile(r"[ (]*\+?[ ()./-]*\d[\d ()./-]*", re.ASCII)
HEAD = re.compile(r"[ (]*\+?[ (]*\d(?:[\d ()./-]*\d)?", re.ASCII)
SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+", re.ASCII)
DECIMAL = re.compile(r"(\+?\d+)\.0+", re.ASCII)
DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<s>[-./]) ?(?P<a>\d\d?)(?P=s) ?(?P<b>\d\d?)(?:[ T]+[\d:.]+Z?)?"
    r"|(?P<c>\d\d?)(?P<t>[-./]) ?(?P<d>\d\d?)(?P=t) ?(?:(?:19|20)\d\d|\d\d)(?:[ T]+[\d:.]+Z?)?",
    re.ASCII,
)
EXTENSION = re.compile(r"[ ,;-]*(?:e?xt(?:n|ension)?|x|#|dw|durchwahl|poste)[ .:=]*\d+", re.I)
GUARDS = re.compile(r"'(?=[+(\d])|=\"(?P<text>[^\"]*)\"")
LEAST_DIGITS = 6  # of what may be a number


class Spelling(NamedTuple):
    """A number with ASCII digits, `+ ( ) - . /` and blanks alone.

    `is_decimal` is whether a spreadsheet's `.0` was dropped.
    """

    text: str
    is_decimal: bool = False


class _Plain(dict[int, str]):
    """Each character without what does not matter: for `str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = _plain(code)
        return self[code]


def _plain(code: int) -> str:
    character = chr(code)
    if any(first <= code <= last for first, last in _IGNORABLE):
        return ""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    return _SAME_AS.get(character) or {"Zs": " ", "Pd": "-"}.get(category, character)


_PLAIN = _Plain()


def plain(text: str) -> str:
    """A text without invisible characters, with ASCII digits, signs and blanks."""
    return text.translate(_PLAIN).strip()


def dialled(shown: str) -> str:
    """The digits of a spelling, after a + if there is one."""
    digits = NO_DIGIT.sub("", shown)
    return f"+{digits}" if "+" in shown else digits


def spelling(text: str) -> Spelling:
    """The number in a text, optionally after `tel:` (RFC 3966), in which nothing else stands.

    Raises Usage for what is left over, and for numbers that a spreadsheet has spoilt.
    """
    if text.isascii() and text.isdigit():
        return Spelling(text)
    found = TEL.sub("", _unguarded(plain(text))).strip()
    decimal = DECIMAL.fullmatch(found)
    if decimal:
        return Spelling(decimal[1], is_decimal=True)
    if SCIENTIFIC.fullmatch(found):
        raise Usage(f"{text!r} is in scientific notation, so digits may be lost: format the column "
                    "as text")  # fmt: skip
    if not NUMBER.fullmatch(found):
        raise not_a_date(text) if is_date(found) else _leftover(text, found)
    if "(" in found or ")" in found:
        _refuse_brackets(text, found)
    return Spelling(found)


def _unguarded(text: str) -> str:
    """A text without what keeps a spreadsheet from calculating: `'+49…` and `="0171…"`."""
    guard = GUARDS.match(text)
    if guard is None:
        return text
    if guard["text"] is None:
        return text[1:]
    return guard["text"].strip() if guard.end() == len(text) else text


def is_date(text: str) -> bool:
    """Whether a text is a year, month and day, or a day, month and year, in either order."""
    match = DATE.fullmatch(text)
    if match is None:
        return False
    low, high = sorted(int(each) for each in (match["a"] or match["c"], match["b"] or match["d"]))
    return 1 <= low <= 12 and high <= 31


def not_a_date(text: str) -> Usage:
    """The error for a date."""
    return Usage(f"{text!r} is a date, not a phone number")


def _leftover(text: str, found: str) -> Usage:
    """The error that names what is no part of a number."""
    head = HEAD.match(found)
    if head is None:
        rest = re.split(r"[+\d(]", found, maxsplit=1)[0].strip()
        if not rest or _digits(found) < LEAST_DIGITS:
            return Usage(f"{text!r} is not a phone number")
        return Usage(f"{text!r} has something before the number: {rest!r}")
    rest = found[head.end() :].strip()
    if EXTENSION.fullmatch(rest):
        return Usage(f"{text!r} is not a valid phone number: it has an extension, {rest!r}")
    if min(_digits(head[0]), _digits(rest)) >= LEAST_DIGITS:
        return Usage(f"{text!r} has a second number: {rest!r}")
    return Usage(f"{text!r} has something after the number: {rest!r}")


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _refuse_brackets(text: str, found: str) -> None:
    """Raise Usage for brackets that do not match, and for a group in brackets at the end."""
    if re.sub(r"\([^()]*\)", "", found).strip("+ ./-0123456789"):
        raise Usage(f"{text!r} has an unmatched bracket")
    last = re.search(r"\d[^()]*(\([^()]*\))[ ./-]*$", found)
    if last:
        raise Usage(f"{text!r} has something after the number: {last[1]!r}")
