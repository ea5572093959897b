"""Local time is that of the setting `timezone`, or else of TZ: read and shown alike."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal
from tests.recording import Recording, recording

TO = "--to +12025550123 -m Hi"
SOURCES = ["-p berlin", "--set timezone=Europe/Berlin", "variable", "TZ"]


@pytest.fixture(params=SOURCES)
def in_berlin(
    request: pytest.FixtureRequest, server: Gateway, monkeypatch: pytest.MonkeyPatch, run: Run
) -> str:
    """Options for Berlin; the machine is in New York, unless TZ itself says where it is."""
    monkeypatch.setenv("TZ", "Europe/Berlin" if request.param == "TZ" else "America/New_York")
    time.tzset()
    if request.param == "variable":
        monkeypatch.setenv("SMSGW_TIMEZONE", "Europe/Berlin")
    if not request.param.startswith("-p"):
        return request.param if request.param.startswith("--") else ""
    monkeypatch.delenv("SMSGW_SERVER")
    monkeypatch.delenv("SMSGW_TOKEN")
    added = f"profiles add berlin {server.url} timezone=Europe/Berlin --token-stdin"
    run(added, input=server.token)
    return str(request.param)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    """A machine in New York, its user in Berlin, and a server that answers nothing of use."""
    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setenv("SMSGW_TIMEZONE", "Europe/Berlin")
    time.tzset()
    with recording() as recorded:
        monkeypatch.setenv("SMSGW_SERVER", recorded.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        yield recorded


def test_a_time_is_shown_as_it_was_typed(run: Run, in_berlin: str) -> None:
    sent = run(f"messages send {TO} --at '2031-01-01 18:00' -o json {in_berlin}").json
    assert sent["scheduled_at"] == "2031-01-01T17:00:00.000000Z"
    shown = run(f"campaigns get {sent['id']} -o table {in_berlin}").stdout
    assert re.search(r"^scheduled_at +2031-01-01 18:00:00$", shown, re.MULTILINE)


def test_a_time_that_a_table_shows_finds_its_campaign(run: Run, in_berlin: str) -> None:
    sent = run(f"messages send {TO} -o json {in_berlin}").json
    columns = "id,created_at"
    shown = run(f"campaigns list -o table -c {columns} {in_berlin}").stdout.splitlines()[-1]
    created = " ".join(shown.split()[1:])
    found = f"campaigns list --since '{created}' -q {in_berlin}"
    assert run(found).stdout.split() == [str(sent["id"])]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    ("typed", "meant", "has_note"),
    [
        ("2031-03-30 02:30", "2031-03-30T01:00:00Z", True),  # skipped in Berlin, not in New York
        ("2031-03-09 02:30", "2031-03-09T01:30:00Z", False),  # skipped in New York only
        ("2031-10-26 02:30", "2031-10-26T00:30:00Z", True),  # twice in Berlin: the first
    ],
)
def test_clocks_change_as_they_do_in_the_zone_of_the_setting(
    run: Run, typed: str, meant: str, has_note: bool
) -> None:
    line = f"messages send {TO} --at '{typed}' --dry-run -o json"
    sent = run(line)
    assert sent.json["body"]["scheduled_at"] == meant
    assert ("in Europe/Berlin" in sent.stderr) is has_note
    assert "America" not in sent.stderr


def test_filters_and_their_notes_are_in_the_zone_of_the_setting(
    run: Run, elsewhere: Recording
) -> None:
    shown = run("messages list --since 2026-01-01")
    assert elsewhere.requests[-1].query["after"] == "2025-12-31T23:00:00Z"
    assert "--since read as local time (2026-01-01T00:00+01:00); 0.1.0 read UTC" in shown.stderr


def test_a_setting_of_utc_is_the_time_of_0_1_0(run: Run, elsewhere: Recording) -> None:
    shown = run("messages list --since 2026-01-01 --set timezone=UTC")
    assert elsewhere.requests[-1].query["after"] == "2026-01-01"
    assert "0.1.0" not in shown.stderr


@pytest.mark.parametrize("in_berlin", ["variable"], indirect=True)
def test_reports_are_in_the_zone_of_the_setting(run: Run, in_berlin: str, home: Path) -> None:
    sent = run(f"messages send {TO} -o json").json
    run(f"campaigns report {sent['id']} --html report.html")
    page = (home / "report.html").read_text()
    assert re.search(r"in the time zone CES?T\.", page)
    shown = run(f"campaigns get {sent['id']} -o table").stdout
    created = re.search(r"created_at +\S+ (\d\d:\d\d)", shown)
    assert created
    assert re.search(rf"created \d+ \w+ \d+, {created[1]}", page)


@pytest.mark.parametrize("in_berlin", ["variable"], indirect=True)
def test_a_conversation_is_in_the_zone_of_the_setting(run: Run, in_berlin: str) -> None:
    sent = run(f"messages send {TO} --watch -o json").json
    cells = run(f"messages list --campaign {sent['id']} -o table -c id,sent_at").stdout
    conversation = on_terminal("messages list --number +12025550123", NO_COLOR="1").shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", conversation)
    assert f"  {cells.split()[-1][:5]} →" in plain


@pytest.mark.usefixtures("elsewhere")
def test_an_unknown_zone_of_the_machine_does_not_matter_where_one_is_set(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Nowhere/Else")
    line = f"messages send {TO} --at '2031-01-01 18:00' --dry-run -o json"
    assert run(line).json["body"]["scheduled_at"] == "2031-01-01T17:00:00Z"
    monkeypatch.delenv("SMSGW_TIMEZONE")
    assert run(line, code=2).error["message"] == "unknown time zone TZ=Nowhere/Else"
