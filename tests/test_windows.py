"""What is decided for Windows, where modes, process groups and some clocks are missing."""

import os
import runpy
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.engine import signals
from smsgw_cli.process_group import end
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

MISSING = {
    os: ("chown", "getpgrp", "killpg", "set_blocking", "tcgetpgrp"),
    signal: ("SIGHUP", "pthread_sigmask"),
    time: ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC", "clock_gettime"),
}


DECIDING = (
    "cli.plugin",
    "commands._check_textfile",
    "config.token_command",
    "engine.settle_time",
    "process_group",
    "storage.private_file",
)


class Windows:
    """The module sys, as these modules see it; libraries would look for more of Windows."""

    platform = "win32"

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


@pytest.fixture(autouse=True)
def _windows(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DECIDING:
        monkeypatch.setattr(f"smsgw_cli.{name}.sys", Windows())
    for module, names in MISSING.items():
        for name in names:
            monkeypatch.delattr(module, name)


def test_a_token_command_is_run(run: Run, gateway: Gateway) -> None:
    run(f"profiles add work {gateway.url} --token-command", f"echo {gateway.token}")
    assert run("devices list -q").stdout.split()


def test_a_token_command_that_does_not_end_is_ended(
    run: Run, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgw_cli.config.token_command.TIMEOUT", 0.1)
    run(f"profiles add work {gateway.url} --token-command", "exec sleep 100", code=None)
    assert "timed out" in run("devices list", code=3).stderr


def test_messages_are_sent_and_recorded(run: Run, server: Gateway) -> None:
    run("messages send --to +12025550123 -m Hello --watch")
    assert "+12025550123" in run("sends list -o json").stdout


def test_contacts_are_imported(run: Run, server: Gateway) -> None:
    Path("people.csv").write_text("number\n+12025550123\n")
    run("contact-lists create People")
    run("contacts import People people.csv")
    assert run("contacts list People -q").stdout.split() == ["1"]


def test_gauges_are_written(run: Run, server: Gateway) -> None:
    run("check devices --textfile gauges.prom", code=None)
    assert "smsgw_" in Path("gauges.prom").read_text()


@pytest.mark.parametrize("patience", [0.0, 5.0])
def test_a_program_that_does_not_end_is_ended(patience: float) -> None:
    process = subprocess.Popen(["sleep", "100"])
    end(process, patience=patience)
    assert process.returncode == -signal.SIGKILL


def test_ctrl_break_stops_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(signal, "SIGBREAK", 21, raising=False)
    assert 21 in runpy.run_path(signals.__file__)["SIGNALS"]


def test_names_in_a_pipe_are_in_utf_8_whatever_the_code_page(
    run: Run, server: Gateway, process: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    run("messages send --to +12025550123 -m Hello --name Żółć --watch")
    env = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    shown = process("campaigns report - -o json", input="Żółć\n", encoding="utf-8", env=env)
    assert "Żółć" in shown.stdout
