"""Pages are fetched while those before are used, no more than needed, and nothing is left."""

import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

import pytest

from smsgw_cli.api import page_pool
from smsgw_cli.api.page_pool import PagePool
from smsgw_cli.api.paging import Page
from smsgw_cli.api.parallel_pages import ParallelReader
from smsgw_cli.errors import Unavailable

READERS = 8


class Pages:
    """A client of a list with two records a page.

    `fetched` has the numbers of the pages, `broken` is one that fails. A page from `held` on comes
    when `answered` is set.
    """

    def __init__(self, last: int, broken: int = 0, held: int = 10**9) -> None:
        self._last = last
        self._broken = broken
        self._held = held
        self.answered = threading.Event()
        self.fetched: list[int] = []
        self.threads: set[threading.Thread] = set()

    def page(self, path: str, query: Any = None, number: int = 1) -> Page:
        self.fetched.append(number)
        self.threads.add(threading.current_thread())
        if number >= self._held:
            self.answered.wait()
        if number == self._broken:
            raise Unavailable("timeout")
        highest = 2 * (self._last - number + 1)
        return Page([{"id": highest}, {"id": highest - 1}], self._last, 2 * self._last)

    def close(self) -> None:
        pass


def page_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == page_pool.NAME]


def ids(pages: Pages, limit: int | None = None) -> Iterator[int]:
    with closing(PagePool(lambda: pages, READERS)) as pool:
        reader = ParallelReader(
            lambda number: pages.page("", None, number),
            lambda number: pool.request("", None, number),
            READERS,
            limit=limit,
        )
        for batch in reader.batches():
            yield from (each["id"] for each in batch)


def test_the_first_page_alone_costs_no_more_than_itself() -> None:
    pages = Pages(last=9)
    with closing(ids(pages)) as read:  # type: ignore[type-var]
        assert list(islice(read, 2)) == [18, 17]
        assert (pages.fetched, pages.threads) == ([1], {threading.current_thread()})


def test_further_pages_come_while_one_is_used() -> None:
    pages = Pages(last=9, held=4)
    with closing(ids(pages)) as read:  # type: ignore[type-var]
        assert list(islice(read, 5)) == [18, 17, 16, 15, 14]
        pages.answered.set()
        assert list(read) == list(range(13, 0, -1))
    assert sorted(pages.fetched) == list(range(1, 10))


@pytest.mark.parametrize("used", range(1, 7))
def test_who_reads_only_the_beginning_causes_few_requests(used: int) -> None:
    pages = Pages(last=1_000)
    with closing(ids(pages)) as read:  # type: ignore[type-var]
        list(islice(read, 2 * used))
    assert len(pages.fetched) <= 2**used


@pytest.mark.parametrize("limit", [1, 2, 3, 20, 21, 22])
def test_a_limit_costs_no_more_pages_than_it_needs(limit: int) -> None:
    pages = Pages(last=1_000)
    with closing(ids(pages, limit)) as read:  # type: ignore[type-var]
        assert len(list(islice(read, limit))) == limit
    assert sorted(pages.fetched) == list(range(1, (limit + 1) // 2 + 1))


def test_stopping_early_leaves_no_thread_behind() -> None:
    before = page_threads()
    with closing(ids(Pages(last=9))) as read:  # type: ignore[type-var]
        list(islice(read, 5))
    assert page_threads() == before


def test_a_page_that_fails_fails_after_all_records_before_it() -> None:
    read = ids(Pages(last=9, broken=3))
    assert list(islice(read, 4)) == [18, 17, 16, 15]
    with pytest.raises(Unavailable):
        next(read)


def test_a_failure_of_a_page_nobody_reads_is_nobodys_failure() -> None:
    with closing(ids(Pages(last=9, broken=3))) as read:  # type: ignore[type-var]
        assert list(islice(read, 4)) == [18, 17, 16, 15]


def test_who_stops_does_not_wait_for_a_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pool, "SHUTDOWN_TIMEOUT", 0.0)
    pages = Pages(last=9, held=3)
    with closing(ids(pages)) as read:  # type: ignore[type-var]
        assert list(islice(read, 3)) == [18, 17, 16]
    hanging = page_threads()
    pages.answered.set()
    for thread in hanging:
        thread.join()
    assert all(thread.daemon for thread in hanging)  # and the program may end meanwhile
    assert hanging


def test_even_what_is_no_ordinary_error_is_not_taken_for_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pages = Pages(last=9)
    monkeypatch.setattr(pages, "page", lambda *_: raise_interrupt())
    with pytest.raises(KeyboardInterrupt):
        list(ids(pages))


def raise_interrupt() -> Page:
    raise KeyboardInterrupt
