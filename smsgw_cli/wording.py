"""Plurals, suggestions for misspelt words, and texts that are no formulas."""

from collections.abc import Iterable, Sequence
from importlib import import_module


def pluralize(count: int, one: str, more: str | None = None) -> str:
    """`1 row`, `2,000 rows`; `more` is the plural if it is irregular: `1 entry`, `2 entries`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def listed(items: Sequence[str], most: int, separator: str = ", ", count: int | None = None) -> str:
    """The first of these, and how many more there are (of `count`): `1, 2, 598 more`."""
    more = (count or len(items)) - most
    return separator.join([*items[:most], *([f"{more:,} more"] if more > 0 else [])])


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """The hint for an unknown word: the known one that was probably meant, or else `otherwise`."""
    close = nearest(word, known)
    return f"did you mean {close}?" if close else otherwise


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if any."""
    find = import_module("difflib").get_close_matches  # 3 ms, for errors only
    return next(iter(find(word, list(known), 1)), None)


_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")  # the last four are the full-width forms


def without_formula(text: str) -> str:
    """The text as one that no spreadsheet runs as a formula (OWASP, "CSV Injection")."""
    return f"'{text}" if text[:1] in _FORMULA else text
