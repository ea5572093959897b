"""Pages fetched side by side make a whole list, though it shifts and pages come in any order."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from smsgw_cli.api import pacer
from smsgw_cli.api.connector import Connector
from smsgw_cli.api.page_pool import PagePool
from smsgw_cli.api.paging import Page
from smsgw_cli.api.parallel_pages import PAGES_AHEAD, ParallelReader, RequestPage
from smsgw_cli.config.profiles import Profile
from smsgw_cli.errors import Incomplete
from smsgw_cli.sandbox.server import Gateway
from tests.api.test_paging import Shifting

SEEDS = st.integers()
PER_PAGE = st.integers(1, 10)
LENGTHS = st.integers(0, 60)
READERS = st.integers(1, 4)


class OfOneList:
    """The client of a thread, for one list."""

    def __init__(self, fetch: Callable[[int], Page]) -> None:
        self._fetch = fetch

    def page(self, path: str, query: object = None, number: int = 1) -> Page:
        return self._fetch(number)

    def close(self) -> None:
        pass


@contextmanager
def pool(fetch: Callable[[int], Page]) -> Iterator[RequestPage]:
    with closing(PagePool(lambda: OfOneList(fetch), 3)) as readers:
        yield lambda number: readers.request("", None, number)


class Shuffled:
    """PagePool that answer in any order, when somebody waits for them."""

    def __init__(self, seed: int, fetch: Callable[[int], Page]) -> None:
        self._dice = random.Random(seed)
        self._fetch = fetch
        self._waiting: list[tuple[int, Future[Page]]] = []
        self.most_ahead = 0

    def request(self, number: int) -> Future[Page]:
        page = Awaited(self.answer_one)
        self._waiting.append((number, page))
        self.most_ahead = max(self.most_ahead, len(self._waiting))
        return page

    def answer_one(self) -> None:
        number, page = self._waiting.pop(self._dice.randrange(len(self._waiting)))
        if page.set_running_or_notify_cancel():
            page.set_result(self._fetch(number))


class Awaited(Future[Page]):
    def __init__(self, answer_one: Callable[[], None]) -> None:
        super().__init__()
        self._answer_one = answer_one

    def result(self, timeout: float | None = None) -> Page:
        while not self.done():
            self._answer_one()
        return super().result(timeout)


def reader(pages: Shuffled, readers: int) -> ParallelReader:
    return ParallelReader(lambda number: pages.request(number).result(), pages.request, readers)


def read(reading: ParallelReader) -> tuple[list[int], bool]:
    """The ids that were read, and whether the reading was proven whole."""
    ids: list[int] = []
    try:
        for batch in reading.batches():
            ids += [record["id"] for record in batch]
    except Incomplete:
        return ids, False
    return ids, True


@settings(max_examples=1_000)
@given(SEEDS, PER_PAGE, LENGTHS, st.integers(0, 12), READERS)
def test_what_is_proven_whole_misses_none_and_none_ever_comes_twice(
    seed: int, per_page: int, length: int, churn: int, readers: int
) -> None:
    shifting = Shifting(seed, per_page, length, churn)
    ids, proven = read(reader(Shuffled(seed, shifting.fetch), readers))
    event(f"proven: {proven}")
    assert len(ids) == len(set(ids))
    assert not proven or shifting.stayed <= set(ids)


@settings(max_examples=1_000)
@given(SEEDS, st.integers(1, 5), st.integers(10, 60), READERS, st.integers(1, 6))
def test_a_list_that_gains_one_for_each_it_loses_is_seen_to_shift(
    seed: int, per_page: int, length: int, readers: int, seldom: int
) -> None:
    """The total alone would not tell."""
    dice = random.Random(seed)
    items = list(range(length, 0, -1))
    stayed = set(items)

    def fetch(number: int) -> Page:
        if not dice.randrange(seldom) and length in stayed:
            stayed.discard(items.pop(dice.randrange(len(items))))
            items.insert(0, max(items, default=0) + length)
        shown = items[(number - 1) * per_page : number * per_page]
        return Page([{"id": each} for each in shown], -(-length // per_page), length)

    ids, proven = read(reader(Shuffled(seed, fetch), readers))
    assert len(ids) == len(set(ids))
    assert not proven or stayed <= set(ids)


@given(SEEDS, PER_PAGE, LENGTHS, READERS)
def test_a_list_that_stays_as_it_is_is_read_once_and_in_order(
    seed: int, per_page: int, length: int, readers: int
) -> None:
    still = Shifting(0, per_page, length, 0)
    shuffled = Shuffled(seed, still.fetch)
    reading = reader(shuffled, readers)
    assert read(reading) == (list(range(length, 0, -1)), True)
    assert still.fetched == max(1, -(-length // per_page))
    assert shuffled.most_ahead <= PAGES_AHEAD * readers
    assert (reading.count, reading.total, reading.shifts) == (length, length, 0)


@given(SEEDS, st.integers(5, 10), st.integers(20, 60))
def test_a_list_that_changes_now_and_then_is_proven_whole(
    seed: int, per_page: int, length: int
) -> None:
    shifting = Shifting(seed, per_page, length, 1)
    assert read(reader(Shuffled(seed, shifting.fetch), 4))[1]


@given(SEEDS, st.integers(2, 5), st.integers(2, 12), READERS)
def test_a_list_that_only_grows_is_read_whole(
    seed: int, per_page: int, pages: int, readers: int
) -> None:
    """As messages do while people write: each page is used as it comes, if need be alone."""
    length = per_page * pages
    items = list(range(length, 0, -1))

    def fetch(number: int) -> Page:
        items.insert(0, len(items) + 1)
        shown = items[(number - 1) * per_page : number * per_page]
        return Page([{"id": each} for each in shown], -(-len(items) // per_page), len(items))

    ids, _ = read(reader(Shuffled(seed, fetch), readers))
    assert set(range(1, length + 1)) <= set(ids)
    assert len(ids) == len(set(ids))


def test_what_was_created_meanwhile_is_read_in_the_end() -> None:
    turns = iter([[3, 2, 1], *[[4, 3, 2, 1]] * 9])

    def fetch(number: int) -> Page:
        items = next(turns)
        return Page([{"id": each} for each in items[(number - 1) * 2 : number * 2]], 2, len(items))

    reading = reader(Shuffled(0, fetch), 1)
    assert read(reading) == ([3, 2, 1, 4], True)
    assert reading.shifts == 1


@pytest.mark.parametrize(
    "page",
    [
        Page([{"id": 1}], 3, 3),  # the same page for every number
        Page([], 3, 3),
    ],
)
def test_a_server_whose_pages_do_not_add_up_proves_nothing(page: Page) -> None:
    assert not read(reader(Shuffled(0, lambda _: page), 2))[1]


def test_pages_that_never_end_end_with_an_empty_one() -> None:
    def fetch(number: int) -> Page:
        return Page([{"id": 1}] if number == 1 else [], 10**9, 1)

    assert read(reader(Shuffled(0, fetch), 2)) == ([1], True)


def test_an_error_comes_after_the_pages_before_it() -> None:
    def fetch(number: int) -> Page:
        if number == 3:
            raise ConnectionError("gone")
        return Page([{"id": 6 - number}], 5, 5)

    with pool(fetch) as request:
        batches = ParallelReader(fetch, request, 3).batches()
        assert [next(batches), next(batches)] == [[{"id": 5}], [{"id": 4}]]
        with pytest.raises(ConnectionError):
            next(batches)


def test_a_rate_limit_is_one_for_all_clients(
    server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacer, "WINDOW", 1.0)
    connector = Connector(Profile("any", server.url, rate=2), server.token)
    gone: list[float] = []
    with ExitStack() as closing:
        clients = [connector.client() for _ in range(3)]
        for client in clients:
            closing.callback(client.close)
            client.page("devices")
            gone.append(time.monotonic())
    assert gone[2] - gone[0] >= 0.9
