"""Times that have passed: refused, allowed, told, by the clock of the server too."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run

TO = "--to +12025550123 -m Hi"
SEND = f"messages send {TO}"


def campaigns(server: Gateway) -> list[Any]:
    return server.store.rows("campaigns")


def body_of(run: Run, line: str) -> Any:
    return run(f"{line} --dry-run -o json").json["body"]


def recently(minutes: float) -> str:
    return f"{datetime.now(UTC) - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


PASSED = [
    "2020-01-01T09:00Z",
    "2020-01-01",
    "2020-01-01T09:00+05:30",
    "yesterday 23:00",
    "yesterday",
]


@pytest.mark.parametrize("at", PASSED)
@pytest.mark.parametrize(
    "line",
    [SEND, f"{SEND} --dry-run", f"messages preview {TO}", "ussd-pulls send '*123#'",
     "messages send --csv a.csv -m Hi", "messages preview --csv a.csv -m Hi"],
)  # fmt: skip
def test_a_date_that_has_passed_is_refused_before_any_request(
    run: Run, server: Gateway, home: Path, line: str, at: str
) -> None:
    (home / "a.csv").write_text("phone\n+12025550123\n")
    told = run(f"{line} -o json --at", at, code=2).error
    assert told["message"].startswith(f"{at} has passed: it is {datetime.now(UTC).year}-")
    assert told["hint"] == "use --allow past to send immediately"
    assert server.requests == []


def test_a_retry_is_refused_as_well(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550199 -m Hi")
    told = run("campaigns retry 1 --yes --at 2020-01-01T09:00Z", code=2)
    assert "--allow past" in told.stderr
    assert len(campaigns(server)) == 1
    run("campaigns retry 1 --yes --at 2020-01-01T09:00Z --allow past")


def test_an_hour_of_today_is_refused_with_that_of_tomorrow(run: Run, in_2031: Control) -> None:
    run("contact-lists create Friends")
    told = run("messages send --list Friends -m Hi --at 'today 09:00' -o json", code=2)
    assert told.error["message"] == "today 09:00 has passed: it is 12:00"
    assert told.error["hint"] == "--at 'tomorrow 09:00'; use --allow past to send immediately"
    there = "--timezone Asia/Tokyo --at 'today 09:00'"
    told = run(f"messages send --list Friends -m Hi {there} -o json", code=2)
    assert told.error["message"] == "today 09:00 has passed: it is 21:00 Asia/Tokyo"


def test_our_clock_is_corrected_by_an_answer_before_the_send(run: Run, in_2031: Control) -> None:
    """Years apart: what our clock calls the future is over, and `today` is another day."""
    run("contact-lists create Friends")
    line = "messages send --list Friends -m Hi"
    assert "has passed" in run(f"{line} --at 2030-12-31T09:00", code=2).stderr
    body = body_of(run, f"{line} --at 'today 18:00'")
    assert body["scheduled_at"] == "2031-01-01T18:00:00Z"
    assert body_of(run, f"{line} --at +2h")["scheduled_at"].startswith("2031-01-01T14:00")


def test_a_clock_that_is_ahead_refuses_nothing_the_server_has_before_it(
    run: Run, server: Gateway
) -> None:
    control = Control(server.url, server.token)
    control.set_clock("2019-12-31T12:00:00Z")
    run("contact-lists create Friends")
    sent = run("messages send --list Friends -m Hi --at 2020-01-01T09:00Z -o json")
    assert sent.json["scheduled_at"] == "2020-01-01T09:00:00.000000Z"
    assert "passed" not in sent.stderr


def test_no_request_is_made_for_a_clock(run: Run, in_2031: Control, server: Gateway) -> None:
    before = len(server.requests)
    told = run(f"{SEND} --at 2030-12-31T12:00Z -o json")
    assert server.requests[before][1] == "/api/v1/messages/send"
    assert "warning: 2030-12-31T12:00:00Z had passed by the server's clock" in told.stderr
    assert "2031-01-01T12:00:0" in told.stderr  # theirs
    assert f"{datetime.now(UTC):%Y-%m-%dT}" in told.stderr  # and ours
    assert "warning" in run(f"{SEND} --at 2030-12-31T12:00Z -q").stderr


def test_a_mailing_is_warned_of_by_the_servers_clock_too(
    run: Run, in_2031: Control, home: Path
) -> None:
    (home / "a.csv").write_text("phone\n+12025550123\n")
    told = run("messages send --csv a.csv -m Hi --at 2030-12-31T12:00Z")
    assert "warning: 2030-12-31T12:00:00Z had passed by the server's clock" in told.stderr


def test_what_is_allowed_goes_out_at_once_and_is_recorded(run: Run, server: Gateway) -> None:
    sent = run(f"{SEND} --at 2020-01-01T09:00Z --allow past -q")
    assert sent.stderr.count("warning") == 1
    assert "warning: 2020-01-01T09:00Z passed" in sent.stderr
    assert run("messages list -o json").json[0]["status"] == "Sent"
    assert run("sends list -o json").json[0]["allowed"] == "past"
    run("ussd-pulls send '*123#' --at 2020-01-01T09:00Z --allow past")


def test_a_few_minutes_are_forgiven_and_told(run: Run, server: Gateway) -> None:
    told = run(f"{SEND} -q --at {recently(3)}")
    assert "passed 3 min ago; it is sent immediately" in told.stderr
    assert "warning: " in told.stderr
    assert run(f"{SEND} -q --at {recently(0)}").stderr == ""  # as cron does, of which mail is sent
    assert "Sent" in run("messages list").stdout
    run(f"{SEND} --at {recently(8)}", code=2)


def test_an_end_before_the_start_is_refused(run: Run, server: Gateway) -> None:
    for line in ("--until 2020-01-01", "--at 2031-01-02T09:00Z --until 2031-01-01"):
        told = run(f"{SEND} --every day {line} -o json", code=2).error
        assert "is before the first send" in told["message"]
    assert server.requests == []
