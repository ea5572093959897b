"""Containers and odd homes: what can work without a file works; else the variable is named."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.terminal import PROGRAM, at_terminal

Process = Callable[..., "subprocess.CompletedProcess[str]"]

STRANGER = 54321  # a user id without an entry in passwd
AS_STRANGER = ("setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
SEND = "messages send --to +12025550123 -m x --yes"


def as_stranger(line: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command line as a user without a home folder, but for these variables."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("SMSGW_")}
    return subprocess.run(
        [*AS_STRANGER, *PROGRAM, *line.split()],
        env={"PATH": os.environ["PATH"], **kept, **environment},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
    )


def can_start() -> bool:
    """Whether another user may run this Python and this package."""
    return as_stranger("--version").returncode == 0


@pytest.fixture
def stranger() -> None:
    if os.geteuid() != 0 or not shutil.which("setpriv") or not can_start():
        pytest.skip("needs root, and a Python that others can run")


@pytest.mark.usefixtures("stranger")
def test_without_a_home_reading_works_and_a_send_names_the_variable(server: Gateway) -> None:
    assert as_stranger("devices list -q").returncode == 0
    send = as_stranger(SEND)
    assert send.returncode == 1
    assert "set HOME or XDG_STATE_HOME" in send.stderr
    assert not any(method == "POST" for method, *_ in server.requests)


@pytest.mark.usefixtures("stranger")
def test_without_a_home_and_without_a_server_the_variable_is_named() -> None:
    failed = as_stranger("devices list")
    assert failed.returncode == 1
    assert "set HOME or SMSGW_CONFIG" in failed.stderr


@pytest.mark.usefixtures("stranger")
def test_the_home_of_somebody_else_is_needed_by_no_reading(server: Gateway, home: Path) -> None:
    home.chmod(0o700)
    assert as_stranger("devices list -q", HOME=str(home)).returncode == 0
    assert str(home) in as_stranger(SEND, HOME=str(home)).stderr


def test_a_config_that_cannot_be_read_is_told_without_a_server(run: Run, home: Path) -> None:
    (home / ".config").write_text("not a folder")
    failed = run("devices list", code=1)
    assert f"cannot read {home}/.config/smsgw/config.toml" in failed.stderr


def test_a_relative_folder_for_state_is_not_used(
    run: Run, server: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    run(SEND)
    assert not (home / "state").exists()
    assert (home / ".local/state/smsgw/sends").is_dir()


@needs_root
def test_what_root_writes_in_a_users_home_stays_the_users(run: Run, home: Path) -> None:
    os.chown(home, STRANGER, STRANGER)
    run("profiles add work --server https://sms.example.com --token-stdin", input="t")
    run("profiles update work --region US")
    written = list((home / ".config").rglob("*"))
    assert len(written) >= 2
    assert {path.stat().st_uid for path in written} == {STRANGER}


def test_a_config_that_is_mounted_by_itself_is_overwritten(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("profiles add work --server https://sms.example.com --token-stdin", input="t")
    path = home / ".config/smsgw/config.toml"
    inode = path.stat().st_ino

    def busy(*_: object) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr(Path, "replace", busy)
    run("profiles update work --region US")
    assert 'region = "US"' in path.read_text()
    assert path.stat().st_ino == inode
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [each for each in path.parent.iterdir() if each.suffix == ".part"]


def test_a_width_of_0_is_unknown(server: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "0")
    program = "from smsgw_cli.cli import process; process.begin(); import os; print(os.environ.get"
    shown = subprocess.check_output([sys.executable, "-c", f"{program}('COLUMNS'))"], text=True)
    assert shown.strip() == "None"


def test_a_question_is_put_on_the_terminal_if_stderr_is_a_file(server: Gateway, home: Path) -> None:
    to_file = ["sh", "-c", 'exec "$0" "$@" 2>errors', *PROGRAM]
    line = "messages send --to +12025550123 -m x --set ask_above=0"
    ended = at_terminal(line.split(), b"y\n", program=to_file)
    assert ended.code == 0
    assert "[y/N]: " in ended.output
    assert "[y/N]" not in (home / "errors").read_text()
