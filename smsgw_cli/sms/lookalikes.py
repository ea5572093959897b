"""Replaces typographic characters that force UCS-2 with similar ones of GSM-7.

Only what word processors, phones and input methods insert on their own; text never reads
differently: accents are kept, and nothing is transliterated.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping

from smsgw_cli.sms import gsm7
from smsgw_cli.sms.parts import NonGsmCharacter, first_few, non_gsm

_ALIKE = {
    "'": "‘’‚‛′‹›`´ʹʼ",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−﹣－",
    "...": "…",
    " ": "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000",
    "": "\u00ad\u200b\u2060\ufeff",  # invisible
    "\n": "\u0085\u2028\u2029",
    "/": "⁄∕",
    "~": "˜∼",
    "^": "ˆ",
}
# What is replaced only where the text then is GSM-7: in any other it costs nothing, and may matter.
_FOREIGN = {
    "-": "•‣⁃∙◦▪▫●○■□\uf0a7\uf0b7",  # bullets; the last two are those of Word
    "!!": "‼",
    "??": "⁇",
    "?!": "⁈",
    "!?": "⁉",
    ".": "。｡",
    ",": "、､",
    # joiners, directions, and the variants of emoji
    "": "\u061c\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\ufe0e\ufe0f",
}
# Vertical, small, and full-width forms, as input methods of East Asia insert them.
_FORMS = "".join(map(chr, (*range(0xFE10, 0xFE1A), *range(0xFE50, 0xFE6C), *range(0xFF01, 0xFFE7))))
_WITH_MARKS = re.compile(r".[\u0300-\u036f]*", re.DOTALL)


def _inverted(table: Mapping[str, str]) -> dict[str, str]:
    return {character: by for by, characters in table.items() for character in characters}


def _plain_forms() -> dict[str, str]:
    """The punctuation and signs of GSM-7 by their forms; full-width letters and digits stay."""
    plain = {form: unicodedata.normalize("NFKC", form) for form in _FORMS}
    return {form: by for form, by in plain.items() if by in gsm7.ALL and not by.isalnum()}


_BY = _inverted(_ALIKE)
_BY_FOR_GSM7 = _plain_forms() | _inverted(_FOREIGN)


class Lookalikes:
    """Replaces look-alikes in texts. `replaced` counts pairs of old and new; `left` has the
    characters that still force UCS-2."""

    def __init__(self) -> None:
        self.replaced: Counter[tuple[str, str]] = Counter()
        self.left: dict[str, NonGsmCharacter] = {}

    def replace(self, text: str) -> str:
        """The text with look-alikes replaced and combining accents composed."""
        if gsm7.has(text):
            return text
        replaced, counts = _replaced(text, _BY)
        plain, more = _replaced(replaced, _BY_FOR_GSM7)
        if gsm7.has(plain):
            replaced, counts = plain, counts + more
        self.replaced += counts
        for each in non_gsm(replaced):
            self.left.setdefault(each.character, each)
        return replaced

    def notes(self) -> Iterator[str]:
        """Notes on what was replaced, and on what still forces UCS-2."""
        if self.replaced:
            yield "replaced " + ", ".join(
                f"{_named(given)} with {_quoted(by)}{f' {count} times' if count > 1 else ''}"
                for (given, by), count in self.replaced.items()
            )
        if self.left:
            yield "still UCS-2 because of " + first_few(list(self.left.values()))


def _replaced(text: str, by: Mapping[str, str]) -> tuple[str, Counter[tuple[str, str]]]:
    """The text with what the table has, and how often each pair was replaced."""
    counts: Counter[tuple[str, str]] = Counter()

    def replacement(found: re.Match[str]) -> str:
        given = found[0]
        plain = by.get(given, unicodedata.normalize("NFC", given))
        if gsm7.has(given) or not gsm7.has(plain):
            return given
        counts[given, plain] += 1
        return plain

    return _WITH_MARKS.sub(replacement, text), counts


def _named(given: str) -> str:
    codes = " ".join(f"U+{ord(character):04X}" for character in given)
    return f"{given} ({codes})" if given.isprintable() else codes


def _quoted(by: str) -> str:
    return {"": "nothing", " ": "a space", "\n": "a line break"}.get(by, by)
