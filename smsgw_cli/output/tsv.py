r"""Tab-separated values: one line a record, as `\t`, `\n`, `\r` and `\\` are spelled out."""

from collections.abc import Iterable, Sequence
from typing import TextIO

from smsgw_cli.output.cells import Record, lookup, text

_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    file.write("\t".join(columns) + "\n")
    bare_rows(records, columns, file)


def bare_rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    """The same without a header, for scripts."""
    for each in records:
        cells = (text(lookup(each, column)).translate(_ESCAPES) for column in columns)
        file.write("\t".join(cells) + "\n")


def record(value: Record, columns: Sequence[str], file: TextIO) -> None:
    rows([value], columns, file)
