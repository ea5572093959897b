"""Standard output: flushed when something is printed, and told apart from other troubles."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

from smsgw_cli.errors import SmsgwError

Item = TypeVar("Item")


@contextmanager
def writing() -> Iterator[TextIO]:
    """Standard output, flushed at the end: whoever reads it need not wait until we end.

    Raises BrokenPipeError if nobody reads on, SmsgwError if it takes no more (a full disk).
    """
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        give_up()
        raise SmsgwError(f"cannot write the output: {error.strerror or error}") from error


def flushed(items: Iterable[Item]) -> Iterator[Item]:
    """The items, what was printed of each flushed before the next one is asked for."""
    for item in items:
        yield item
        sys.stdout.flush()


def give_up() -> None:
    """Forget what could not be written: Python would try again, and complain, on exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
