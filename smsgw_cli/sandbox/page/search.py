"""Reads what is searched for, such as `to:+1202 is:failed code`, as conditions of SQL.

Words and "phrases in quotes" must occur in the text; `to:` and `from:` in the numbers; `is:` names
a status, or `in` and `out`; `campaign:` and `sim:` are ids. Words of one kind add up.
"""

import re
from collections.abc import Callable
from typing import Any

from smsgw_cli.sandbox.statuses import MESSAGE_STATUS

LONGEST = 500
"""Characters that are read of a search; the rest is ignored."""

WORD = re.compile(r'(?:(to|from|is|campaign|sim):)?(?:"([^"]*)"?|(\S+))', re.IGNORECASE)
NOT_IN_NUMBERS = re.compile(r"[\s().-]")
DIRECTIONS = {"in": "outcome = 'Received'", "out": "outcome <> 'Received'"}

Found = tuple[str, object]
"""A condition with one `?`, and its value."""


def conditions(text: str) -> tuple[str, dict[str, Any]]:
    """A condition that uses `:now`, and the values of its other parameters; true if empty."""
    clauses, values = [], {}
    for index, word in enumerate(WORD.finditer(text[:LONGEST])):
        kind, phrase, plain = word.groups()
        clause, value = KINDS[(kind or "text").lower()](phrase if plain is None else plain)
        name = f"q{index}"
        clauses.append(clause.replace("?", f":{name}"))
        values[name] = value
    return " AND ".join(clauses) or "1", values


def _like(text: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"


def _number(column: str) -> Callable[[str], Found]:
    def find(text: str) -> Found:
        return f"{column} LIKE ? ESCAPE '\\'", _like(NOT_IN_NUMBERS.sub("", text))

    return find


def _text(text: str) -> Found:
    """In the text, or in either number."""
    return (
        "(content LIKE ? ESCAPE '\\' OR to_number LIKE ? ESCAPE '\\' "
        "OR from_number LIKE ? ESCAPE '\\')",
        _like(text),
    )


def _status(text: str) -> Found:
    word = text.lower()
    if word in DIRECTIONS:
        return f"({DIRECTIONS[word]} OR ? IS NULL)", word
    return f"{MESSAGE_STATUS} = ?", text.capitalize()


def _id(column: str) -> Callable[[str], Found]:
    """An id that is no number is found nowhere, as one that does not exist."""

    def find(text: str) -> Found:
        return f"{column} = ?", int(text) if text.isdecimal() and len(text) <= 18 else -1

    return find


KINDS: dict[str, Callable[[str], Found]] = {
    "text": _text,
    "to": _number("to_number"),
    "from": _number("from_number"),
    "is": _status,
    "campaign": _id("campaign_id"),
    "sim": _id("sim_id"),
}
