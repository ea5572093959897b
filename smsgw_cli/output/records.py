"""Streams of records to print: their columns and their count."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from smsgw_cli.errors import Incomplete, SmsgwError, Usage
from smsgw_cli.output.cells import Record

READ, PRINTED = "read", "printed"
SHORTEST_PAGE, PAGE = 10, 100  # records (reference, GET /campaigns and /messages)


def peek(records: Iterable[Record]) -> tuple[Record, Iterable[Record]]:
    """The first record (empty if there is none), and an iterable of all records."""
    iterator = iter(records)
    for first in iterator:
        return first, chain([first], iterator)
    return {}, ()


def unknown_column_error(
    selected: Sequence[str], known: Iterable[str], first: Record
) -> Usage | None:
    """The error for a selected column that does not exist, or None.

    Only the first record is checked, so that the list need not be read before it is printed;
    without any record, no column is reported as missing.
    """
    columns = dict.fromkeys([*known, *first])
    unknown = [each for each in selected if not {each, each.partition(".")[0]} & columns.keys()]
    if not (first and unknown):
        return None
    return Usage(f"unknown column {unknown[0]!r}", hint=f"columns: {', '.join(columns)}")


def counted(records: Iterable[Record], done: str) -> Iterator[Record]:
    """The records; adds the number `done` ("read", "printed") so far to the message of an error.

    Output is flushed while they come, so that a page is printed before the next one is waited for.
    Raises Partial for a list that is incomplete, where records were printed.
    """
    count = 0
    try:
        for record in records:
            yield record
            count += 1
            if count % (PAGE if count > PAGE else SHORTEST_PAGE) == 0:
                sys.stdout.flush()
    except SmsgwError as error:
        if not count:
            raise
        sys.stdout.flush()  # the output that the message refers to comes first
        error.message += f"; {count:,} records were {done} before"
        if isinstance(error, Incomplete) and done == PRINTED:
            raise error.as_partial() from error
        raise


def is_list_of_records(value: object) -> bool:
    """Whether it is a non-empty list of records."""
    return isinstance(value, list) and bool(value) and all(isinstance(it, dict) for it in value)


def as_records(values: Sequence[Any]) -> list[Record]:
    """Values of any type as records: lists have the columns 1, 2, …, others the column `value`."""
    return [
        {str(number): cell for number, cell in enumerate(value, start=1)}
        if isinstance(value, list)
        else {"value": value}
        for value in values
    ]


def expanded(columns: Sequence[str], every: Sequence[str], first: Record) -> list[str]:
    """The columns, with `*` replaced by those of the first record that are not in `every`."""
    others = [key for key in first if key not in every]
    return [each for column in columns for each in (others if column == "*" else [column])]
