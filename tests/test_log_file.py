"""The setting log_file: every request and response, dated, without secrets."""

import os
import re
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 .+")


def test_requests_and_responses_are_logged(run: Run, server: Gateway, home: Path) -> None:
    shown = run("messages send --to +12025550123 -m Hi --set log_file=logs/sms.log -q")
    assert shown.stderr == ""
    log = home / "logs" / "sms.log"
    lines = log.read_text().splitlines()
    assert all(map(LINE.fullmatch, lines))
    assert any("> POST" in line and "messages/send" in line for line in lines)
    assert any("< 201" in line for line in lines)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_no_secret_is_logged(
    run: Run, server: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_LOG_FILE", str(home / "sms.log"))
    run(
        "sending-servers create --name Twilio --driver twilio --type SMS "
        "--config auth_token=hush-hush"
    )
    run("api GET", f"messages?token={server.token}")
    log = (home / "sms.log").read_text()
    assert "hush-hush" not in log
    assert server.token not in log


def test_verbose_and_log_show_the_same(run: Run, server: Gateway, home: Path) -> None:
    shown = run("messages list -v --set log_file=sms.log").stderr.splitlines()
    logged = [line.partition(" ")[2] for line in (home / "sms.log").read_text().splitlines()]
    assert [line for line in shown if line[:1] in "<> "] == logged


def test_a_log_that_cannot_be_opened_stops_before_any_request(
    run: Run, server: Gateway, home: Path
) -> None:
    (home / "taken").mkdir()
    failed = run("messages send --to +12025550123 -m Hi --set log_file=taken", code=1).stderr
    assert "cannot write the log taken" in failed
    assert "--set log_file=" in failed
    assert server.requests == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no /dev/full")
def test_a_full_disk_changes_nothing_else(run: Run, server: Gateway) -> None:
    sent = run("messages send --to +12025550123 -m Hi --set log_file=/dev/full")
    assert sent.stderr.count("cannot write the log") == 1
    assert len(server.store.rows("campaigns")) == 1


def test_two_processes_append_whole_lines(
    server: Gateway, process: Callable[..., subprocess.CompletedProcess[str]], home: Path
) -> None:
    environment = {**os.environ, "SMSGW_LOG_FILE": str(home / "sms.log")}
    for _ in range(2):
        assert process("messages list", env=environment).returncode == 0
    lines = (home / "sms.log").read_text().splitlines()
    assert all(map(LINE.fullmatch, lines))
    assert sum("> GET" in line for line in lines) == 2


@pytest.mark.parametrize(
    "line",
    [
        "doctor",
        "contacts import 1 people.csv --workers 3",
        "contacts export 1",
        "devices delete 1 2 --yes",
        "devices selftest 1 2 --yes",
        "check devices",
        "messages send --csv people.csv -m Hi",
        "messages send --to +12025550123 -m Hi --watch",
        "api GET devices --paginate",
    ],
)
def test_no_request_is_missing_from_the_log(
    run: Run, server: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    rows = "".join(f"+1202555{1000 + each}\n" for each in range(5))
    (home / "people.csv").write_text(f"mobile_number\n{rows}")
    run("contact-lists create Friends")
    before = len(server.requests)
    monkeypatch.setenv("SMSGW_LOG_FILE", "~/sms.log")
    run(line)
    lines = [each.partition(" ")[2] for each in (home / "sms.log").read_text().splitlines()]
    assert sum(each.startswith("> ") for each in lines) == len(server.requests) - before
    assert sum(each.startswith("< ") for each in lines) == len(server.requests) - before
