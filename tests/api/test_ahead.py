"""The next page is fetched while the one before is used, and nothing is left behind."""

import threading
from collections.abc import Iterator
from contextlib import closing
from threading import Event

import pytest

from smsgw_cli.api import prefetch
from smsgw_cli.api.paging import Page, records
from smsgw_cli.api.prefetch import prefetched
from smsgw_cli.errors import Unavailable


class Pages:
    """Pages of two records each; `fetched` has their numbers, `broken` is one that fails."""

    def __init__(self, last: int, broken: int = 0) -> None:
        self._last = last
        self._broken = broken
        self.fetched: list[int] = []
        self.threads: set[threading.Thread] = set()

    def fetch(self, number: int) -> Page:
        self.fetched.append(number)
        self.threads.add(threading.current_thread())
        if number == self._broken:
            raise Unavailable("timeout")
        highest = 2 * (self._last - number + 1)
        return Page([{"id": highest}, {"id": highest - 1}], self._last, 2 * self._last)


def page_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == prefetch.NAME]


def test_the_first_page_alone_costs_no_more_than_itself() -> None:
    pages = Pages(last=9)
    with closing(records(pages.fetch)) as read:
        assert [next(read)["id"], next(read)["id"]] == [18, 17]
    assert (pages.fetched, pages.threads) == ([1], {threading.current_thread()})


def test_the_next_page_comes_while_one_is_used() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        begun.set()
        yield 3

    begun = Event()
    with closing(prefetched(items())) as made:
        assert [next(made), next(made)] == [1, 2]
        assert begun.wait(timeout=60)  # though nobody has asked for the third


def test_no_more_than_one_page_is_fetched_ahead() -> None:
    pages = Pages(last=9)
    with closing(records(pages.fetch)) as read:
        for _ in range(4):
            next(read)
    assert pages.fetched == [1, 2, 3]


def test_stopping_early_leaves_no_thread_behind() -> None:
    before = page_threads()
    with closing(records(Pages(last=9).fetch)) as read:
        for _ in range(5):
            next(read)
    assert page_threads() == before


def test_forgetting_a_list_half_read_leaves_no_thread_behind() -> None:
    before = page_threads()
    read = records(Pages(last=9).fetch)
    for _ in range(5):
        next(read)
    del read
    assert page_threads() == before


def test_a_page_that_fails_fails_after_all_records_before_it() -> None:
    read = records(Pages(last=9, broken=3).fetch)
    assert [next(read)["id"] for _ in range(4)] == [18, 17, 16, 15]
    with pytest.raises(Unavailable):
        next(read)


def test_a_failure_of_a_page_nobody_reads_is_nobodys_failure() -> None:
    pages = Pages(last=9, broken=3)
    with closing(records(pages.fetch)) as read:
        assert [next(read)["id"] for _ in range(4)] == [18, 17, 16, 15]
    assert pages.fetched == [1, 2, 3]


def test_who_stops_does_not_wait_for_a_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        answered.wait()
        yield 3

    answered = Event()
    monkeypatch.setattr(prefetch, "SHUTDOWN_TIMEOUT", 0.0)
    with closing(prefetched(items())) as made:
        assert [next(made), next(made)] == [1, 2]
    hanging = page_threads()
    answered.set()
    for thread in hanging:
        thread.join()
    assert all(thread.daemon for thread in hanging)  # and the program may end meanwhile
    assert hanging


def test_even_what_is_no_ordinary_error_is_not_taken_for_the_end() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(prefetched(items()))
