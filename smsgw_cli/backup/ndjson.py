"""Records as lines of JSON (ndjson.org), exactly as the server or a ledger had them."""

import json
from collections.abc import Iterable, Iterator

from smsgw_cli.errors import Usage
from smsgw_cli.model import Record

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encoded(record: Record) -> bytes:
    """The line of a record."""
    # JSON can contain lone surrogates, which UTF-8 cannot encode; this escape is JSON's as well.
    return f"{_encode(record)}\n".encode("utf-8", "backslashreplace")


def records(lines: Iterable[bytes], name: str) -> Iterator[Record]:
    """The records of the lines of a file. Raises Usage for a line that is none."""
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Usage(f"{name}, line {number}: {error}") from error
        if not isinstance(record, dict):
            raise Usage(f"{name}, line {number}: not a JSON object")
        yield record
