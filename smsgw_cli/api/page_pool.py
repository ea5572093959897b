"""Threads that fetch pages of lists in parallel, each over its own connection."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from queue import SimpleQueue
from threading import Thread
from typing import Any, Protocol

from smsgw_cli.api.paging import Page

NAME = "page reader"
SHUTDOWN_TIMEOUT = 1.0  # seconds; a hanging server must not delay the end of the program


class PageClient(Protocol):
    """The part of the API client that a thread needs."""

    def page(self, path: str, query: Any = None, number: int = 1) -> Page: ...

    def close(self) -> None: ...


class PagePool:
    """Up to `readers` threads, started on demand, each with a client of its own until the end.

    They are daemon threads, unlike those of an executor: a hanging server must not keep the
    program from ending.
    """

    def __init__(self, new_client: Callable[[], PageClient], readers: int) -> None:
        self.readers = readers
        self._new_client = new_client
        self._threads: list[Thread] = []
        self._requests: SimpleQueue[tuple[str, Any, int, Future[Page]] | None] = SimpleQueue()

    def request(self, path: str, query: Any, number: int) -> "Future[Page]":
        """The future of a page of a list."""
        page: Future[Page] = Future()
        self._requests.put((path, query, number, page))
        if len(self._threads) < self.readers:
            reader = Thread(target=self._read, args=(self._new_client(),), name=NAME, daemon=True)
            self._threads.append(reader)
            reader.start()
        return page

    def close(self) -> None:
        """End the threads, without waiting longer than SHUTDOWN_TIMEOUT for a server."""
        for _ in self._threads:
            self._requests.put(None)
        deadline = time.monotonic() + SHUTDOWN_TIMEOUT
        for thread in self._threads:
            if thread.is_alive():  # not one whose start was interrupted
                thread.join(max(0.0, deadline - time.monotonic()))

    def _read(self, client: PageClient) -> None:
        with closing(client):
            while request := self._requests.get():
                *which, page = request
                if not page.set_running_or_notify_cancel():
                    continue  # cancelled
                try:
                    page.set_result(client.page(*which))
                except BaseException as error:
                    page.set_exception(error)
