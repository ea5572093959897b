"""Standard output, flushed after each piece of output."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

Item = TypeVar("Item")


@contextmanager
def writing() -> Iterator[TextIO]:
    """Standard output, flushed after the block, for readers that do not wait for the end.

    Raises WriteFailed (output/streams.py).
    """
    yield sys.stdout
    sys.stdout.flush()


def flushed(items: Iterable[Item]) -> Iterator[Item]:
    """The items; output of each is flushed before the next one is requested."""
    for item in items:
        yield item
        sys.stdout.flush()
