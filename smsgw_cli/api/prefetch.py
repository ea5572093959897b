"""The next page fetched while the one before it is used, by a thread that ends with its page."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from threading import Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")

NAME = "next page"
SHUTDOWN_TIMEOUT = 1.0  # seconds; a server that hangs must not hold up who has seen enough


def prefetched(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The items in their order, each made while the one before it is used.

    What making an item raises is raised in its place. The second item is begun only when the
    first is used up: whoever needs no more than that costs no more than that.
    """
    with suppress(StopIteration):
        yield next(items)
        coming = _NextItem(items)
        try:
            while True:
                item = coming.item()
                coming = _NextItem(items)
                yield item
        finally:
            coming.join(SHUTDOWN_TIMEOUT)


class _NextItem(Thread, Generic[Item]):
    """The next of the items, being made."""

    def __init__(self, items: Iterator[Item]) -> None:
        # A daemon: the program may end though a request is still under way.
        super().__init__(name=NAME, daemon=True)
        self._items = items
        self._made: list[Item] = []
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._made.append(next(self._items))
        except BaseException as error:
            self._error = error

    def item(self) -> Item:
        """The item once it is made. Raises what making it raised, StopIteration if none is left."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._made[0]
