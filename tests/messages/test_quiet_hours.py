"""The setting quiet_hours: what campaigns carry, what lets one through, and who is elsewhere."""

from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run
from tests.terminal import at_terminal

TO = "--to +12025550123 -m Hi"
SEND = f"messages send {TO}"
NIGHT = {"start": "08:00", "end": "21:00"}
WEEK = [1, 2, 3, 4, 5, 6]


@pytest.fixture
def quiet(server: Gateway, in_berlin: None, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """In Berlin, nights and Sundays are quiet."""
    monkeypatch.setenv("SMSGW_QUIET_HOURS", "21-8, sun")
    return server


def body_of(run: Run, line: str) -> Any:
    return run(f"{line} --dry-run -o json").json["body"]


def test_a_campaign_carries_what_is_left_and_its_zone(run: Run, quiet: Gateway) -> None:
    made = run(f"{SEND} -o json").json
    assert made["active_hours"] == "08:00-21:00"
    assert made["days_of_week"] == WEEK
    assert made["timezone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("options", "hours", "days", "zone"),
    [
        ("", NIGHT, WEEK, "Europe/Berlin"),
        ("--timezone US/Pacific", NIGHT, WEEK, "America/Los_Angeles"),
        ("--active-hours 06:00-10:30", {"start": "08:00", "end": "10:30"}, WEEK, "Europe/Berlin"),
        ("--active-hours 10:00-12:00", {"start": "10:00", "end": "12:00"}, WEEK, "Europe/Berlin"),
        ("--days sat-mon", NIGHT, [1, 6], "Europe/Berlin"),
        ("--at 2031-01-01T12:00Z", NIGHT, WEEK, "Europe/Berlin"),
        ("--set quiet_hours=22-7", {"start": "07:00", "end": "22:00"}, None, "Europe/Berlin"),
        ("--set quiet_hours=sun", None, WEEK, "Europe/Berlin"),
        ("--set quiet_hours=0-6", {"start": "06:00", "end": "23:59"}, None, "Europe/Berlin"),
        ("--set quiet_hours=", None, None, None),
        ("--allow quiet-hours", None, None, None),
        ("--allow quiet-hours --days sun", None, [7], "Europe/Berlin"),
    ],
)
def test_what_is_left_is_cut_to_what_was_given(
    run: Run, quiet: Gateway, options: str, hours: Any, days: Any, zone: str | None
) -> None:
    body = body_of(run, f"{SEND} {options}")
    assert (body.get("active_hours"), body.get("days_of_week")) == (hours, days)
    assert body.get("timezone") == zone


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--active-hours 05:00-08:00", "leaves nothing of 05:00-08:00"),
        ("--days sun", "leaves no day"),
        ("--set quiet_hours=12-14", "leaves 00:00-12:00 and 14:00-24:00"),
        ("--set quiet_hours=12-14 --active-hours 10:00-15:00", "leaves 10:00-12:00 and 14:00"),
        ("--timezone Etc/GMT+5", "does not know the time zone"),
    ],
)
@pytest.mark.parametrize("line", [SEND, f"messages preview {TO}", f"{SEND} --dry-run"])
def test_what_cannot_be_kept_to_is_refused(
    run: Run, quiet: Gateway, line: str, options: str, said: str
) -> None:
    told = run(f"{line} {options} -o json", code=2).error
    assert said in told["message"]
    assert quiet.requests == []


def test_mailings_and_retries_keep_to_them(run: Run, quiet: Gateway, home: Path) -> None:
    (home / "a.csv").write_text("phone\n+12025550199\n")
    run("messages send --csv a.csv -m Hi --allow quiet-hours")
    run("campaigns retry 1 --yes")
    run("messages send --csv a.csv -m Hello")
    first, *others = run("campaigns list -o json").json[::-1]
    assert first["active_hours"] == "00:00-23:59"
    assert [each["active_hours"] for each in others] == ["08:00-21:00"] * 2


def test_codes_and_raw_requests_do_not(run: Run, quiet: Gateway) -> None:
    pull = body_of(run, "ussd-pulls send '*123#'")
    assert pull.keys() == {"name", "ussd_codes"}
    run("api POST messages/send -f 'mobile_numbers[]=+12025550123' -f message=Hi")
    assert run("campaigns list -o json").json[0]["active_hours"] == "00:00-23:59"


def test_the_server_holds_what_is_sent_at_night(run: Run, quiet: Gateway) -> None:
    control = Control(quiet.url, quiet.token)
    control.set_clock("2031-01-04T21:30:00Z")  # a Saturday
    told = run(f"{SEND} --sim '+12025550141'")
    said = "note: quiet hours (21-8, sun): the server holds it until Mon 2031-01-06 08:00"
    assert said in told.stderr
    control.set_clock("2031-01-06T06:59:00Z")
    assert run("messages list -o json").json[0]["status"] != "Sent"
    control.set_clock("2031-01-06T07:05:00Z")
    (message,) = run("messages list -o json").json
    assert message["sent_at"].startswith("2031-01-06T07:0")
    assert "holds it" not in run(f"{SEND} --sim '+12025550141'").stderr


def test_what_lets_one_through_is_recorded(run: Run, server: Gateway) -> None:
    run("profiles add work " + server.url + " --token-stdin", input=server.token)
    run("profiles update work quiet_hours='21-8, sun'")
    for options, noted in (
        ("--allow quiet-hours", "quiet-hours"),
        ("--set quiet_hours=22-7", "quiet_hours=22-7"),
        ("--set quiet_hours=", "quiet_hours="),
        ("--set quiet_hours='20-9, sun'", None),
        ("", None),
    ):
        run(f"-p work {SEND} {options}")
        assert run("-p work sends list -o json").json[0]["allowed"] == noted


def test_those_of_a_profile_are_for_every_server(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SMSGW_SERVER")
    monkeypatch.delenv("SMSGW_TOKEN")
    run("profiles add work https://sms.example.com --token-stdin", input="token")
    run("profiles update work quiet_hours=21-8")
    monkeypatch.setenv("SMSGW_SERVER", server.url)
    monkeypatch.setenv("SMSGW_TOKEN", server.token)
    assert body_of(run, SEND)["active_hours"] == NIGHT


def test_a_send_that_is_known_stays_the_same(run: Run, quiet: Gateway) -> None:
    run(f"{SEND} --once lunch")
    assert "different" not in run(f"{SEND} --once lunch").stderr


PEOPLE = "+12025550123,+12025550124,+4915112345678,+819012345678,+447911123456,+18005550123"


def test_people_with_other_clocks_are_counted(run: Run, quiet: Gateway) -> None:
    shown = run(f"messages preview --to {PEOPLE} -m Hi --at 2031-01-08T12:00 -o json").json
    assert shown["other_zones"] == [
        {"zone": "America/New_York", "recipients": 2, "local_hours": "02:00-15:00"},
        {"zone": "Asia/Tokyo", "recipients": 1, "local_hours": "16:00-05:00"},
        {"zone": "Europe/London", "recipients": 1, "local_hours": "07:00-20:00"},
        {"zone": None, "recipients": 1, "local_hours": None},
    ]
    table = run(f"messages preview --to {PEOPLE} -m Hi --at 2031-01-08T12:00 -o table").stdout
    assert "5 recipients, with local hours: 2 America/New_York (02:00-15:00)" in table


def test_each_number_has_its_zones(run: Run, server: Gateway) -> None:
    shown = run(f"messages preview --to {PEOPLE},+870773111632 -m Hi -o json").json
    assert shown["other_zones"] == []
    zones = {each["number"]: each["zones"] for each in shown["recipient_zones"]}
    assert zones["+4915112345678"] == ["Europe/Berlin"]
    assert "America/Los_Angeles" in zones["+18005550123"]
    assert zones["+870773111632"] == []  # a satellite's


def test_the_question_counts_them(run: Run, quiet: Gateway) -> None:
    shown = at_terminal(
        ["messages", "send", "--to", PEOPLE, "-m", "Hi", "--set", "ask_above=0"], b"n\n"
    )
    assert "other zones: 5 recipients, with local hours: 2 America/New_York (" in shown.output
    assert quiet.store.rows("campaigns") == []
