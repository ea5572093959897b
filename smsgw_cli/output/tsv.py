r"""Tab-separated values: always one line per record, safe on a terminal.

Backslash, tab and line breaks are escaped as `\\`, `\t`, `\n` and `\r`, other characters that a
terminal would interpret as `\x1b` or `\u202e`; Python, C and `printf %b` can unescape them.
"""

from collections.abc import Iterable, Sequence
from typing import TextIO

from smsgw_cli.output.cells import Record, lookup, text, visible


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    _line(columns, file)
    rows_without_header(records, columns, file)


def rows_without_header(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    """The same without a header, for scripts."""
    for each in records:
        _line([text(lookup(each, column)) for column in columns], file)


def _line(cells: Iterable[str], file: TextIO) -> None:
    file.write("\t".join([visible(cell.replace("\\", r"\\")) for cell in cells]) + "\n")
