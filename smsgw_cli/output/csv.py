"""CSV (RFC 4180, but lines end as Unix lines do): a header, exact values, nested ones as JSON."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from smsgw_cli.output.cells import Record, lookup, text


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    for each in records:
        writer.writerow([text(lookup(each, column)) for column in columns])


def record(value: Record, columns: Sequence[str], file: TextIO) -> None:
    rows([value], columns, file)
