"""CSV (RFC 4180, but lines end as Unix lines do): a header, exact values, nested ones as JSON.

Null is an empty cell and empty text is `""`, which the csv module cannot write before Python
3.12. A lone null would be an empty line, which readers skip; that one is `""` too.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO

from smsgw_cli.output.cells import Record, lookup, text, visible

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else
_QUOTED = re.compile('[",\r\n]')
_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")  # the last four are those of East Asian keyboards


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    """Exact, but on a terminal, which would obey what is in the text."""
    _write(records, columns, file, visible if file.isatty() else str)


def excel_rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    """For spreadsheets: UTF-8 is announced, and no text can run as a formula.

    Nor is a phone number's + taken for a sign. Numbers stay as they are.
    """
    file.write(BYTE_ORDER_MARK)
    _write(records, columns, file, _guarded)


def _write(
    records: Iterable[Record],
    columns: Sequence[str],
    file: TextIO,
    treated: Callable[[str], str],
) -> None:
    def cell(value: Any) -> str:
        if value is None:
            return ""
        shown = text(value)
        return _quoted(shown if isinstance(value, int | float) else treated(shown))

    file.write(",".join(map(cell, columns)) + "\n")
    for each in records:
        line = ",".join([cell(lookup(each, column)) for column in columns])
        file.write((line or '""') + "\n")


def _guarded(shown: str) -> str:
    return f"'{shown}" if _FORMULA.match(shown) else shown


def _quoted(shown: str) -> str:
    plain = shown and not _QUOTED.search(shown)
    return shown if plain else '"' + shown.replace('"', '""') + '"'
