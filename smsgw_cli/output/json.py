"""JSON: an array for a list, written record by record; an object for a single record."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from smsgw_cli.output.cells import Record, compact

if TYPE_CHECKING:
    from decimal import Decimal

# Exact, and safe on a terminal too: characters that it would interpret are written as \uXXXX.
# Lone surrogates cannot be encoded as UTF-8.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

_indented = json.JSONEncoder(ensure_ascii=False, indent=2).encode


def encoded(value: Any, indent: int | None = 2) -> str:
    """JSON on one line for `indent` None, otherwise indented as by json.dumps."""
    return _safe(compact(value) if indent is None else _indented(value))


def as_number(value: "Decimal") -> int | float:
    """A decimal as a number of JSON."""
    return int(value) if value == value.to_integral_value() else float(value)


def _safe(text: str) -> str:
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    has_records = False
    for record in records:
        file.write(",\n  " if has_records else "[\n  ")
        file.write(encoded(record).replace("\n", "\n  "))
        has_records = True
    file.write("\n]\n" if has_records else "[]\n")


def record(value: Any, columns: Sequence[str], file: TextIO) -> None:
    file.write(encoded(value) + "\n")
