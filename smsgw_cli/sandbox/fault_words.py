"""Faults in words: KIND [METHOD] [PATH] [option=value …].

As in "503 POST /messages/send times=2 retry-after=1". PATH is relative to /api/v1; * stands for
anything but a slash, ** for anything.
"""

import math
import re
from collections.abc import Callable, Iterable
from functools import partial

BEFORE = ("html", "redirect", "drop-before")
AFTER = ("truncated", "malformed", "empty", "list", "drop-after")
KINDS = (*BEFORE, *AFTER, "latency")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

LATENCY = 1.0
"""Seconds that latency takes if nothing is said of them."""


def _whole(text: str, least: int, most: int | None = None) -> int:
    number = int(text)
    if number < least or (most is not None and number > most):
        raise ValueError(text)
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError(text)
    return number


def _share(text: str) -> float:
    number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= number <= 1:
        raise ValueError(text)
    return number


def _header(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError(text)
    return text


OPTIONS: dict[str, tuple[Callable[[str], object], str]] = {
    "times": (partial(_whole, least=1), "a whole number from 1"),
    "rate": (_share, "2% or 0.02"),
    "after": (partial(_whole, least=0), "a whole number"),
    "retry-after": (_header, "seconds, or other plain text"),
    "delay": (_seconds, "seconds"),
    "status": (partial(_whole, least=200, most=599), "200 to 599"),
}


def read(text: str) -> dict[str, object]:
    """What `text` says of a fault. Raises ValueError naming the word that it cannot mean."""
    kind, *words = text.split() or [""]
    values: dict[str, object] = {"kind": _kind(kind)}
    if kind == "latency":
        values["delay"] = LATENCY
    return {**values, **dict(map(_word, words))}


def _kind(word: str) -> str:
    if word in KINDS or re.fullmatch("[45][0-9][0-9]", word):
        return word
    raise ValueError(f"{word!r} is no kind of fault: use 400 to 599, {_listed(KINDS)}")


def _word(word: str) -> tuple[str, object]:
    if word in METHODS:
        return "method", word
    if word.startswith("/"):
        return "path", word
    name, equals, value = word.partition("=")
    if not equals or name not in OPTIONS:
        raise ValueError(
            f"{word!r} is no part of a fault: use a method ({_listed(METHODS)}), "
            f"a path that starts with /, or an option with = ({_listed(OPTIONS)})"
        )
    convert, wanted = OPTIONS[name]
    try:
        return name.replace("-", "_"), convert(value)
    except ValueError as error:
        raise ValueError(f"{word} is wrong: use {wanted}") from error


def _listed(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}"
