"""The program as a process: pipes, signals, cron's empty environment, a full disk."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smsgw_cli import __version__
from smsgw_cli.sandbox.seed import seed
from smsgw_cli.sandbox.server import Gateway
from tests.terminal import PROGRAM, at_terminal

Process = Callable[..., subprocess.CompletedProcess[str]]


def test_the_version_is_told(process: Process) -> None:
    assert process("--version").stdout == f"smsgw {__version__}\n"


def test_the_program_alone_shows_its_help(process: Process) -> None:
    shown = process("")
    assert shown.returncode == 0
    assert "Usage: smsgw" in shown.stdout


def test_a_reader_that_has_enough_is_no_error(server: Gateway, tmp_path: Path) -> None:
    seed(tmp_path / "gateway.db")
    for options in ("-o json", "-o csv", "-o ndjson", ""):
        line = f"{sys.executable} -m smsgw_cli messages list --all {options} | head -1"
        ended = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, text=True, timeout=60
        )
        assert ended.returncode in (0, 141)
        assert ended.stderr == ""


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_reader_that_wants_nothing_is_no_error(option: str) -> None:
    line = f"{sys.executable} -m smsgw_cli {option} | exec true"
    told = f"exec 2>&1; {line}; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", told], capture_output=True, text=True, timeout=60)
    assert ended.stdout in ("0\n", "141\n")


def test_a_full_disk_is_told(server: Gateway) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = subprocess.run(
            [*PROGRAM, "devices", "list"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert ended.returncode == 1
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_crons_empty_environment_is_enough(gateway: Gateway, process: Process, home: Path) -> None:
    environment = {"SMSGW_SERVER": gateway.url, "SMSGW_TOKEN": gateway.token, "HOME": str(home)}
    sent = process(
        "messages send --to +12025550123 -m 'Zoë 🙂' -o json",
        env=environment, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert sent.returncode == 0
    assert json.loads(sent.stdout)["type"] == "SMS"
    assert gateway.store.rows("messages")[0]["content"] == "Zoë 🙂"
    listed = process("messages list", env={**environment, "LC_ALL": "C"})
    assert "Zoë 🙂" in listed.stdout


def test_a_question_nobody_can_answer_is_refused(server: Gateway, process: Process) -> None:
    refused = process("devices delete 1", stdin=subprocess.DEVNULL)
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert len(server.store.rows("devices")) == 2


@pytest.mark.parametrize(("answer", "left"), [(b"n\n", 2), (b"y\n", 1)])
def test_a_question_at_a_terminal_is_asked(server: Gateway, answer: bytes, left: int) -> None:
    ended = at_terminal(["devices", "delete", "1"], answer)
    assert "Delete device 1" in ended.output
    assert len(server.store.rows("devices")) == left


def test_a_token_is_asked_for_and_not_shown(gateway: Gateway, home: Path) -> None:
    ended = at_terminal(
        ["profiles", "add", "work", "--server", gateway.url], gateway.token.encode() + b"\n"
    )
    assert ended.code == 0
    assert gateway.token not in ended.output
    assert gateway.token in (home / ".config/smsgw/config.toml").read_text()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_waiting_for_an_answer_ends_with_its_code(
    server: Gateway, sign: signal.Signals
) -> None:
    server.faults.add("latency delay=60 GET")
    code, told = interrupted(["devices", "list"], sign)
    assert code == 128 + sign
    assert "error: interrupted" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_was_ignored_stays_ignored(server: Gateway, sign: signal.Signals) -> None:
    """As nohup, and a shell for its commands in the background, want it."""
    server.faults.add("latency delay=1 GET")
    before = signal.signal(sign, signal.SIG_IGN)
    try:
        code, _ = interrupted(["devices", "list"], sign)
    finally:
        signal.signal(sign, before)
    assert code == 0


@pytest.mark.parametrize(
    ("line", "sign", "code"),
    [
        (["messages", "tail"], signal.SIGTERM, 0),
        (["messages", "tail"], signal.SIGINT, 130),
        (["messages", "tail", "--no-follow"], signal.SIGTERM, 143),
    ],
)
def test_a_tail_that_follows_is_a_service_that_may_be_stopped(
    server: Gateway, line: list[str], sign: signal.Signals, code: int
) -> None:
    server.faults.add("latency delay=60 GET")
    assert interrupted(line, sign)[0] == code


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_gateway_cleanly(home: Path, sign: signal.Signals) -> None:
    with subprocess.Popen(
        [*PROGRAM, "sandbox", "serve", "-o", "ndjson"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as serving:  # fmt: skip
        assert serving.stdout
        assert serving.stderr
        told = json.loads(serving.stdout.readline())
        assert told["url"].startswith("http://127.0.0.1:")
        assert told["token"]
        serving.send_signal(sign)
        assert "Traceback" not in serving.stderr.read()
    assert serving.returncode == 0


def interrupted(line: list[str], sign: signal.Signals = signal.SIGINT) -> tuple[int, str]:
    """Interrupt a command once it waits for the server: its exit code, and what it told."""
    with subprocess.Popen(
        [*PROGRAM, *line, "-v"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert process.stderr.readline().startswith("> ")  # the request goes out
        process.send_signal(sign)
        told = process.stderr.read()
    return process.returncode, told


def test_nothing_is_asked_if_the_setting_forbids_it(
    server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_NO_INPUT", "true")
    ended = at_terminal(["devices", "delete", "1"], b"y\n")
    assert ended.code == 2
    assert "cannot ask for confirmation with no_input" in ended.output
    assert len(server.store.rows("devices")) == 2
    assert at_terminal(["devices", "delete", "1", "--yes"]).code == 0
