"""Parser of fault descriptions: KIND [METHOD] [PATH] [option=value …].

Example: "503 POST /messages/send times=2 retry-after=1". PATH is relative to /api/v1; * matches
anything but a slash, ** matches anything.
"""

import math
import re
from collections.abc import Callable, Iterable
from functools import partial

BEFORE_HANDLING = (
    "html",  # nginx's page with status=, by default 502
    "maintenance",  # Laravel's 503 as JSON
    "redirect",  # to /login
    "drop-before",  # a reset, no answer
)
"""In place of handling the request, as an error status: nothing has changed on the server."""

AFTER_HANDLING = (
    "drop-after",  # a reset, no answer
    "varnish",  # Varnish's 503
    "truncated",  # half of the body, then the end of the connection
    "malformed",  # no JSON
    "empty",  # no body
    "list",  # a list around the JSON
    "twice",  # the answer once more, unasked, on a connection that stays open
    "drip",  # the body byte by byte, delay= apart
    "endless",  # the body, then blanks without end, delay= apart
    # Of lists alone:
    "empty-page",  # no rows, though meta counts them
    "cached",  # an hour old, and the same from then on until the fault is removed
    "ties",  # rows of one second in an order that differs by page
    "row-inserted",  # a copy of the first row comes before it once the page is answered
    "row-deleted",  # the first row is deleted once the page is answered
)
"""The request is handled: the server has what it asked for, whatever the answer says."""

KINDS = (*BEFORE_HANDLING, *AFTER_HANDLING, "latency")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

DELAYS = {"latency": 1.0, "drip": 0.1, "endless": 0.1}
"""Default delays of the kinds that are slow, in seconds."""


def _integer(text: str, minimum: int, maximum: int | None = None) -> int:
    number = int(text)
    if number < minimum or (maximum is not None and number > maximum):
        raise ValueError(text)
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError(text)
    return number


def _probability(text: str) -> float:
    number = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= number <= 1:
        raise ValueError(text)
    return number


def _header(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError(text)
    return text


OPTIONS: dict[str, tuple[Callable[[str], object], str]] = {
    "times": (partial(_integer, minimum=1), "a whole number from 1"),
    "rate": (_probability, "2% or 0.02"),
    "after": (partial(_integer, minimum=0), "a whole number"),
    "retry-after": (_header, "seconds, or other plain text"),
    "delay": (_seconds, "seconds"),
    "status": (partial(_integer, minimum=200, maximum=599), "200 to 599"),
}


def parse_words(text: str) -> dict[str, object]:
    """Arguments of `Fault` as given in `text`. Raises ValueError that names the invalid word."""
    kind, *words = text.split() or [""]
    values: dict[str, object] = {"kind": _kind(kind)}
    if kind in DELAYS:
        values["delay"] = DELAYS[kind]
    return {**values, **dict(map(_word, words))}


def _kind(word: str) -> str:
    if word in KINDS or re.fullmatch("[45][0-9][0-9]", word):
        return word
    raise ValueError(f"unknown kind of fault {word!r}: use 400 to 599, {_join(KINDS)}")


def _word(word: str) -> tuple[str, object]:
    if word in METHODS:
        return "method", word
    if word.startswith("/"):
        return "path", word
    name, equals, value = word.partition("=")
    if not equals or name not in OPTIONS:
        raise ValueError(
            f"cannot read {word!r} in a fault: use a method ({_join(METHODS)}), "
            f"a path that starts with /, or an option with = ({_join(OPTIONS)})"
        )
    convert, expected = OPTIONS[name]
    try:
        return name.replace("-", "_"), convert(value)
    except ValueError as error:
        raise ValueError(f"invalid value in {word}: use {expected}") from error


def _join(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}"
