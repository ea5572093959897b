"""CSV (RFC 4180, but with Unix line ends): a header, exact values, nested values as JSON.

Null is an empty cell and empty text is `""`, which the csv module cannot write before Python
3.12. A null alone on its line is written as `""` too, because readers skip empty lines.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

from smsgw_cli.output.cells import Record, lookup, text, visible
from smsgw_cli.wording import without_formula

BYTE_ORDER_MARK = "\ufeff"  # without it Excel does not recognize UTF-8
_QUOTED = re.compile('[",\r\n]')


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    """Exact values; on a terminal, control characters are escaped."""
    _write(records, columns, file, visible if file.isatty() else str)


def excel_rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    """For spreadsheets: with a byte order mark, and no text can be run as a formula.

    The + of a phone number is not read as a sign either. Numbers are unchanged. A text that begins
    with an apostrophe gets another one, so that it is known which one to take off.
    """
    file.write(BYTE_ORDER_MARK)
    _write(records, columns, file, _guarded)


def _write(
    records: Iterable[Record],
    columns: Sequence[str],
    file: TextIO,
    escape: Callable[[str], str],
) -> None:
    def cell(value: Any) -> str:
        if value is None:
            return ""
        shown = text(value)
        return _quoted(shown if isinstance(value, int | float) else escape(shown))

    file.write(",".join(map(cell, columns)) + "\n")
    for each in records:
        line = ",".join([cell(lookup(each, column)) for column in columns])
        file.write((line or '""') + "\n")


def _guarded(shown: str) -> str:
    return f"'{shown}" if shown.startswith("'") else without_formula(shown)


def _quoted(shown: str) -> str:
    plain = shown and not _QUOTED.search(shown)
    return shown if plain else '"' + shown.replace('"', '""') + '"'
