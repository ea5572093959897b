"""Splits the text of an SMS into parts, as the network does.

140 octets are 160 septets of GSM-7 or 70 units of UCS-2 (3GPP TS 23.038, 4). The header of a
concatenated message takes 6 octets of each part (3GPP TS 23.040, 9.2.3.24.1), which leaves 153 and
67. Escape sequences and surrogate pairs are not split, so a part can be one unit shorter.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smsgw_cli.sms import gsm7

MOST_NAMED = 5


@dataclass(frozen=True)
class Encoding:
    """An encoding: `units` per character, capacity of a message `alone`, and of each part when
    `joined`."""

    name: str
    units: Callable[[str], int]
    alone: int
    joined: int


@dataclass(frozen=True)
class NonGsmCharacter:
    """A character that is not in GSM-7, its count in a text and its first position (from 1)."""

    character: str
    position: int
    count: int

    @property
    def code_point(self) -> str:
        return f"U+{ord(self.character):04X}"

    @property
    def name(self) -> str:
        return unicodedata.name(self.character, "unnamed character")

    def as_record(self) -> dict[str, str | int]:
        """The character as a JSON object."""
        return {
            "character": self.character,
            "code_point": self.code_point,
            "name": self.name,
            "position": self.position,
            "count": self.count,
        }

    def __str__(self) -> str:
        shown = f"{self.character} " if self.character.isprintable() else ""
        times = f", {self.count} times" if self.count > 1 else ""
        return f"{shown}({self.code_point} {self.name}) at position {self.position}{times}"


def first_few(items: Sequence[object], count: int | None = None) -> str:
    """The first MOST_NAMED items as text, and the number of the rest (of `count`, if given)."""
    more = (count or len(items)) - MOST_NAMED
    return "; ".join(map(str, items[:MOST_NAMED])) + (f"; {more:,} more" if more > 0 else "")


def _utf16(character: str) -> int:
    return 2 if character > "\uffff" else 1


GSM7 = Encoding("GSM-7", gsm7.septets, 160, 153)
UCS2 = Encoding("UCS-2", _utf16, 70, 67)


def encoding_of(text: str) -> Encoding:
    """GSM-7 if it can encode the text, else UCS-2."""
    return GSM7 if gsm7.has(text) else UCS2


def split(text: str) -> list[str]:
    """The parts of a text, each filled before the next one starts; an empty text is one part."""
    encoding = encoding_of(text)
    sizes = [encoding.units(character) for character in text]
    if sum(sizes) <= encoding.alone:
        return [text]
    parts, start, filled = [], 0, 0
    for place, size in enumerate(sizes):
        if filled + size > encoding.joined:
            parts.append(text[start:place])
            start, filled = place, 0
        filled += size
    return [*parts, text[start:]]


def non_gsm(text: str) -> list[NonGsmCharacter]:
    """The characters that force a text into UCS-2, in order of first occurrence."""
    return [
        NonGsmCharacter(character, text.index(character) + 1, text.count(character))
        for character in dict.fromkeys(text)
        if character not in gsm7.ALL
    ]
