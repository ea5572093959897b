"""Plain lines, printed one by one; columns are as wide as the values so far."""

from collections.abc import Iterable, Sequence
from typing import TextIO

from smsgw_cli.output.cells import Record, lookup
from smsgw_cli.output.values import readable

WIDEST = 24  # characters a column is padded to; longer values are not cut
GAP = "  "


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    """One line per record; the last column is not padded."""
    widths = [0] * len(columns)
    for record in records:
        cells = [readable(column, lookup(record, column)).plain for column in columns]
        widths = [
            max(width, min(len(cell), WIDEST)) for width, cell in zip(widths, cells, strict=True)
        ]
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        file.write(GAP.join(padded).rstrip() + "\n")
