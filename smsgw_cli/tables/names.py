"""Names of columns and fields: how they are compared, and the tags of new fields."""

import re
import unicodedata
from collections.abc import Container
from functools import cache
from importlib import import_module
from itertools import chain, count
from pathlib import Path

WORDS = Path(__file__).with_name("usual_words.tsv")
REASON = "smsgw_reason"  # the column that our files of rejected rows add
MAILING = "smsgw_mailing"  # the first column of our files of recipients that are left
_LETTERS = ("L", "M", "N")  # Unicode general categories: marks belong to their letters
_VARIATION_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_PLAIN = str.maketrans("ıłøđ", "ilod")  # letters that no mark makes
_ACCENT = re.compile("[\u0300-\u036f]")  # marks of Latin, Greek and Cyrillic letters
LONGEST_TAG = 64
TAG = re.compile(r"[A-Za-z0-9_-]{1,255}")  # Laravel's alpha_dash in ASCII, in a column of 255


def normalized(name: str) -> str:
    """A name for comparison: NFKC and casefold (Unicode 3.13, D145), letters and digits alone.

    A name without any is only stripped.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    folded = _VARIATION_SELECTOR.sub("", folded)
    kept = "".join(each for each in folded if unicodedata.category(each)[0] in _LETTERS)
    return kept or folded.strip()


@cache
def usual_words(meaning: str) -> frozenset[str]:
    """The words of every language for a meaning in usual_words.tsv, without accents."""
    texts = [words for of, _language, words in _usual_words() if of == meaning]
    return frozenset(map(without_accents, "|".join(texts).split("|")))


@cache
def _usual_words() -> list[list[str]]:
    text = WORDS.read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


def without_accents(name: str) -> str:
    """A name for the tables of usual names: normalized, `Téléphone` as `telephone`."""
    return _ACCENT.sub("", unicodedata.normalize("NFKD", normalized(name))).translate(_PLAIN)


def tag_of(name: str) -> str:
    """The tag of a new field: ASCII, lower case, words joined by `_`; `field` if nothing is left.

    Other scripts are transliterated: `Straße` is `strasse`, `город` is `gorod`.
    """
    text = name if name.isascii() else _transliterated(name)
    tag = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return tag[:LONGEST_TAG].rstrip("_") or "field"


def unique_tag(name: str, taken: Container[str]) -> str:
    """The tag of a new field, numbered if it is taken: `grosse_2`."""
    tag = tag_of(name)
    numbered = (f"{tag}_{number}" for number in count(2))
    return next(each for each in chain([tag], numbered) if each not in taken)


def _transliterated(name: str) -> str:
    transliterate = import_module("anyascii").anyascii  # for such names only
    return str(transliterate(unicodedata.normalize("NFKC", name)))
