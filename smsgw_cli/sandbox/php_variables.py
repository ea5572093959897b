"""Forms and query strings as PHP reads them into variables: `parse_str` and its names with [].

Documented at php.net/manual: "Variables From External Sources" (names, repeated names, []), and
"Runtime Configuration" (max_input_vars, max_input_nesting_level). Compared with PHP in the tests.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from smsgw_cli.sandbox.lenient import is_relaxed

MAX_VARIABLES = 1000  # max_input_vars; what comes after it is dropped
MAX_NESTING = 64  # max_input_nesting_level; a variable with more brackets is dropped
MAX_INTEGER = 2**63 - 1
INTEGER_KEY = re.compile("0|-?[1-9][0-9]{0,18}")
EMPTY_BRACKETS = ("", *" \t\n\v\f\r")
NOT_IN_NAMES = str.maketrans(" .[", "___")

Key = str | int | None


class Variables(NamedTuple):
    """Values by name; what PHP lost in reading them, in words, or an empty text."""

    values: dict[str, Any]
    lost: str = ""


class UploadedFile:
    """A file among the input: neither text nor list, so that every rule refuses it."""


class _Array(dict[str | int, Any]):
    """PHP's array: text and integer keys in the order in which they were added."""

    def append(self, value: Any) -> None:
        free = max((key for key in self if isinstance(key, int)), default=-1) + 1
        if free <= MAX_INTEGER:
            self[free] = value


def parse_query(raw: bytes) -> Variables:
    """The variables of a query string, or of a body that is encoded in the same way."""
    return gather(_pairs(raw)) if raw else Variables({})


def gather(pairs: Iterable[tuple[str, Any]]) -> Variables:
    """Variables from names and values; of values with the same name the last one is kept."""
    array = _Array()
    lost = ""
    for number, (name, value) in enumerate(pairs):
        if number == MAX_VARIABLES:
            lost = f"PHP reads {MAX_VARIABLES} variables and drops the rest (max_input_vars)"
            break
        path = key_path(name)
        if path and len(path) <= MAX_NESTING + 1:
            lost = _store(array, path, value) or lost
    return Variables({str(key): _plain(value) for key, value in array.items()}, lost)


def key_path(name: str) -> list[Key]:
    """The name of a variable and the keys in its brackets, None for []; [] for a useless name.

    Of too many brackets the first ones are enough: PHP drops the variable.
    """
    name = name.partition("\0")[0].lstrip(" ")
    first, bracket, rest = name.partition("[")
    if not first:
        return []
    path: list[Key] = [first.translate(NOT_IN_NAMES)]
    while bracket and len(path) <= MAX_NESTING + 1:
        inner, closed, rest = rest.partition("]")
        if not closed:
            if len(path) == 1:  # the bracket is a part of the name
                return [f"{path[0]}_{inner.translate(NOT_IN_NAMES)}"]
            break
        path.append(None if inner in EMPTY_BRACKETS else inner)
        bracket, rest = rest[:1] if rest.startswith("[") else "", rest[1:]
    return [_key(part) for part in path]


def _key(part: Key) -> Key:
    """Texts that are integers as PHP writes them are integers as keys of an array."""
    if isinstance(part, str) and INTEGER_KEY.fullmatch(part) and abs(int(part)) <= MAX_INTEGER:
        return int(part)
    return part


def _store(array: _Array, path: list[Key], value: Any) -> str:
    """Store a value; returns what is lost by that, in words."""
    *outer, last = path
    for key in outer:
        inner = None if key is None else array.get(key)
        if not isinstance(inner, _Array):
            inner = _Array()
            _put(array, key, inner)
        array = inner
    if last is None or last not in array:
        _put(array, last, value)
        return ""
    if len(path) == 1 and is_relaxed("lists"):
        _gather(array, last, value)
        return ""
    array[last] = value
    return f"PHP keeps the last of several {last}=; for a list, name each of them {last}[]"


def _put(array: _Array, key: Key, value: Any) -> None:
    if key is None:
        array.append(value)
    else:
        array[key] = value


def _gather(array: _Array, key: str | int, value: Any) -> None:
    if not isinstance(array[key], _Array):
        array[key] = _Array({0: array[key]})
    array[key].append(value)


def _plain(value: Any) -> Any:
    """A list for an array with the keys 0, 1, 2 … in this order, otherwise a dictionary."""
    if not isinstance(value, _Array):
        return value
    if list(value) == list(range(len(value))):
        return [_plain(inner) for inner in value.values()]
    return {str(key): _plain(inner) for key, inner in value.items()}


def _pairs(raw: bytes) -> Iterator[tuple[str, str]]:
    for part in raw.decode("utf-8", "replace").split("&"):
        if part:
            name, _, value = part.partition("=")
            yield unquote_plus(name), unquote_plus(value)
