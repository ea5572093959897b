"""Campaigns that run later, and again."""

from datetime import datetime, timedelta

import pytest

from smsgw_cli.sandbox import runs
from tests.sandbox.conftest import Api, MovingClock, Start

HOURLY = {"recurring": True, "frequency": 1, "frequency_unit": "hour"}


def test_a_scheduled_campaign_waits_for_its_time(api: Api, clock: MovingClock) -> None:
    sent = api.send(scheduled_at="2030-06-03T18:00:00Z")
    assert (sent["status"], sent["scheduled_at"]) == ("Queued", "2030-06-03T18:00:00.000000Z")
    clock.move(hours=5)
    assert api.get("/campaigns/1")["status"] == "Scheduled"
    assert api.data("/messages") == []
    clock.move(hours=1)
    assert api.statuses() == ["Pending"]
    clock.move(minutes=1)
    assert api.statuses() == ["Delivered"]
    assert api.data("/messages")[0]["sent_at"] == "2030-06-03T18:00:16.000000Z"


def test_a_time_that_has_passed_means_now(api: Api, clock: MovingClock) -> None:
    assert api.send(scheduled_at="2021-01-01T12:00:00Z")["status"] == "Queued"
    clock.move(minutes=1)
    assert api.statuses() == ["Delivered"]


def test_a_run_takes_the_contacts_that_are_there_when_it_starts(
    api: Api, clock: MovingClock
) -> None:
    api.create("/contact-lists", name="Growing")
    api.create("/contact-lists/1/contacts", mobile_number="+12025550123")
    when = "2030-06-03T13:00:00Z"
    api.create("/messages/send", contact_lists=[1], message="Hi", scheduled_at=when, **HOURLY)
    api.create("/contact-lists/1/contacts", mobile_number="+12025550124")
    clock.move(hours=1)
    assert len(api.data("/messages")) == 2
    api.done("DELETE", "/contacts/1")
    clock.move(hours=1)
    assert len(api.data("/messages")) == 3


def test_a_recurring_campaign_says_when_it_repeats(api: Api, clock: MovingClock) -> None:
    sent = api.send(**HOURLY, ends_at="2030-06-03T14:30:00Z")
    assert sent["repeat_at"] == "2030-06-03T13:00:00.000000Z"
    clock.move(hours=1)
    assert api.get("/campaigns/1")["repeat_at"] == "2030-06-03T14:00:00.000000Z"
    assert api.get("/campaigns/1")["status"] == "Queued"
    clock.move(hours=1)
    assert api.get("/campaigns/1")["repeat_at"] is None
    clock.move(hours=5)
    assert [row["sent_at"][11:16] for row in api.data("/messages")] == ["14:00", "13:00", "12:00"]
    assert api.get("/campaigns/1")["status"] == "Completed"


def test_runs_missed_while_nobody_asked_are_made_up_for(start: Start, clock: MovingClock) -> None:
    before = start()
    before.send(**HOURLY)
    before.gateway.stop()
    clock.move(hours=8, minutes=30)
    assert start().statuses() == ["Delivered"] * 9


def test_a_campaign_that_recurs_since_long_ago_starts_now_and_keeps_its_time(api: Api) -> None:
    sent = api.send(scheduled_at="2029-01-01T06:30:00Z", **HOURLY)
    assert sent["repeat_at"] == "2030-06-03T12:30:00.000000Z"
    assert len(api.data("/messages")) == 1


def test_what_is_made_up_for_has_a_bound(
    api: Api, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "MAX_CATCH_UP_RUNS", 3)
    api.send(**HOURLY)
    clock.move(days=30)
    assert 3 <= len(api.data("/messages")) <= 5


def test_days_keep_their_local_time_over_a_change_of_the_clock(
    api: Api, clock: MovingClock
) -> None:
    clock.now = datetime.fromisoformat("2030-03-09T12:00:00-05:00")
    daily = {"recurring": True, "frequency": 1, "frequency_unit": "day"}
    sent = api.send(timezone="America/New_York", **daily)
    assert sent["repeat_at"] == "2030-03-10T16:00:00.000000Z"


def test_a_run_of_a_deleted_campaign_never_starts(api: Api, clock: MovingClock) -> None:
    api.send(scheduled_at="2030-06-03T18:00:00Z")
    api.done("DELETE", "/campaigns/1")
    clock.move(days=1)
    assert api.data("/messages") == []


def test_a_run_without_phones_sends_nothing(api: Api, clock: MovingClock) -> None:
    api.send(scheduled_at="2030-06-03T18:00:00Z", sims=[1])
    api.done("DELETE", "/devices/1")
    clock.move(days=1)
    assert api.get("/campaigns/1")["status"] == "Processed"
    assert api.data("/messages") == []


def test_ussd_codes_can_recur(api: Api, clock: MovingClock) -> None:
    api.create("/ussd-pulls/send", ussd_codes=["*123#"], **HOURLY)
    clock.move(hours=2)
    assert len(api.data("/ussd-pulls")) == 3


def test_a_campaign_that_recurs_beyond_the_calendar_runs_once(api: Api) -> None:
    last = {"recurring": True, "frequency": 1000, "frequency_unit": "year"}
    repeats = [api.send(**last, name=f"{_}")["repeat_at"] for _ in range(1)]
    assert repeats == ["3030-06-03T12:00:00.000000Z"]


def test_gateways_can_share_a_file_and_start_a_run_once(start: Start, clock: MovingClock) -> None:
    one, other = start(), start()
    one.send(scheduled_at="2030-06-03T13:00:00Z")
    clock.now += timedelta(hours=2)
    assert one.statuses() == other.statuses() == ["Delivered"]
