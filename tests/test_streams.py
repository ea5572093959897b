"""Where stdout or stderr cannot be written: one clear error, the right exit code, nothing twice."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

SEND = "messages send --to +12025550123 -m Hi"
DATA = [
    "",
    "--version",
    "--help",
    "devices list --help",
    "help",
    "completion bash",
    "profiles list",
    "devices list",
    "devices list -v",
    "devices list --debug",
    "devices list -o json",
    "devices list -o ndjson",
    "devices list -o csv",
    "devices list -o table",
    "devices list -q",
    "devices list --query [0]",
    "contacts export People",
    "contacts export People -o json",
    "contacts import People people.csv",
    "contacts import People people.csv --dry-run",
    "messages tail --no-follow --since 1d",
    "messages preview --to +12025550123 -m Hi",
    "api GET devices",
    "doctor",
    f"{SEND} --dry-run",
    f"{SEND} --watch",
    SEND,
    f"{SEND} -o json",
]
ERROR = "devices get 999"  # exit 4 whatever becomes of its output
BROKEN = {
    "full": ">/dev/full",
    "closed": ">&-",
    "no reader": "| exec true",
}
UNREADABLE = ("2>/dev/full", "2>&-", "2> >(exec true)")


@pytest.fixture(params=[False, True], ids=["buffered", "unbuffered"])
def shell(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], tuple[int, str, str]]:
    """Run a command line with redirections in bash: its exit code, stdout and stderr."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    if request.param:
        monkeypatch.setenv("PYTHONUNBUFFERED", "1")

    def run_line(line: str, redirection: str) -> tuple[int, str, str]:
        program = f"{shlex.quote(sys.executable)} -m smsgw_cli {line}"
        ended = subprocess.run(
            ["bash", "-c", f"{program} {redirection}; exit ${{PIPESTATUS[0]}}"],
            capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert "--debug" in line or "Traceback" not in ended.stderr
        assert "Exception ignored" not in ended.stderr
        assert "internal error" not in ended.stderr
        return ended.returncode, ended.stdout, ended.stderr

    return run_line


@pytest.fixture
def people(run: Run, server: Gateway, home: Path) -> Gateway:
    run("contact-lists create People")
    run("contacts create People +12025550100")
    run(SEND)
    (home / "people.csv").write_text("phone\n+12025550101\n+12025550102\n")
    return server


Shell = Callable[[str, str], tuple[int, str, str]]


@pytest.mark.parametrize("line", DATA)
def test_data_that_cannot_be_written_is_one_error(shell: Shell, people: Gateway, line: str) -> None:
    for how, redirection in BROKEN.items():
        code, _, errors = shell(line, redirection)
        assert (how, code) == (how, 141 if how == "no reader" else 1)
        assert errors.count("cannot write the output") == (how != "no reader")


@pytest.mark.parametrize("line", DATA)
def test_notes_that_cannot_be_written_change_nothing(
    shell: Shell, people: Gateway, line: str
) -> None:
    for redirection in UNREADABLE:
        code, shown, _ = shell(line, redirection)
        assert (redirection, code) == (redirection, 0)
        assert shown
    assert shell(line, ">/dev/full 2>&1")[0] == 1
    assert shell(line, ">&- 2>&-")[0] == 1


@pytest.mark.parametrize("redirection", [*BROKEN.values(), *UNREADABLE, ">/dev/full 2>&1"])
def test_an_error_keeps_its_exit_code(shell: Shell, server: Gateway, redirection: str) -> None:
    assert shell(ERROR, redirection)[0] == 4


@pytest.mark.parametrize("redirection", BROKEN.values())
def test_an_accepted_send_is_never_shown_as_failed(
    shell: Shell, server: Gateway, redirection: str
) -> None:
    _, _, errors = shell(SEND, redirection)
    assert "sent as campaign 1, but printing it failed" in errors
    assert len(server.store.rows("messages")) == 1


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("to", ["", "--to people.csv.gz"])
def test_a_stopped_export_ends_with_its_signal(
    people: Gateway, home: Path, ended_by: signal.Signals, to: str
) -> None:
    people.faults.add("latency delay=60 GET /contact-lists/*/contacts")
    line = [sys.executable, "-m", "smsgw_cli", *shlex.split(f"contacts export People {to} -v")]
    environment = {name: os.environ[name] for name in os.environ if name != "PYTHONUNBUFFERED"}
    with (
        Path("/dev/full").open("w") as full,
        subprocess.Popen(
            line, stdout=full, stderr=subprocess.PIPE, text=True, env=environment
        ) as process,
    ):
        assert process.stderr
        while "/contacts" not in process.stderr.readline():
            pass
        process.send_signal(ended_by)
        errors = process.stderr.read()
    assert "Exception ignored" not in errors
    assert process.returncode == 128 + ended_by, errors
    assert not list(home.glob("*people.csv.gz*"))


def test_a_pipe_that_does_not_block_gets_everything(server: Gateway) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    line = [sys.executable, "-m", "smsgw_cli", "help"]
    with (
        subprocess.Popen(line, stdout=writer) as process,
        subprocess.Popen(["cat"], stdin=reader, stdout=subprocess.PIPE) as cat,
    ):
        os.close(writer)
        os.close(reader)
        assert cat.stdout
        assert cat.stdout.read()
    assert process.returncode == 0
