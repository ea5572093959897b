"""Records as lines of JSON (ndjson.org), exactly as the server or a ledger had them."""

import json
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from smsgw_cli.errors import Usage
from smsgw_cli.model import Record

LONGEST = 1 << 24  # bytes of a line
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encoded(record: Record) -> bytes:
    """The line of a record."""
    # JSON can contain lone surrogates, which UTF-8 cannot encode; this escape is JSON's as well.
    return f"{_encode(record)}\n".encode("utf-8", "backslashreplace")


def records(file: BinaryIO, name: str) -> Iterator[Record]:
    """The records in a file. Raises Usage for a line that is not a record or too long."""
    lines = iter(partial(file.readline, LONGEST + 1), b"")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST:
            raise Usage(f"{name}, line {number}: longer than {LONGEST:,} bytes")
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Usage(f"{name}, line {number}: {error}") from error
        if not isinstance(record, dict):
            raise Usage(f"{name}, line {number}: not a JSON object")
        yield record
