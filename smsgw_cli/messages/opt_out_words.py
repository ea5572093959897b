"""Classifies replies: opt-outs, opt-ins, and those that only look like an opt-out."""

import re
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from smsgw_cli.sms.number_text import plain
from smsgw_cli.tables.names import without_accents

_OPT_IN = ("start", "unstop")  # AWS End User Messaging, Required opt-out keywords
ALWAYS = "STOP"  # the one word that 0.1.0 knew
FEW = 5  # words of a reply of which one is a stop word
EMOJI = re.compile("[0-9™ℹⓂ㊗㊙]\ufe0f|\u20e3")  # those that NFKC makes letters or digits
# Points and vowel signs that most people leave out, and the Arabic letter that only stretches.
_MARKS = re.compile("[\u0591-\u05c7\u0640\u064b-\u065f\u0670]")
_NO_ASCII_LETTER = re.compile("[^a-z0-9]+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_WITHOUT_BLANKS = "\u0e00"  # from here on scripts write no blanks between words: Thai, CJK


class Meaning(Enum):
    """What a reply says: its whole text opts out or in, or looks like an opt-out."""

    STOP = auto()
    START = auto()
    SIMILAR = auto()


class Word(NamedTuple):
    """The meaning of a reply. `is_new` is whether 0.1.0 would have overlooked it."""

    meaning: Meaning
    is_new: bool = True


class StopWords:
    """The words of the setting `stop_words`: more than the usual ones, or, after `=`, in place."""

    def __init__(self, given: Sequence[str] | None) -> None:
        words = list(given or ())
        replaces = bool(words) and words[0].startswith("=")
        if replaces:
            words[0] = words[0].removeprefix("=")
        self._old = _all_folded([*words, *(() if replaces else (ALWAYS,))])
        self._new = frozenset() if replaces else _table().words - self._old
        self._words = self._old | _table().words  # one that is replaced still looks like one
        self._phrases = {*_table().phrases, *filter(_has_no_blanks, self._words)}

    def meaning(self, text: str) -> Word | None:
        """The meaning of a reply; None for an ordinary one."""
        found = folded(text)
        if found in self._old:
            return Word(Meaning.STOP, is_new=False)
        if found in self._new:
            return Word(Meaning.STOP)
        if found in _OPT_IN:
            return Word(Meaning.START)
        return Word(Meaning.SIMILAR) if self._is_similar(text, found) else None

    def _is_similar(self, text: str, found: str) -> bool:
        words = _WORD.findall(text)
        likely = words if len(words) <= FEW else words[:1]
        if not self._words.isdisjoint(map(folded, likely)):
            return True
        return any(phrase in found for phrase in self._phrases)


def folded(text: str) -> str:
    """A reply as it is compared: its letters and digits alone, without case and accents.

    Of a text that has none, what is visible.
    """
    if text.isascii():  # the same, ten times as fast
        return _NO_ASCII_LETTER.sub("", text.lower()) or text.strip().lower()
    return _MARKS.sub("", without_accents(plain(EMOJI.sub("", text))))


class _Table(NamedTuple):
    words: frozenset[str]
    phrases: frozenset[str]


@cache
def _table() -> _Table:
    text = (files("smsgw_cli.messages") / "opt_out_words.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    words, phrases = (
        _all_folded(each for line in lines for each in line[column].split("|")) for column in (1, 2)
    )
    return _Table(words, phrases)


def _all_folded(texts: Iterable[str]) -> frozenset[str]:
    """The texts as they are compared; an empty one would be every empty reply."""
    return frozenset(map(folded, texts)) - {""}


def _has_no_blanks(word: str) -> bool:
    return word[0] >= _WITHOUT_BLANKS
