"""Characters that look like those of GSM-7 and would make a message UCS-2, put in their place.

What word processors and phones put in by themselves, and nothing that reads differently: no
accents are dropped, no alphabets written in another one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from smsgw_cli.sms import gsm7
from smsgw_cli.sms.parts import NonGsmCharacter, few, foreign

_ALIKE = {
    "'": "‘’‚‛′‹›`´ʹʼ",
    '"': "“”„‟″«»",
    "-": "‐‑‒–—―−﹣－",
    "...": "…",
    " ": "\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000",
    "": "\u00ad\u200b\u2060\ufeff",  # not seen at all
    "\n": "\u0085\u2028\u2029",
    "/": "⁄∕",
    "~": "˜∼",
    "^": "ˆ",
}
_BY = {character: by for by, characters in _ALIKE.items() for character in characters}
_WITH_MARKS = re.compile(r".[\u0300-\u036f]*", re.DOTALL)


class Lookalikes:
    """Replaces look-alikes in texts, and counts what it `replaced` by what, and what is `left`."""

    def __init__(self) -> None:
        self.replaced: Counter[tuple[str, str]] = Counter()
        self.left: dict[str, NonGsmCharacter] = {}

    def replace(self, text: str) -> str:
        """The text with look-alikes replaced: also letters whose accents stand apart from them."""
        if gsm7.has(text):
            return text
        replaced = _WITH_MARKS.sub(self._replacement, text)
        for each in foreign(replaced):
            self.left.setdefault(each.character, each)
        return replaced

    def _replacement(self, found: re.Match[str]) -> str:
        given = found[0]
        by = _BY.get(given, unicodedata.normalize("NFC", given))
        if gsm7.has(given) or not gsm7.has(by):
            return given
        self.replaced[given, by] += 1
        return by

    def told(self) -> Iterator[str]:
        """What was replaced by what, and what makes texts UCS-2 all the same."""
        if self.replaced:
            yield "replaced " + ", ".join(
                f"{_named(given)} by {_quoted(by)}{f' {count} times' if count > 1 else ''}"
                for (given, by), count in self.replaced.items()
            )
        if self.left:
            yield "still UCS-2, because of " + few(list(self.left.values()))


def _named(given: str) -> str:
    codes = " ".join(f"U+{ord(character):04X}" for character in given)
    return f"{given} ({codes})" if given.isprintable() else codes


def _quoted(by: str) -> str:
    return {"": "nothing", " ": "a space", "\n": "a line end"}.get(by, by)
