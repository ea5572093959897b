"""A token command may ask a person, and does not hold a command up for ever."""

import os
import pty
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from smsgw_cli.config import token_command
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

ADD = "profiles add work --server https://127.0.0.1:9 --token-command"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_command, "TIMEOUT", 0.3)
    monkeypatch.setattr(token_command, "TERMINAL_TIMEOUT", 0.3)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("command", ["sleep 60", "sleep 60 | cat", "trap '' TERM INT; sleep 60"])
def test_a_token_command_that_never_ends_is_killed_with_what_it_started(
    run: Run, home: Path, command: str
) -> None:
    run(ADD, f"echo $$ > pid; {command}")
    started = time.monotonic()
    failed = run("devices list", code=3)
    assert time.monotonic() - started < 10
    assert "the token command timed out after" in failed.stderr
    group = int((home / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        _wait_for_the_end_of(group)


def _wait_for_the_end_of(group: int) -> None:
    """Killed processes are there until they are reaped."""
    for _ in range(500):
        os.killpg(group, 0)
        time.sleep(0.01)


def test_a_token_command_may_ask_on_the_terminal(run: Run, gateway: Gateway) -> None:
    ask = "printf PIN: >/dev/tty; read pin </dev/tty; test $pin = 42 && echo "
    run(f"profiles add work --server {gateway.url} --token-command", ask + gateway.token)
    assert on_its_own_terminal("devices list -q", b"42\n") == 0
    assert on_its_own_terminal("devices list -q", b"43\n") == 3
    assert on_its_own_terminal("devices list -q", b"\x03") == 130  # Ctrl-C


def on_its_own_terminal(line: str, typed: bytes) -> int:
    """The exit code of a command line that controls a terminal, where `typed` is typed."""
    screen, keyboard = pty.openpty()
    control = "import fcntl, runpy, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    control += "sys.argv[0] = 'smsgw'; runpy.run_module('smsgw_cli', run_name='__main__')"
    with subprocess.Popen(
        [sys.executable, "-c", control, *line.split()],
        stdin=keyboard, stdout=keyboard, stderr=keyboard, start_new_session=True,
    ) as process:  # fmt: skip
        os.close(keyboard)
        shown, asked = b"", False
        with suppress(OSError):  # how Linux says that the other side is closed
            while chunk := os.read(screen, 65536):
                shown += chunk
                if not asked and b"PIN:" in shown:
                    asked = bool(os.write(screen, typed))
    os.close(screen)
    print(shown.decode())
    return process.returncode


def test_a_token_command_that_leaves_an_agent_behind_is_not_waited_for(
    run: Run, gateway: Gateway
) -> None:
    run(
        f"profiles add work --server {gateway.url} --token-command",
        f"sleep 50 & echo {gateway.token}",
    )
    run("devices list")  # it would time out


def test_a_token_command_may_print_much(run: Run, gateway: Gateway) -> None:
    line = f"profiles add work --server {gateway.url} --token-command"
    run(line, f"echo {gateway.token}; head -c 300000 /dev/zero")
    run("devices list")
