"""Divides many values into lists for one statement each."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(values: Iterable[T], most: int) -> Iterator[Sequence[T]]:
    """The values in lists of at most `most`, as `itertools.batched` of Python 3.12."""
    remaining = iter(values)
    while part := list(islice(remaining, most)):
        yield part


def marks(values: Collection[object]) -> str:
    """A question mark for each value."""
    return ", ".join("?" * len(values))
