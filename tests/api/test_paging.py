"""Lists are complete and without doubles, though records come and go while they are read."""

import random
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from smsgw_cli.api.paging import MAX_GAPS, IdSet, NotAPage, Page, page_of
from smsgw_cli.errors import Incomplete
from tests.api.in_order import records


class Shifting:
    """A list, newest first, that changes before each page is fetched."""

    def __init__(self, seed: int, per_page: int, length: int, churn: int) -> None:
        self._dice = random.Random(seed)
        self._per_page = per_page
        self._churn = churn
        self._items = list(range(length, 0, -1))
        self._next = length + 1
        self._changes_left = 300  # a list that for ever grows faster than it is read has no end
        self.stayed = set(self._items)
        self.fetched = 0

    def fetch(self, number: int) -> Page:
        self.fetched += 1
        for _ in range(min(self._dice.randint(0, self._churn), self._changes_left)):
            self._changes_left -= 1
            self._change()
        shown = self._items[(number - 1) * self._per_page : number * self._per_page]
        last = max(1, -(-len(self._items) // self._per_page))
        return Page([{"id": each} for each in shown], last, len(self._items))

    def _change(self) -> None:
        if self._items and self._dice.random() < 0.5:
            self.stayed.discard(self._items.pop(self._dice.randrange(len(self._items))))
        else:
            self._items.insert(0, self._next)
            self._next += 1


@settings(max_examples=1_000)
@given(st.integers(), st.integers(1, 10), st.integers(0, 60), st.integers(0, 12))
def test_none_is_missed_and_none_comes_twice(
    seed: int, per_page: int, length: int, churn: int
) -> None:
    shifting = Shifting(seed, per_page, length, churn)
    read: list[int] = []
    try:
        read.extend(record["id"] for record in records(shifting.fetch))
    except Incomplete:
        event("changed too fast")
    else:
        assert shifting.stayed <= set(read)
    assert len(read) == len(set(read))


@given(st.integers(1, 10), st.integers(0, 60))
def test_a_list_that_stays_as_it_is_is_read_once(per_page: int, length: int) -> None:
    still = Shifting(0, per_page, length, 0)
    assert [record["id"] for record in records(still.fetch)] == list(range(length, 0, -1))
    assert still.fetched == max(1, -(-length // per_page))


def test_what_moves_to_the_front_while_reading_is_read_in_the_end() -> None:
    before, after = [5, 4, 3, 2, 1], [1, 5, 4, 3, 2]  # message 1 is sent after page 1 is read
    turns = iter([before, *[after] * 9])

    def fetch(number: int) -> Page:
        items = next(turns)
        return Page([{"id": each} for each in items[(number - 1) * 2 : number * 2]], 3, 5)

    assert [record["id"] for record in records(fetch)] == [5, 4, 3, 2, 1]


def test_pages_that_never_end_end_with_an_empty_one() -> None:
    def fetch(number: int) -> Page:
        return Page([{"id": 1}] if number == 1 else [], 10**9, 1)

    assert list(records(fetch)) == [{"id": 1}]


def test_records_without_an_id_are_all_shown() -> None:
    assert list(records(lambda _: Page([{}, {}], 1, 2))) == [{}, {}]


@given(st.lists(st.integers(-(10**6), 10**12)))
def test_seen_remembers_ids(ids: list[int]) -> None:
    seen = IdSet()
    new = [identity for identity in ids if seen.is_new({"id": identity})]
    assert new == list(dict.fromkeys(ids))
    assert seen.count == len(new)
    assert all(seen.has({"id": identity}) for identity in ids)


@given(st.sets(st.integers(1, 3_000), min_size=1))
def test_gaps_are_the_ids_in_between(ids: set[int]) -> None:
    seen = IdSet()
    for identity in ids:
        seen.is_new({"id": identity})
    between = sorted(set(range(min(ids), max(ids))) - ids)
    assert seen.gaps() == (between if len(between) <= MAX_GAPS else [])


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "text",
        {},
        {"data": {}},
        {"data": [1]},
        {"data": []},
        {"data": [], "meta": []},
        {"data": [], "meta": {"last_page": "1", "total": 0}},
    ],
)
def test_what_is_not_a_page_is_refused(answer: Any) -> None:
    with pytest.raises(NotAPage):
        page_of(answer)
