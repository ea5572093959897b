"""Records on their way to be printed: with the columns they have, and counted."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.output.cells import Record


def peek(records: Iterable[Record]) -> tuple[Record, Iterable[Record]]:
    """The first record, empty if there is none, and all of them again."""
    iterator = iter(records)
    for first in iterator:
        return first, chain([first], iterator)
    return {}, ()


def unknown_column_error(asked: Sequence[str], known: Iterable[str], first: Record) -> Usage | None:
    """What is to be said of a column that is asked for and not there, if there is one.

    The first record speaks for all, so that a list need not be read before it is printed;
    where there is none, nothing can be said to be missing.
    """
    there = dict.fromkeys([*known, *first])
    unknown = [each for each in asked if each not in there and each.partition(".")[0] not in there]
    if not (first and unknown):
        return None
    return Usage(f"there is no column {unknown[0]!r}", hint=f"there are: {', '.join(there)}")


def counted(records: Iterable[Record], done: str) -> Iterator[Record]:
    """The records; an error on the way says how many came before it, and what was done to them."""
    count = 0
    try:
        for record in records:
            yield record
            count += 1
    except SmsgwError as error:
        if count:
            sys.stdout.flush()  # what is told of comes first
            error.message += f"; {count:,} records were {done} before"
        raise


def are_records(value: object) -> bool:
    """Whether it is a list of records, and not an empty one."""
    return isinstance(value, list) and bool(value) and all(isinstance(it, dict) for it in value)


def expanded(columns: Sequence[str], every: Sequence[str], first: Record) -> list[str]:
    """The columns, `*` standing for what the first record has beside those that are known."""
    others = [key for key in first if key not in every]
    return [each for column in columns for each in (others if column == "*" else [column])]
