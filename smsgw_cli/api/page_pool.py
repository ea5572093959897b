"""Threads that fetch pages in parallel, each over its own connection."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread

from smsgw_cli.api.paging import Page
from smsgw_cli.api.prefetch import SHUTDOWN_TIMEOUT

Fetch = Callable[[int], Page]

NAME = "page reader"


class PagePool:
    """A thread for each of `fetches`, started on demand.

    They are daemon threads, unlike those of an executor: a hanging server must not keep the
    program from ending.
    """

    def __init__(self, fetches: Sequence[Fetch]) -> None:
        self._idle = list(fetches)
        self._threads: list[Thread] = []
        self._requests: SimpleQueue[tuple[int, Future[Page]] | None] = SimpleQueue()

    def request(self, number: int) -> Future[Page]:
        """The future of a page."""
        page: Future[Page] = Future()
        self._requests.put((number, page))
        if self._idle:
            reader = Thread(target=self._read, args=(self._idle.pop(),), name=NAME, daemon=True)
            self._threads.append(reader)
            reader.start()
        return page

    def close(self) -> None:
        """End the threads, without waiting longer than SHUTDOWN_TIMEOUT for a server."""
        for _ in self._threads:
            self._requests.put(None)
        deadline = time.monotonic() + SHUTDOWN_TIMEOUT
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _read(self, fetch: Fetch) -> None:
        while request := self._requests.get():
            number, page = request
            if not page.set_running_or_notify_cancel():
                continue  # cancelled
            try:
                page.set_result(fetch(number))
            except BaseException as error:
                page.set_exception(error)
