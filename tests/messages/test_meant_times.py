"""Which day, hour and time zone a send means, and what is said of it."""

import time
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.conftest import Run

TO = "--to +12025550123 -m Hi"
SEND = f"messages send {TO}"


def body_of(run: Run, line: str) -> Any:
    return run(f"{line} --dry-run -o json").json["body"]


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
        ("2031-10-26T02:30", "2031-10-26T00:30:00Z", "the first is used (CEST)"),
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
    assert "in the time zone of this machine, Asia/Kolkata" in told.stderr
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
