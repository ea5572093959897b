"""When a send goes out: what has passed, which day and zone are meant, and what is said of it."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from smsgw_cli.sms.timestamps import read_timestamp
from tests.conftest import Run
from tests.scripted import answer, scripted
from tests.terminal import at_terminal

TO = "--to +12025550123 -m Hi"
SEND = f"messages send {TO}"


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture
def in_2031(server: Gateway) -> Control:
    """The server's clock is at noon in UTC, on Wednesday, 1 January 2031."""
    control = Control(server.url, server.token)
    control.set_clock("2031-01-01T12:00:00Z")
    return control


def campaigns(server: Gateway) -> list[Any]:
    return server.store.rows("campaigns")


def body_of(run: Run, line: str) -> Any:
    return run(f"{line} --dry-run -o json").json["body"]


def recently(minutes: float) -> str:
    return f"{datetime.now(UTC) - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"


# What has passed

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
    assert told["message"].startswith(f"{at} has passed, it is {datetime.now(UTC).year}-")
    assert told["hint"] == "--allow past sends at once"
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
    assert told.error["message"] == "today 09:00 has passed, it is 12:00"
    assert told.error["hint"] == "--at 'tomorrow 09:00'; --allow past sends at once"
    there = "--timezone Asia/Tokyo --at 'today 09:00'"
    told = run(f"messages send --list Friends -m Hi {there} -o json", code=2)
    assert told.error["message"] == "today 09:00 has passed, it is 21:00 Asia/Tokyo"


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
    assert "warning" not in sent.stderr


def test_no_request_is_made_for_a_clock(run: Run, in_2031: Control, server: Gateway) -> None:
    before = len(server.requests)
    told = run(f"{SEND} --at 2030-12-31T12:00Z -o json")
    assert [path for _, path, _ in server.requests[before:]] == ["/api/v1/messages/send"]
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
    assert "passed 3 min ago; it is sent at once" in told.stderr
    assert "warning: " in told.stderr
    assert run(f"{SEND} -q --at {recently(0)}").stderr == ""  # as cron does, of which mail is sent
    assert "Sent" in run("messages list").stdout
    run(f"{SEND} --at {recently(8)}", code=2)


def test_an_end_before_the_start_is_refused(run: Run, server: Gateway) -> None:
    for line in ("--until 2020-01-01", "--at 2031-01-02T09:00Z --until 2031-01-01"):
        told = run(f"{SEND} --every day {line} -o json", code=2).error
        assert "is before the first send" in told["message"]
    assert server.requests == []


# A mailing that goes on

MAILING = "messages send --csv a.csv -m 'Hi {name}' --settle 0"


@pytest.fixture
def interrupted(run: Run, in_2031: Control, home: Path) -> Control:
    """A mailing for 15:00 of which one of three rows was sent; now it is 18:00."""
    numbers = "".join(f"{name},+1202555012{at}\n" for at, name in enumerate("abc"))
    (home / "a.csv").write_text(f"name,phone\n{numbers}")
    in_2031.add_fault("401 POST /messages/send after=1")
    run(f"{MAILING} --sim '+12025550141' --workers 1 --at 'today 15:00'", code=7)
    in_2031.remove_faults()
    in_2031.set_clock("2031-01-01T18:00:00Z")
    return in_2031


@pytest.mark.parametrize("at", ["--at 'today 15:00'", "--at 'today 20:00'", ""])
def test_a_mailing_that_goes_on_keeps_its_time_and_is_not_refused(
    run: Run, interrupted: Control, server: Gateway, at: str
) -> None:
    shown = run(f"messages preview --csv a.csv -m 'Hi {{name}}' --sim '+12025550141' {at} -o json")
    assert shown.json["when"]["first"] is None
    dry = run(f"{MAILING} --sim '+12025550141' {at} --dry-run -o json").json
    assert {each["body"]["scheduled_at"] for each in dry} == {"2031-01-01T15:00:00Z"}
    told = run(f"{MAILING} --sim '+12025550141' {at}")
    assert "has passed" not in told.stderr
    times = {read_timestamp(each["scheduled_at"]) for each in run("campaigns list -o json").json}
    assert times == {datetime(2031, 1, 1, 15, tzinfo=UTC)}
    assert len(campaigns(server)) == 3


def test_one_that_is_sent_to_everybody_again_is_refused(run: Run, interrupted: Control) -> None:
    line = f"{MAILING} --sim '+12025550141' --at 'today 15:00' --allow repeat"
    assert "has passed" in run(line, code=2).stderr


def test_a_send_whose_key_is_known_is_not_refused_for_its_time(
    run: Run, in_2031: Control, server: Gateway
) -> None:
    line = f"{SEND} --sim '+12025550141' --once lunch --at 'today 15:00'"
    first = run(f"{line} -q").stdout
    in_2031.set_clock("2031-01-01T18:00:00Z")
    again = run(line)
    assert "already sent with the key 'lunch'" in again.stderr
    assert "different" not in again.stderr
    assert run(f"{line} -q").stdout == first
    assert len(campaigns(server)) == 1


# Which day, and which clock


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("09:00", "note: --at 09:00 is tomorrow, 09:00\n"),
        ("'fri 09:00'", "note: --at 'fri 09:00' is Fri 2031-01-03, 09:00\n"),
        ("'thu 09:00'", "note: --at 'thu 09:00' is tomorrow, 09:00\n"),
        ("fri", "note: --at fri is Fri 2031-01-03, 00:00 (midnight)\n"),
        ("tomorrow", "note: --at tomorrow is tomorrow, 00:00 (midnight)\n"),
        ("2031-02-01", "note: --at 2031-02-01 is Sat 2031-02-01, 00:00 (midnight)\n"),
    ],
)
def test_a_day_or_hour_that_was_not_typed_is_told(
    run: Run, in_2031: Control, at: str, said: str
) -> None:
    options = f"--sim '+12025550141' --timezone UTC --at {at} --dry-run"
    assert said in run(f"{SEND} {options}").stderr
    assert said not in run(f"{SEND} {options} -q").stderr


@pytest.mark.parametrize("at", ["18:00", "'wed 18:00'", "'today 18:00'", "2031-02-01T09:00", "+2h"])
def test_what_means_just_that_is_not_told(run: Run, in_2031: Control, at: str) -> None:
    told = run(f"{SEND} --sim '+12025550141' --timezone UTC --at {at} --dry-run")
    assert "--at" not in told.stderr


@pytest.mark.parametrize("zone", ["--timezone Europe/Berlin", ""])
@pytest.mark.parametrize(
    ("at", "meant", "said"),
    [
        ("2031-03-30T02:30", "2031-03-30T01:00:00Z", "never show 02:30 on 2031-03-30"),
        ("2031-10-26T02:30", "2031-10-26T00:30:00Z", "the first is meant (CEST)"),
    ],
)
@pytest.mark.usefixtures("in_berlin")
def test_an_hour_that_clocks_skip_or_repeat_is_told(
    run: Run, server: Gateway, at: str, meant: str, said: str, zone: str
) -> None:
    told = run(f"{SEND} --at {at} {zone} --dry-run -o json")
    assert told.json["body"]["scheduled_at"] == meant
    assert said in told.stderr


@pytest.mark.parametrize("zone", ["--timezone Europe/Berlin", ""])
@pytest.mark.parametrize(
    ("until", "ends"),
    [
        ("2031-01-31", "2031-01-31T22:59:59Z"),
        ("2031-03-30", "2031-03-30T21:59:59Z"),  # 23 hours
        ("2031-01-31T12:00", "2031-01-31T11:00:00Z"),
        ("2031-01-31T00:00", "2031-01-30T23:00:00Z"),
    ],
)
@pytest.mark.usefixtures("in_berlin")
def test_until_a_day_includes_it(
    run: Run, server: Gateway, zone: str, until: str, ends: str
) -> None:
    line = f"{SEND} --at 2031-01-29T09:00 --every day {zone} --until {until}"
    told = run(f"{line} --dry-run -o json")
    assert told.json["body"]["ends_at"] == ends
    assert ("includes that day" in told.stderr) == ("T" not in until)


def test_the_last_day_of_a_repetition_is_sent_on(run: Run, in_2031: Control) -> None:
    options = "--at 2031-01-29T09:00 --every day --until 2031-01-31 --timezone Europe/Berlin"
    run(f"{SEND} --sim '+12025550141' {options}")
    in_2031.set_clock("2031-03-01T00:00:00Z")
    sent = [each["sent_at"][:13] for each in run("messages list -o json").json]
    assert sorted(sent) == ["2031-01-29T08", "2031-01-30T08", "2031-01-31T08"]


@pytest.mark.parametrize("options", ["--days mon", "--active-hours 08:00-20:00", "--every day"])
def test_this_machines_zone_goes_along_and_is_told(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch, options: str
) -> None:
    monkeypatch.setenv("TZ", "Asia/Calcutta")
    time.tzset()
    told = run(f"{SEND} {options} --dry-run -o json")
    assert told.json["body"]["timezone"] == "Asia/Kolkata"
    assert "on the clock of this machine, Asia/Kolkata" in told.stderr
    assert "0.1.0" not in run(f"{SEND} {options} --timezone UTC --dry-run").stderr


@pytest.mark.parametrize("zone", ["Etc/GMT+5", "Etc/GMT-14", "PST8PDT"])
def test_a_zone_without_a_place_is_for_times_alone(run: Run, server: Gateway, zone: str) -> None:
    body = body_of(run, f"{SEND} --at 2031-01-01T09:00 --timezone {zone}")
    assert body["scheduled_at"].endswith(":00:00Z")
    assert "timezone" not in body
    for options in ("--days mon", "--every day", "--active-hours 08:00-09:00"):
        told = run(f"{SEND} {options} --timezone {zone} -o json", code=2).error
        assert "does not know the time zone" in told["message"]
    assert server.requests == []


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory", "right/UTC", "Mars/Base"])
def test_what_is_no_zone_is_refused(run: Run, server: Gateway, zone: str) -> None:
    told = run(f"{SEND} --at 2031-01-01T09:00 --timezone {zone} -o json", code=2).error
    assert "must be a time zone" in told["message"]


@pytest.mark.parametrize(
    ("every", "at", "is_said"),
    [
        ("1 month", "2031-01-31T09:00", True),
        ("2 months", "2031-01-30T09:00", True),
        ("1 month", "2031-01-28T09:00", False),
        ("1 year", "2032-02-29T09:00", True),
        ("1 week", "2031-01-31T09:00", False),
    ],
)
def test_months_without_the_day_are_told(
    run: Run, server: Gateway, every: str, at: str, is_said: bool
) -> None:
    options = f"{TO} --every '{every}' --at {at}"
    said = "the API does not document"
    assert (said in run(f"messages send {options} --dry-run").stderr) == is_said
    shown = run(f"messages preview {options} -o json").json["notes"]
    assert any(said in each for each in shown) == is_said


# Another name of a zone

INVALID = {"timezone": ["The timezone field must be a valid timezone."]}


def _refused(errors: Any) -> bytes:
    body = json.dumps({"message": "invalid", "errors": errors}).encode()
    return answer("422 Unprocessable Content", body)


def _made(zone: str) -> bytes:
    return answer("201 Created", json.dumps({"id": 7, "name": "n", "timezone": zone}).encode())


@pytest.mark.parametrize(
    ("zone", "sent", "other"),
    [
        ("Europe/Kyiv", "Europe/Kyiv", "Europe/Kiev"),
        ("Europe/Kiev", "Europe/Kyiv", "Europe/Kiev"),
        ("Asia/Calcutta", "Asia/Kolkata", "Asia/Calcutta"),
    ],
)
def test_a_server_with_an_older_list_of_zones_is_asked_once_more(
    run: Run, monkeypatch: pytest.MonkeyPatch, zone: str, sent: str, other: str
) -> None:
    with scripted(_refused(INVALID), _made(other)) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        told = run(f"{SEND} --days mon --timezone {zone}")
    bodies = [json.loads(each.partition(b"\r\n\r\n")[2]) for each in server.requests]
    assert [each["timezone"] for each in bodies] == [sent, other]
    assert bodies[0]["name"] == bodies[1]["name"]
    assert "warning" not in told.stderr  # it is the zone that was asked for


def test_a_mailing_asks_once_more_as_well(
    run: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    (home / "a.csv").write_text("phone,name\n+12025550123,Ann\n+12025550124,Bob\n")
    made = _made("Europe/Kiev")
    with scripted(_refused(INVALID), made, made.replace(b'"id": 7', b'"id": 8')) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        run("messages send --csv a.csv -m {name} --days mon --timezone Europe/Kyiv --workers 1")
    zones = [b"Kyiv" in request for request in server.requests]
    assert zones == [True, False, False]  # the next message has the name that was taken


@pytest.mark.parametrize(
    ("zone", "errors"),
    [
        ("Europe/Berlin", INVALID),  # it has no other name
        ("Europe/Kyiv", {**INVALID, "message": ["too long"]}),
        ("Europe/Kyiv", {"days_of_week": ["invalid"]}),
    ],
)
def test_other_refusals_are_final(
    run: Run, monkeypatch: pytest.MonkeyPatch, zone: str, errors: Any
) -> None:
    with scripted(_refused(errors)) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        run(f"{SEND} --days mon --timezone {zone}", code=5)
    assert len(server.requests) == 1


def test_a_second_refusal_is_final(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(_refused(INVALID), _refused(INVALID)) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        run(f"{SEND} --days mon --timezone Europe/Kyiv", code=5)
    assert len(server.requests) == 2


# Preview and question


def test_preview_says_when_in_both_clocks(run: Run, server: Gateway) -> None:
    options = "--at 2031-01-31T09:00 --every '1 month' --until 2031-06-30 --timezone Europe/Berlin"
    when = run(f"messages preview {TO} {options} -o json").json["when"]
    assert when["timezone"] == "Europe/Berlin"
    assert when["first"] == {"utc": "2031-01-31T08:00:00Z", "local": "2031-01-31T09:00:00+01:00"}
    assert [each["local"] for each in when["next"]] == [
        "2031-02-28T09:00:00+01:00",
        "2031-03-31T09:00:00+02:00",
        "2031-04-30T09:00:00+02:00",
    ]
    assert when["last"] == {"utc": "2031-06-30T07:00:00Z", "local": "2031-06-30T09:00:00+02:00"}
    table = run(f"messages preview {TO} {options} -o table").stdout
    assert "Fri 2031-01-31 09:00 Europe/Berlin (08:00 UTC)" in table
    assert "Fri 2031-02-28 09:00, Mon 2031-03-31 09:00, Wed 2031-04-30 09:00" in table
    assert "Mon 2031-06-30 09:00 Europe/Berlin (07:00 UTC)" in table


def test_preview_says_at_once_and_no_end(run: Run, server: Gateway) -> None:
    when = run(f"messages preview {TO} -o json").json["when"]
    assert (when["first"], when["next"], when["last"]) == (None, [], None)
    table = run(f"messages preview {TO} --every day --timezone UTC -o table").stdout
    assert "at once" in table
    assert "no end" in table


def test_preview_says_how_long_the_hours_hold_it(run: Run, server: Gateway) -> None:
    options = "--at 2031-01-31T19:00 --days mon-fri --active-hours 08:00-17:00 --timezone UTC"
    shown = run(f"messages preview {TO} {options} -o json").json["when"]
    assert shown["held_until"]["utc"] == "2031-02-03T08:00:00Z"
    assert (shown["active_hours"], shown["days_of_week"]) == ("08:00-17:00", [1, 2, 3, 4, 5])


def test_the_question_says_when(run: Run, server: Gateway) -> None:
    options = "--at 2031-01-31T09:00 --timezone Europe/Berlin --set ask_above=0"
    said = "on Fri 2031-01-31 09:00 Europe/Berlin (08:00 UTC)?"
    assert f"Send it to 1 recipients {said}" in run(f"{SEND} {options}", code=2).stderr
    pull = run(f"ussd-pulls send '*123#' {options}", code=2)
    assert f"Send it to 1 codes {said}" in pull.stderr
    shown = at_terminal(
        ["messages", "send", "--to", "+12025550123", "-m", "Hi", "--every", "day",
         "--at", "2031-01-31T09:00", "--timezone", "UTC", "--set", "ask_above=0"], b"n\n",
    )  # fmt: skip
    assert "next: Sat 2031-02-01 09:00, Sun 2031-02-02 09:00" in shown.output
    assert campaigns(server) == []


def test_json_of_a_send_is_the_servers(run: Run, server: Gateway) -> None:
    sent = run(f"{SEND} --at 2031-01-31T09:00 --timezone Europe/Berlin -o json").json
    assert sent["scheduled_at"] == "2031-01-31T08:00:00.000000Z"
    assert sent["timezone"] == "Europe/Berlin"
