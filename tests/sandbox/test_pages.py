"""Pages as Laravel makes them."""

import json
from typing import Any

import pytest

from smsgw_cli.sandbox.pages import envelope, page_window
from tests.sandbox.conftest import Api, MovingClock, Start

PER_PAGE = {
    "/calls": 100,
    "/campaigns": 100,
    "/campaigns/1/devices": 10,
    "/campaigns/1/sending-servers": 10,
    "/contact-lists": 10,
    "/contact-lists/1/fields": 50,
    "/contact-lists/1/contacts": 100,
    "/devices": 100,
    "/messages": 100,
    "/sender-ids": 100,
    "/sending-servers": 100,
    "/ussd-pulls": 100,
}


@pytest.mark.parametrize(("path", "per_page"), PER_PAGE.items())
def test_each_list_has_its_own_page_length(seeded: Api, path: str, per_page: int) -> None:
    assert seeded.get(path)["meta"]["per_page"] == per_page


@pytest.mark.parametrize("path", sorted(PER_PAGE.keys() - {"/messages", "/ussd-pulls"}))
def test_lists_start_with_the_newest(seeded: Api, path: str) -> None:
    rows = [(row.get("created_at", ""), row["id"]) for row in seeded.data(path)]
    assert rows == sorted(rows, reverse=True)


@pytest.mark.parametrize("path", ["/messages", "/ussd-pulls"])
def test_messages_and_ussd_pulls_start_with_the_last_sent(seeded: Api, path: str) -> None:
    pages = range(1, seeded.get(path)["meta"]["last_page"] + 1)
    rows = [
        (row["sent_at"] or "", row["id"]) for page in pages for row in seeded.data(path, page=page)
    ]
    assert rows == sorted(rows, reverse=True)
    assert rows[-1][0] == ""  # what has not left yet


def test_the_middle_page_of_three(api: Api) -> None:
    for number in range(25):
        api.create("/contact-lists", name=f"List {number}")
    body = api.get("/contact-lists", page=2)
    path = f"{api.gateway.url}/api/v1/contact-lists"

    assert [row["id"] for row in body["data"]] == list(range(15, 5, -1))
    assert body["links"] == {
        "first": f"{path}?page=1",
        "last": f"{path}?page=3",
        "prev": f"{path}?page=1",
        "next": f"{path}?page=3",
    }
    assert body["meta"] == {
        "current_page": 2,
        "from": 11,
        "last_page": 3,
        "links": [
            {"url": f"{path}?page=1", "label": "« Previous", "page": 1, "active": False},
            {"url": f"{path}?page=1", "label": "1", "page": 1, "active": False},
            {"url": f"{path}?page=2", "label": "2", "page": 2, "active": True},
            {"url": f"{path}?page=3", "label": "3", "page": 3, "active": False},
            {"url": f"{path}?page=3", "label": "Next »", "page": 3, "active": False},
        ],
        "path": path,
        "per_page": 10,
        "to": 20,
        "total": 25,
    }


def test_a_page_past_the_end_is_empty(api: Api) -> None:
    body = api.get("/devices", page=7)
    assert body["data"] == []
    assert (body["meta"]["from"], body["meta"]["to"]) == (None, None)
    assert (body["meta"]["current_page"], body["meta"]["last_page"]) == (7, 1)
    assert body["links"]["next"] is None
    assert body["links"]["prev"].endswith("?page=6")


def test_an_empty_list_has_one_page(api: Api) -> None:
    body = api.get("/contact-lists")
    assert body["data"] == []
    assert (body["meta"]["last_page"], body["meta"]["total"], body["meta"]["from"]) == (1, 0, None)


@pytest.mark.parametrize("asked", ["0", "-1", "x", "", "1.5", "9" * 30])
def test_what_is_no_page_number_means_the_first_page(api: Api, asked: str) -> None:
    assert api.get("/devices", page=asked)["meta"]["current_page"] == 1


def test_links_to_pages_do_not_keep_filters(seeded: Api) -> None:
    body = seeded.get("/messages", type="SMS")
    assert body["links"]["next"] == f"{seeded.gateway.url}/api/v1/messages?page=2"


def test_of_two_sent_at_once_the_higher_id_comes_first(start: Start, clock: MovingClock) -> None:
    api = start(sent_at="early")
    api.send(mobile_numbers=["+12025550123", "+12025550124"])
    clock.move(seconds=-30)
    api.send()
    clock.move(minutes=1)
    assert [row["id"] for row in api.data("/messages")] == [2, 1, 3]


@pytest.mark.parametrize(
    ("current", "last", "labels"),
    [
        (1, 13, "1 2 3 4 5 6 7 8 9 10 11 12 13"),
        (1, 14, "1 2 3 4 5 6 7 8 9 10 ... 13 14"),
        (7, 20, "1 2 3 4 5 6 7 8 9 10 ... 19 20"),
        (8, 20, "1 2 ... 5 6 7 8 9 10 11 ... 19 20"),
        (13, 20, "1 2 ... 10 11 12 13 14 15 16 ... 19 20"),
        (14, 20, "1 2 ... 11 12 13 14 15 16 17 18 19 20"),
        (99, 20, "1 2 ... 11 12 13 14 15 16 17 18 19 20"),
    ],
)
def test_page_numbers_are_windowed(current: int, last: int, labels: str) -> None:
    assert " ".join(str(number or "...") for number in page_window(current, last)) == labels


def test_dots_between_page_numbers_lead_nowhere() -> None:
    body: dict[str, Any] = envelope([{}], "/x", 1, 1, 20)
    dots = [link for link in body["meta"]["links"] if link["label"] == "..."]
    assert dots == [{"url": None, "label": "...", "page": None, "active": False}]
    assert json.dumps(body)
