"""Threads that fetch pages side by side, each over a connection of its own."""

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
    """A thread for each of `fetches`, begun when there is work for it.

    They are daemons, unlike those of an executor: the program may end though a server hangs.
    """

    def __init__(self, fetches: Sequence[Fetch]) -> None:
        self._idle = list(fetches)
        self._threads: list[Thread] = []
        self._asked: SimpleQueue[tuple[int, Future[Page]] | None] = SimpleQueue()

    def ask(self, number: int) -> Future[Page]:
        """A page, once a reader has it; what fetching it raised is raised by `result()`."""
        page: Future[Page] = Future()
        self._asked.put((number, page))
        if self._idle:
            reader = Thread(target=self._read, args=(self._idle.pop(),), name=NAME, daemon=True)
            self._threads.append(reader)
            reader.start()
        return page

    def close(self) -> None:
        """End the threads, leaving those behind that still wait for a server after a while."""
        for _ in self._threads:
            self._asked.put(None)
        until = time.monotonic() + SHUTDOWN_TIMEOUT
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _read(self, fetch: Fetch) -> None:
        while asked := self._asked.get():
            number, page = asked
            if not page.set_running_or_notify_cancel():
                continue  # nobody wants it any more
            try:
                page.set_result(fetch(number))
            except BaseException as error:
                page.set_exception(error)
