"""Splits the text of an SMS into parts, as phones do.

140 octets are 160 septets of GSM-7 or 70 units of UCS-2 (3GPP TS 23.038, 4). The header of a
concatenated message takes 6 octets of each part (3GPP TS 23.040, 9.2.3.24.1), which leaves 153 and
67, and has one octet for the number of parts. Escape sequences and surrogate pairs are not split,
nor in UCS-2 grapheme clusters (Unicode UAX #29), which leaves Android's SmsMessage, gammu and
Twilio with more parts than the standard would need.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.sms import gsm7
from smsgw_cli.wording import listed

MOST_NAMED = 5
MOST_PARTS = 255


class Encoding(NamedTuple):
    """An encoding: `units` of a text, capacity of a message `alone`, and of each part when
    `joined`; `whole` gives the pieces of a text that phones do not split."""

    name: str
    units: Callable[[str], int]
    alone: int
    joined: int
    whole: Callable[[str], list[str]]


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
    return listed(list(map(str, items)), MOST_NAMED, "; ", count)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _clusters(text: str) -> list[str]:
    found: list[str] = import_module("regex").findall(r"\X", text)  # which keeps compiled patterns
    return found


GSM7 = Encoding("GSM-7", gsm7.septets, 160, 153, list)
UCS2 = Encoding("UCS-2", _utf16, 70, 67, _clusters)


def encoding_of(text: str) -> Encoding:
    """GSM-7 if it can encode the text, else UCS-2."""
    return GSM7 if gsm7.has(text) else UCS2


def split(text: str) -> list[str]:
    """The parts of a text, each filled before the next one starts; an empty text is one part."""
    return _split(text, encoding_of(text).whole)


def fewest(text: str) -> int:
    """The number of parts that the standard needs, where clusters may be split."""
    return len(_split(text, list))


def refuse_too_long(text: str) -> None:
    """Raise Usage for a text of more than MOST_PARTS parts."""
    if 2 * _utf16(text) <= MOST_PARTS * UCS2.joined:
        return  # two parts in a row have more units than one may have
    count = len(split(text))
    if count > MOST_PARTS:
        raise Usage(
            f"the message has {count:,} parts, and an SMS has at most {MOST_PARTS}",
            hint="shorten it, or send a link to it",
        )


def _split(text: str, whole: Callable[[str], list[str]]) -> list[str]:
    encoding = encoding_of(text)
    units = encoding.units(text)
    if units <= encoding.alone:
        return [text]
    pieces = whole(text)
    if len(pieces) < units:
        return _filled(encoding, pieces)
    return [text[start : start + encoding.joined] for start in range(0, units, encoding.joined)]


def _filled(encoding: Encoding, pieces: list[str]) -> list[str]:
    sizes = {piece: encoding.units(piece) for piece in set(pieces)}
    parts, start, filled = [], 0, 0
    for place, piece in enumerate(pieces):
        size = sizes[piece]
        if filled + size > encoding.joined:
            parts += ["".join(pieces[start:place])] if place else []
            if size > encoding.joined:  # a cluster that is longer than a part is split all the same
                *full, pieces[place] = _filled(encoding, list(piece))
                parts, size = parts + full, encoding.units(pieces[place])
            start, filled = place, 0
        filled += size
    return [*parts, "".join(pieces[start:])]


def non_gsm(text: str) -> list[NonGsmCharacter]:
    """The characters that force a text into UCS-2, in order of first occurrence."""
    return [
        NonGsmCharacter(character, text.index(character) + 1, text.count(character))
        for character in dict.fromkeys(text)
        if character not in gsm7.ALL
    ]
