"""JSON: an array for lists, written record by record; an object for one thing."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from smsgw_cli.output.cells import Record

# Exact, and safe on a terminal too: what it might obey is written as \uXXXX. Lone halves of
# surrogate pairs could not be written as UTF-8 at all.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

_in_a_line = json.JSONEncoder(ensure_ascii=False).encode
_in_lines = json.JSONEncoder(ensure_ascii=False, indent=2).encode


def encoded(value: Any, indent: int | None = 2) -> str:
    """JSON in one line, or each value on its own, as json.dumps has it."""
    return _safe(_in_a_line(value) if indent is None else _in_lines(value))


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    opened = False
    for record in records:
        file.write(",\n  " if opened else "[\n  ")
        file.write(encoded(record).replace("\n", "\n  "))
        opened = True
    file.write("\n]\n" if opened else "[]\n")


def record(value: Any, columns: Sequence[str], file: TextIO) -> None:
    file.write(encoded(value) + "\n")
