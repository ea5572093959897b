"""Guesses the encoding of files that are not UTF-8, and says where the guess matters."""

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import NamedTuple

from smsgw_cli.tables.encoding import RAW, WESTERN, Difference, Guess

LATIN9 = "iso-8859-15"
TURKISH = "cp1254"  # only differs from cp1252 in letters of Icelandic, which the adviser overlooks
SAMPLE = 1 << 16  # bytes
# The adviser gives short texts nearly equal scores: a clearly better one than that of cp1252.
CLEARLY = 0.7
# Few letters in cp1252, and none in ISO 8859, but most of those of DOS and of old Macs.
_HIGH = re.compile(rb"[\x80-\x9f]")
_SIGNS = "".join(
    each
    for each in bytes(range(0x80, 0x100)).decode(WESTERN, "ignore")
    if not each.isalpha() and each not in "\xa0\xad·"
)
SIGN_IN_WORD = re.compile(rf"[^\W\d_][{re.escape(_SIGNS)}]+[^\W\d_]")
# Letters of the Latin alphabet beside those of another one, as a wrong reading has them.
_OTHER_LETTER = r"(?=[^\W\d_])[\u0370-\u1dff\u2c00-\uffff]"
MIXED_WORD = re.compile(rf"[A-Za-z]{_OTHER_LETTER}|{_OTHER_LETTER}[A-Za-z]|[A-Za-z][\u0e31-\u0e4e]")
FOREIGN_WORD = re.compile(r"(?<![^\W\d_])(?:(?![A-Za-z])[^\W\d_]){2,}(?![^\W\d_])")


class Census(NamedTuple):
    """Numbers of the lines that are UTF-8 and not ASCII, and of those that are not UTF-8, the
    first of either, and some of the latter."""

    utf8: int
    other: int
    first_utf8: int
    first_other: int
    sample: bytes

    @property
    def is_mixed(self) -> bool:
        return self.utf8 > 0


def census(lines: Iterable[bytes]) -> Census:
    """Counts the lines of a file that is not UTF-8."""
    counts, first, sample = {True: 0, False: 0}, {True: 0, False: 0}, bytearray()
    for number, line in enumerate(lines, start=1):
        if line.isascii():
            continue
        is_utf8 = _is_utf8(line)
        counts[is_utf8] += 1
        first[is_utf8] = first[is_utf8] or number
        if not is_utf8 and len(sample) < SAMPLE:
            sample += line[:SAMPLE]
    return Census(counts[True], counts[False], first[True], first[False], bytes(sample))


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def guess(sample: bytes) -> Guess:
    """The likely encoding of lines that are not UTF-8."""
    detected = _detected(sample)
    readings = {name: _decoded(sample, name) for name in (WESTERN, detected)}
    western = readings[WESTERN]
    reads_well = western is not None and reads_as_western(western)
    name = WESTERN if reads_well or western == readings[detected] else detected
    others = dict.fromkeys((WESTERN, LATIN9, TURKISH, detected))
    return Guess(name, tuple(each for each in others if each != name))


def _detected(sample: bytes) -> str:
    """The adviser's answer."""
    chardet = import_module("chardet")  # 110 ms, for files that are not UTF-8 only
    era = chardet.EncodingEra
    eras = era.MODERN_WEB | era.LEGACY_ISO
    if _HIGH.search(sample):
        eras |= era.DOS | era.LEGACY_MAC
    scores: dict[str, float] = {
        each["encoding"]: each["confidence"]
        for each in chardet.detect_all(
            sample, ignore_threshold=True, encoding_era=eras, compat_names=False
        )
        if _could_be(sample, each["encoding"])
    }
    best = max(scores, key=scores.__getitem__, default=WESTERN)
    return WESTERN if scores.get(WESTERN, 0) >= CLEARLY * scores.get(best, 0) else best


def _could_be(sample: bytes, name: str | None) -> bool:
    text = _decoded(sample, name) if name else None
    return text is not None and not MIXED_WORD.search(text)


def _decoded(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def reads_as_western(text: str) -> bool:
    """Whether a text could be of a language that cp1252 is for.

    No word of two letters or more is without an ASCII letter, as `Àííà` is, and no sign is inside
    a word.
    """
    return not (FOREIGN_WORD.search(text) or SIGN_IN_WORD.search(text))


def differences(cells: Iterable[tuple[int, str, str]], guess: Guess) -> Iterator[Difference]:
    """The cells that make it a guess; each has its row, its column and its text read as RAW."""
    names: Sequence[str] = (guess.name, *guess.others)
    for row, column, cell in cells:
        if cell.isascii():
            continue
        raw = cell.encode(RAW)
        readings = {name: raw.decode(name, "replace") for name in names}
        first = readings[guess.name]
        if len(set(readings.values())) > 1 or not reads_as_western(first):
            yield Difference(row, column, readings)
