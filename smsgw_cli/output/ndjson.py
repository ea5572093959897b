"""JSON, one record per line."""

from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from smsgw_cli.output.cells import Record
from smsgw_cli.output.json import encoded


def rows(records: Iterable[Record], columns: Sequence[str], file: TextIO) -> None:
    for each in records:
        record(each, columns, file)


def record(value: Any, columns: Sequence[str], file: TextIO) -> None:
    file.write(encoded(value, indent=None) + "\n")
