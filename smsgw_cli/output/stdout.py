"""Standard output, flushed when something was printed."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

Item = TypeVar("Item")


@contextmanager
def writing() -> Iterator[TextIO]:
    """Standard output, flushed at the end: its reader need not wait until the program ends.

    Raises WriteFailed (output/streams.py) if it takes no more.
    """
    yield sys.stdout
    sys.stdout.flush()


def flushed(items: Iterable[Item]) -> Iterator[Item]:
    """The items; output of each is flushed before the next one is requested."""
    for item in items:
        yield item
        sys.stdout.flush()
