"""Values of records as the text of one cell."""

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

Record = Mapping[str, Any]

# Zero-width joiners: Persian text and composed emoji need them.
JOINERS = frozenset("\u200c\u200d")
_PLAIN = re.compile(r"[ -~]*")
compact = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make one for each call


def lookup(record: Record, column: str) -> Any:
    """The value of a column (nested: `options.delay`), or None."""
    if column in record:
        return record[column]
    value: Any = record
    for part in column.split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def text(value: Any) -> str:
    """The exact text of a value: null is empty, nested values are JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return compact(value)


def visible(shown: str) -> str:
    """The text with every character escaped that a terminal would interpret.

    These are control characters, line breaks and characters that change the text direction.
    """
    if _PLAIN.fullmatch(shown):
        return shown
    return "".join(map(_visible_character, shown))


def _visible_character(character: str) -> str:
    category = unicodedata.category(character)
    unsafe = category in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in JOINERS
    return character.encode("unicode_escape").decode() if unsafe else character
