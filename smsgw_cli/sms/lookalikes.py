"""Replaces typographic characters that force UCS-2 with similar ones of GSM-7.

Only what word processors and phones insert on their own; text never reads differently: accents
are kept, and nothing is transliterated.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

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
_BY = {character: by for by, characters in _ALIKE.items() for character in characters}
_WITH_MARKS = re.compile(r".[\u0300-\u036f]*", re.DOTALL)


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
        replaced = _WITH_MARKS.sub(self._replacement, text)
        for each in non_gsm(replaced):
            self.left.setdefault(each.character, each)
        return replaced

    def _replacement(self, found: re.Match[str]) -> str:
        given = found[0]
        by = _BY.get(given, unicodedata.normalize("NFC", given))
        if gsm7.has(given) or not gsm7.has(by):
            return given
        self.replaced[given, by] += 1
        return by

    def notes(self) -> Iterator[str]:
        """Notes on what was replaced, and on what still forces UCS-2."""
        if self.replaced:
            yield "replaced " + ", ".join(
                f"{_named(given)} with {_quoted(by)}{f' {count} times' if count > 1 else ''}"
                for (given, by), count in self.replaced.items()
            )
        if self.left:
            yield "still UCS-2 because of " + first_few(list(self.left.values()))


def _named(given: str) -> str:
    codes = " ".join(f"U+{ord(character):04X}" for character in given)
    return f"{given} ({codes})" if given.isprintable() else codes


def _quoted(by: str) -> str:
    return {"": "nothing", " ": "a space", "\n": "a line break"}.get(by, by)
