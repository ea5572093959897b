"""What lists can be filtered by."""

from typing import Any

import pytest

from tests.sandbox.conftest import Api, MovingClock, Start


def totals(api: Api, path: str, **query: Any) -> int:
    total: int = api.get(path, **query)["meta"]["total"]
    return total


@pytest.mark.parametrize(
    "query",
    [
        {"statuses[]": ["Queued", "Failed"]},
        {"statuses[0]": "Queued", "statuses[1]": "Failed"},
        {"statuses[a]": "Queued", "statuses[b]": "Failed"},
    ],
    ids=["brackets", "numbered", "named"],
)
def test_statuses_can_be_asked_for_in_three_ways(seeded: Api, query: dict[str, Any]) -> None:
    found = {row["status"] for row in seeded.data("/messages", **query, campaign=1)}
    assert found == {"Queued", "Failed"}


@pytest.mark.parametrize("query", ["statuses=Sent", "statuses=", "statuses", "statuses[]"])
def test_statuses_are_a_list_of_known_ones(seeded: Api, query: str) -> None:
    answer = seeded.http.get(f"/messages?{query}")
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/messages", "/ussd-pulls"])
def test_every_status_has_its_share_of_the_whole(seeded: Api, path: str) -> None:
    names = {
        "/messages": ("Pending", "Queued", "Processed", "Sent", "Delivered", "Failed", "Received"),
        "/ussd-pulls": ("Pending", "Queued", "Completed", "Failed"),
    }[path]
    shares = [totals(seeded, path, **{"statuses[]": name}) for name in names]
    assert sum(shares) == totals(seeded, path)
    assert all(shares)


@pytest.mark.parametrize("path", ["/messages", "/ussd-pulls"])
def test_a_status_that_does_not_exist_is_refused(seeded: Api, path: str) -> None:
    answer = seeded.http.get(path, params={"statuses[]": "Lost"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"statuses.0": ["The selected statuses.0 is invalid."]}


@pytest.mark.parametrize("no", ["", "0"])
def test_an_empty_flag_is_a_no(seeded: Api, no: str) -> None:
    unanswered = totals(seeded, "/calls", answered=no)
    assert 0 < unanswered < totals(seeded, "/calls")
    assert unanswered + totals(seeded, "/calls", answered="1") == totals(seeded, "/calls")


def test_a_flag_that_is_none_is_refused(seeded: Api) -> None:
    for value in ("perhaps", "2", "true", "false"):
        assert seeded.http.get("/calls", params={"answered": value}).status_code == 422
    assert seeded.http.get("/calls?answered[]=1").status_code == 422


def test_an_empty_filter_is_none(seeded: Api) -> None:
    everything = totals(seeded, "/messages")
    empty = {"campaign": "", "sim": "", "message": "", "type": "", "after": ""}
    assert totals(seeded, "/messages", **empty) == everything


def test_calls_by_type_and_sim(seeded: Api) -> None:
    calls = seeded.data("/calls", type="Incoming", sim=1)
    assert {(call["type"], call["sim_id"]) for call in calls} == {("Incoming", 1)}
    assert totals(seeded, "/calls", type="Incoming", sim=2) == 0
    assert seeded.http.get("/calls", params={"sim": "x"}).status_code == 422


def test_campaigns_by_status_type_and_recurrence(seeded: Api) -> None:
    found = seeded.data("/campaigns", status="Completed", type="MMS", recurring="1")
    assert [campaign["name"] for campaign in found] == ["Birthdays (MMS)"]
    assert totals(seeded, "/campaigns", recurring="0") == totals(seeded, "/campaigns") - 1
    assert totals(seeded, "/campaigns", status="Scheduled") == 1


def test_messages_by_campaign_sim_and_type(seeded: Api) -> None:
    assert totals(seeded, "/messages", campaign=1) == 7
    assert totals(seeded, "/messages", campaign=1, sim=1) == 6
    assert {row["type"] for row in seeded.data("/messages", type="WhatsApp")} == {"WhatsApp"}
    assert seeded.http.get("/messages", params={"type": "Fax"}).status_code == 422


def test_there_is_one_user(seeded: Api) -> None:
    assert totals(seeded, "/messages", user=1) == totals(seeded, "/messages")
    assert totals(seeded, "/messages", user=2) == 0
    assert totals(seeded, "/ussd-pulls", user=1) == totals(seeded, "/ussd-pulls")


def test_message_text_is_searched_for_as_it_stands(api: Api) -> None:
    api.send(message="50% off today")
    api.send(message="500 off today")
    assert totals(api, "/messages", message="OFF") == 2
    assert totals(api, "/messages", message="50% o") == 1
    assert totals(api, "/messages", message="5_0") == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"after": "2030-06-03"}, 1),
        ({"after": "2030-06-04"}, 0),
        ({"before": "2030-06-04"}, 1),
        ({"before": "2030-06-03"}, 0),
        ({"after": "2030-06-03T12:00:00Z", "before": "2030-06-03T12:00:00Z"}, 1),
        ({"after": "2030-06-03T12:00:01Z"}, 0),
        ({"before": "2030-06-03T14:00:00+02:00"}, 1),
        ({"before": "2030-06-03 11:59:59"}, 0),
    ],
)
def test_dates_are_days_or_instants(start: Start, query: dict[str, str], found: int) -> None:
    api = start(sent_at="early")
    api.send()
    api.create("/ussd-pulls/send", ussd_codes=["*123#"])
    assert totals(api, "/messages", **query) == found
    assert totals(api, "/ussd-pulls", **query) == found
    assert totals(api, "/campaigns", **query) == 2 * found


def test_what_has_not_left_has_no_date(api: Api, clock: MovingClock) -> None:
    api.send()
    api.create("/ussd-pulls/send", ussd_codes=["*123#"])
    both = ("/messages", "/ussd-pulls")
    dated = {"after": "2030-06-03", "before": "2030-06-04"}
    assert [totals(api, path, **dated) for path in both] == [0, 0]
    clock.move(minutes=1)
    assert [totals(api, path, **dated) for path in both] == [1, 1]


@pytest.mark.parametrize("day", ["yesterday", "2030-13-01", "99", "9999-12-31", "0001-01-01"])
def test_what_is_no_date_is_refused(api: Api, day: str) -> None:
    answer = api.http.get("/messages", params={"after": day})
    assert answer.json()["errors"] == {"after": ["The after field must be a valid date."]}


def test_a_status_filter_follows_the_clock(api: Api, clock: MovingClock) -> None:
    api.send()
    assert totals(api, "/messages", **{"statuses[]": "Pending"}) == 1
    clock.move(minutes=1)
    assert totals(api, "/messages", **{"statuses[]": "Pending"}) == 0
    assert totals(api, "/messages", **{"statuses[]": "Delivered"}) == 1
