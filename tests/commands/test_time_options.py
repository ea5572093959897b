"""Times and durations on the command line: what is asked for, sent and noted."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sms.timestamps import read_timestamp
from tests.conftest import Run
from tests.recording import Recording, recording

TO = "--to +12025550123 -m Hi"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    with recording() as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        yield server


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def body_of(run: Run, line: str) -> Any:
    return run(f"{line} --dry-run -o json").json["body"]


LISTS = [
    ("messages list --since {}", "after"),
    ("messages list --before {}", "before"),
    ("ussd-pulls list --since {}", "after"),
    ("campaigns list --since {}", "after"),
    ("campaigns list --before {}", "before"),
    ("suppress from-replies --since {}", "after"),
]


@pytest.mark.parametrize(("line", "key"), LISTS)
@pytest.mark.usefixtures("in_berlin")
def test_a_time_without_a_zone_is_local_and_differs_from_the_release_before(
    run: Run, recorded: Recording, line: str, key: str
) -> None:
    option = line.split()[2]
    shown = run(line.format("2026-01-01"))
    assert recorded.requests[-1].query[key] == "2025-12-31T23:00:00Z"
    noted = f"note: {option} read as local time (2026-01-01T00:00+01:00); 0.1.0 read UTC\n"
    assert noted in shown.stderr


@pytest.mark.parametrize("text", ["2026-01-01T00:00:00Z", "2026-01-01T01:00+01:00", "2h", "400d"])
@pytest.mark.parametrize(("line", "key"), LISTS)
@pytest.mark.usefixtures("in_berlin")
def test_a_time_with_a_zone_and_an_age_are_what_they_were(
    run: Run, recorded: Recording, line: str, key: str, text: str
) -> None:
    shown = run(line.format(text))
    asked = recorded.requests[-1].query[key]
    if text.startswith("2026"):
        assert asked == "2026-01-01"
    else:
        age = datetime.now(UTC) - read_timestamp(asked)
        assert abs(age - timedelta(days=400 if "d" in text else 2 / 24)) < timedelta(minutes=1)
    assert "0.1.0" not in shown.stderr


@pytest.mark.parametrize(("line", "key"), LISTS)
def test_where_the_local_time_is_utc_nothing_is_noted(
    run: Run, recorded: Recording, line: str, key: str
) -> None:
    assert "0.1.0" not in run(line.format("'2026-01-01 12:30'")).stderr
    assert recorded.requests[-1].query[key] == "2026-01-01T12:30:00Z"


@pytest.mark.usefixtures("in_berlin")
def test_one_who_wants_no_notes_gets_none(run: Run, recorded: Recording) -> None:
    assert run("messages list --after 2026-01-01 -q").stderr == ""


@pytest.mark.parametrize(
    "line",
    [
        "messages list --after 6pm",
        "messages list --after 5",
        "messages list --before ''",
        "campaigns list --before 2026-02-30",
        "ussd-pulls list --after +999999999w",
        "suppress from-replies --since soon",
        "messages tail --since 5 --no-follow",
        "sends forget --before 5 --yes",
        f"messages send {TO} --at 2h",
        f"messages send {TO} --every day --until 6pm",
    ],
)
def test_what_cannot_be_read_is_refused_before_any_request(
    run: Run, recorded: Recording, line: str
) -> None:
    error = run(f"{line} -o json", code=2).error
    assert error["message"].startswith("cannot read ")
    assert error["hint"].startswith("use 2031-01-01")
    assert recorded.requests == []


@pytest.mark.parametrize(
    "line",
    [
        f"messages send {TO} --delay 6x",
        f"messages send {TO} --settle soon",
        "sends settle --settle -1",
        "messages tail --interval x --no-follow",
        "messages tail --look-back 5 --no-follow",
        "messages list --timeout nan",
        "--timeout 5y messages list",
        "contacts import 1 no.csv --settle 1h30",
    ],
)
def test_what_is_not_a_duration_is_refused_before_any_request(
    run: Run, recorded: Recording, line: str
) -> None:
    error = run(f"{line} -o json", code=2).error
    assert "a duration" in error["message"]
    assert "1h30m" in f"{error['message']} {error['hint']}"
    assert recorded.requests == []


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("1m30s", 90), ("1d", 86400)]
)
def test_a_delay_has_units_or_is_in_seconds(
    run: Run, recorded: Recording, text: str, seconds: int
) -> None:
    assert body_of(run, f"messages send {TO} --delay {text}")["delay"] == seconds


@pytest.mark.usefixtures("in_berlin")
def test_the_zone_of_a_send_is_that_of_its_times(run: Run, recorded: Recording) -> None:
    here = body_of(run, f"messages send {TO} --at '2031-07-01 12:00'")
    assert here["scheduled_at"] == "2031-07-01T10:00:00Z"
    there = body_of(run, f"messages send {TO} --at '2031-07-01 12:00' --timezone Asia/Tokyo")
    assert there["scheduled_at"] == "2031-07-01T03:00:00Z"


@pytest.mark.usefixtures("in_berlin")
@pytest.mark.parametrize(
    "options", ["--days mon-fri", "--active-hours 08:00-20:00", "--every '1 day'"]
)
def test_hours_days_and_repetitions_go_with_this_machines_zone(
    run: Run, recorded: Recording, options: str
) -> None:
    assert body_of(run, f"messages send {TO} {options}")["timezone"] == "Europe/Berlin"
    there = body_of(run, f"messages send {TO} {options} --timezone US/Pacific")
    assert there["timezone"] == "America/Los_Angeles"
    assert "timezone" not in body_of(run, f"messages send {TO} --at +2h")


@pytest.mark.parametrize("zone", ["CET-1CEST,M3.5.0,M10.5.0/3", "Nowhere/Else"])
def test_a_machine_whose_zone_has_no_name_needs_one_for_days(
    run: Run, recorded: Recording, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    told = run(f"messages send {TO} -m Hi --days mon -o json", code=2).error
    assert f"TZ={zone}" in told["message"]
    assert told["hint"] == "set --timezone"
    assert recorded.requests == []
    assert body_of(run, f"messages send {TO} --days mon --timezone Asia/Tokyo")


def test_an_unknown_zone_of_tz_is_no_utc(
    run: Run, recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Nowhere/Else")
    told = run(f"messages send {TO} -m Hi --at 2031-01-01T09:00 -o json", code=2).error
    assert "TZ=Nowhere/Else" in told["message"]
    assert recorded.requests == []
    assert body_of(run, f"messages send {TO} --at 2031-01-01T09:00Z")


def test_a_zone_of_tz_needs_no_database_of_the_system(
    run: Run, recorded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one, the C library takes any zone for UTC; that of this process does until tzset."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    body = body_of(run, f"messages send {TO} --at 2031-01-01T09:00")
    assert body["scheduled_at"] == "2031-01-01T00:00:00Z"


def test_a_time_of_day_that_has_just_passed_is_still_meant(run: Run, server: Gateway) -> None:
    now = datetime.now(UTC)
    sent = run(f"messages send {TO} --at {now:%H:%M} -o json").json
    at = read_timestamp(sent["scheduled_at"])
    assert timedelta() <= datetime.now(UTC) - at < timedelta(minutes=3)


def test_waiting_takes_units_too(run: Run, server: Gateway) -> None:
    run(f"messages send {TO} --settle 1s --watch --timeout 1m")
    run("campaigns watch 1 --timeout 0.5m")
    run("messages tail --no-follow --interval 2s --since 1h --look-back 2w")
    run("sends settle --settle 0s")
    assert "from 1 to" in run("messages tail --interval 0.5 --no-follow", code=2).stderr
    assert run("sends forget --before 400d --yes -o json").json == []


def test_a_profile_keeps_a_timeout_with_a_unit(run: Run, home: Path) -> None:
    run("profiles add work --server https://sms.example.com --token-stdin --timeout 1m", input="t")
    assert run("profiles show work -o json").json["timeout"] == 60
    (config,) = home.rglob("config.toml")
    config.write_text(config.read_text().replace("60.0", '"2m"'))
    assert run("profiles show work -o json").json["timeout"] == 120
    config.write_text(config.read_text().replace("2m", "soon"))
    assert "must be a duration such as 5s" in run("profiles show work", code=2).stderr
