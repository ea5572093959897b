"""What is newer than a known record is found whole, or the whole list is read."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.api.newer import newer
from smsgw_cli.api.paging import Page
from smsgw_cli.api.parallel_pages import PAGES_AHEAD, ParallelReader
from tests.api.in_order import reading, records

PER_PAGE = 10


class Listed:
    """A list of these ids in this order, whose first answer to a page may be changed."""

    def __init__(self, ids: list[int], **first: dict[str, Any]) -> None:
        self.ids = ids
        self.first = {int(name.removeprefix("page")): change for name, change in first.items()}
        self.asked: list[int] = []

    def page(self, path: str, query: Any = None, number: int = 1) -> Page:
        del path, query
        self.asked.append(number)
        shown = self.ids[(number - 1) * PER_PAGE : number * PER_PAGE]
        last = max(1, -(-len(self.ids) // PER_PAGE))
        page = Page([{"id": each} for each in shown], last, len(self.ids), PER_PAGE)
        return page._replace(**self.first.pop(number, {}))

    def reading(self, path: str, query: Any = None) -> ParallelReader:
        return reading(lambda number: self.page(path, query, number))

    def pages(self, path: str, query: Any = None) -> Iterator[dict[str, Any]]:
        return records(lambda number: self.page(path, query, number))


def found(listed: Listed, floor: int | None) -> set[int]:
    return {each["id"] for each in newer(listed, "campaigns", floor)}


@given(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 70)))
def test_a_list_that_is_as_it_should_be_is_read_as_far_as_needed(
    length: int, floor: int | None
) -> None:
    listed = Listed(list(range(length, 0, -1)))
    above = set(range(length, floor or 0, -1))
    assert above <= found(listed, floor)
    if floor is not None:
        needed = len(above) // PER_PAGE + 1 + (len(above) % PER_PAGE > 0)
        assert len(listed.asked) <= needed + PAGES_AHEAD


@given(st.permutations(list(range(1, 31))), st.integers(0, 30))
def test_any_other_order_is_read_to_its_end(ids: list[int], floor: int) -> None:
    assert set(range(floor + 1, 31)) <= found(Listed(ids), floor)


@pytest.mark.parametrize(
    "change",
    [
        {"records": []},
        {"records": [{"id": each} for each in range(99, 90, -1)]},
        {"records": [{"id": 5}], "total": 1, "last": 1, "per_page": 0},
        {"per_page": 0},
    ],
)
def test_a_page_that_is_not_whole_proves_nothing(change: dict[str, Any]) -> None:
    assert set(range(96, 101)) <= found(Listed(list(range(100, 0, -1)), page1=change), 95)


def test_an_empty_list_is_read_once() -> None:
    listed = Listed([])
    assert found(listed, 5) == set()
    assert listed.asked == [1]
