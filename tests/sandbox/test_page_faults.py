"""Faults of paged lists: ties, rows that come and go between pages, pages without rows."""

from itertools import pairwise

import pytest

from tests.sandbox.conftest import Api, JsonObject, MovingClock

LISTS = 25  # three pages of ten


@pytest.fixture
def lists(api: Api) -> Api:
    """A gateway with lists that were all made within one second."""
    for number in range(LISTS):
        api.create("/contact-lists", name=f"L{number}")
    return api


def all_pages(api: Api) -> list[list[JsonObject]]:
    return [api.data("/contact-lists", page=number) for number in (1, 2, 3)]


def ids(pages: list[list[JsonObject]]) -> list[int]:
    return [row["id"] for page in pages for row in page]


def test_ties_are_in_an_order_that_differs_by_page(lists: Api) -> None:
    """MySQL, "LIMIT Query Optimization": rows with equal values come in any order."""
    lists.gateway.faults.add("ties")
    pages = all_pages(lists)
    assert [len(page) for page in pages] == [10, 10, 5]
    assert len(set(ids(pages))) < LISTS, "some are seen twice, so others never"
    assert lists.data("/contact-lists", page=2) == pages[1], "the same page is the same again"


def test_ties_leave_rows_of_different_seconds_in_order(api: Api, clock: MovingClock) -> None:
    for number in range(15):
        api.create("/contact-lists", name=f"L{number}")
        clock.move(seconds=1)
    before = [api.data("/contact-lists", page=number) for number in (1, 2)]
    api.gateway.faults.add("ties")
    assert [api.data("/contact-lists", page=number) for number in (1, 2)] == before


def test_a_row_is_inserted_between_two_pages(lists: Api) -> None:
    lists.gateway.faults.add("row-inserted GET /contact-lists times=1")
    pages = all_pages(lists)
    assert ids(pages) == [*range(25, 15, -1), *range(16, 6, -1), *range(6, 0, -1)]
    assert lists.get("/contact-lists")["meta"]["total"] == LISTS + 1
    assert lists.data("/contact-lists")[0] == {"id": 26, "name": "L24"}


def test_a_row_is_deleted_between_two_pages(lists: Api) -> None:
    lists.gateway.faults.add("row-deleted GET /contact-lists times=1")
    pages = all_pages(lists)
    assert ids(pages) == [*range(25, 15, -1), *range(14, 4, -1), *range(4, 0, -1)], "15 is missed"
    assert lists.get("/contact-lists")["meta"]["total"] == LISTS - 1


@pytest.mark.parametrize(
    "path",
    [
        "/messages",
        "/campaigns",
        "/contact-lists/1/contacts",
        "/contact-lists/1/fields",
        "/ussd-pulls",
        "/calls",
        "/devices",
    ],
)
def test_rows_of_every_list_can_come_and_go(seeded: Api, path: str) -> None:
    before = seeded.get(path)["meta"]["total"]
    for kind, change in (("row-inserted", 1), ("row-deleted", -1)):
        seeded.gateway.faults.replace(f"{kind} times=1")
        rows = seeded.data(path)
        after = seeded.get(path)
        assert after["meta"]["total"] == before + change
        assert (after["data"][0]["id"] > rows[0]["id"]) is (change > 0)
        before += change


def test_no_row_comes_into_an_empty_list(api: Api) -> None:
    api.gateway.faults.add("row-inserted")
    assert api.data("/contact-lists") == api.data("/contact-lists") == []


def test_a_page_is_empty_though_rows_are_counted(lists: Api) -> None:
    lists.gateway.faults.add("empty-page after=1 times=1")
    pages = [lists.get("/contact-lists", page=number) for number in (1, 2, 3)]
    assert [len(page["data"]) for page in pages] == [10, 0, 5]
    assert [page["meta"]["total"] for page in pages] == [LISTS] * 3
    assert pages[1]["meta"]["from"] is None
    assert all(one["meta"]["last_page"] == two["meta"]["last_page"] for one, two in pairwise(pages))


def test_what_is_no_list_is_left_alone(lists: Api) -> None:
    for kind in ("empty-page", "ties", "row-inserted", "row-deleted"):
        lists.gateway.faults.replace(kind)
        assert lists.get("/contact-lists/1") == {"id": 1, "name": "L0"}
    assert len(lists.gateway.store.rows("contact_lists")) == LISTS
