"""What is set in the file of a gateway that runs, and what it does if it cannot be read."""

import pytest

from smsgw_cli.sandbox.keys import Change
from smsgw_cli.sandbox.steering import change, clock
from tests.sandbox.conftest import MONDAY_NOON, Api, Start


def test_what_is_set_is_stronger_than_what_it_began_with(start: Start) -> None:
    api = start(rate_limit=5, faults=("503 GET /devices",))
    assert api.http.get("/devices").status_code == 503
    change(api.gateway.settings.db, Change({"rate": 9, "fault": ["504 GET /devices"]}))
    assert api.http.get("/devices").status_code == 504
    assert api.http.get("/calls").headers["X-RateLimit-Limit"] == "9"
    change(api.gateway.settings.db, Change({"rate": None, "fault": None}))
    assert "X-RateLimit-Limit" not in api.http.get("/devices").headers


def test_counts_of_faults_go_on_when_something_else_is_set(api: Api) -> None:
    change(api.gateway.settings.db, Change({"fault": ["503 GET /devices times=1"]}))
    assert api.http.get("/devices").status_code == 503
    change(api.gateway.settings.db, Change({"latency": 0.0}))
    assert api.http.get("/devices").status_code == 200
    change(api.gateway.settings.db, Change({"fault": ["503 GET /devices times=1"]}))
    assert api.http.get("/devices").status_code == 503


def test_schedules_follow_the_clock_that_was_moved(api: Api) -> None:
    campaign = api.send(recurring=True, frequency=1, frequency_unit="day")["id"]
    change(api.gateway.settings.db, Change({"clock": 3 * 86_400_000 + 60_000}))
    assert api.statuses(campaigns=campaign) == ["Delivered"] * 4
    change(api.gateway.settings.db, Change({"clock": None}))
    assert api.http.get("/devices").headers["Date"] == f"{MONDAY_NOON:%a, %d %b %Y %H:%M:%S} GMT"


def test_the_time_is_that_of_the_clock(api: Api) -> None:
    before = clock(api.gateway.settings.db)
    change(api.gateway.settings.db, Change({"clock": 3_600_000}))
    assert 3_600 <= (clock(api.gateway.settings.db) - before).total_seconds() < 3_660


def test_a_file_that_cannot_be_read_is_an_error_of_the_server(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    api.gateway.store.connection.close()
    assert api.http.get("/devices").status_code == 500
    assert "cannot read what is set" in caplog.text
