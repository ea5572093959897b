"""Prints records without a command line, into text."""

import io
from collections.abc import Sequence
from contextlib import redirect_stdout
from typing import Any

from smsgw_cli.output.printer import Printer


def printed(
    records: list[dict[str, Any]], format: str, columns: Sequence[str] = (), **options: Any
) -> str:
    """A list, as it goes into a file; the columns are those of the first record."""
    with redirect_stdout(io.StringIO()) as file:
        Printer(format, **options).rows(records, columns or list(records[0]))
    return file.getvalue()


def printed_one(record: dict[str, Any], format: str, **options: Any) -> str:
    with redirect_stdout(io.StringIO()) as file:
        Printer(format, **options).record(record)
    return file.getvalue()
