"""Fetches the next page while the current one is used, with one thread per page."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from threading import Thread
from typing import Generic, TypeVar

Item = TypeVar("Item")

NAME = "next page"
SHUTDOWN_TIMEOUT = 1.0  # seconds; a hanging server must not delay the end of the program


def prefetched(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The items in order, each produced while the one before it is used.

    An error is raised in place of its item. The second item is not started before the first is
    used up: callers that need only the first cause no further request.
    """
    with suppress(StopIteration):
        yield next(items)
        upcoming = _NextItem(items)
        try:
            while True:
                item = upcoming.item()
                upcoming = _NextItem(items)
                yield item
        finally:
            upcoming.join(SHUTDOWN_TIMEOUT)


class _NextItem(Thread, Generic[Item]):
    """A thread that produces the next item."""

    def __init__(self, items: Iterator[Item]) -> None:
        # A daemon: a request in progress must not keep the program from ending.
        super().__init__(name=NAME, daemon=True)
        self._items = items
        self._result: list[Item] = []
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._result.append(next(self._items))
        except BaseException as error:
            self._error = error

    def item(self) -> Item:
        """Wait for the item. Raises its error, StopIteration if there are no more."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._result[0]
