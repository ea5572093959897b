"""`tail --exec` hands each message to a program, and one that it fails on stops no other."""

import json
import os
import select
import shlex
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from smsgw_cli.campaigns import handler, program
from smsgw_cli.sandbox.server import Gateway
from tests.campaigns.test_tail import receive
from tests.conftest import Run

TAIL = "messages tail --status Received --cursor c --since 1d --no-follow"
HANDLER = """
import json, os, sys
message = json.load(sys.stdin)
with open("handled", "a") as file:
    file.write(json.dumps(message) + "\\n")
if message["content"].startswith("bad"):
    sys.exit(3)
if message["content"].startswith("once") and not os.path.exists("second"):
    open("second", "w").close()
    sys.exit(1)
"""


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A program that keeps what it gets, fails on `bad`, and at first on `once`."""
    monkeypatch.setattr(handler, "PAUSE", 0.0)
    (home / "a handler.py").write_text(HANDLER)
    return shlex.join([sys.executable, "a handler.py"])


def handled(home: Path) -> list[str]:
    if not (home / "handled").exists():
        return []
    lines = (home / "handled").read_text().splitlines()
    return [json.loads(line)["content"] for line in lines]


def test_each_message_is_handed_over_once_as_json(
    run: Run, server: Gateway, home: Path, command: str
) -> None:
    receive(server, "eins", "zw\U0001f600i", "drei\n'\"", ago=[3, 2, 1])
    done = run(TAIL, "--exec", command)
    assert done.stdout == ""
    assert handled(home) == ["eins", "zw\U0001f600i", "drei\n'\""]
    keys = set(json.loads((home / "handled").read_text().splitlines()[0]))
    assert {"id", "from", "to", "content", "type", "status", "response", "sent_at"} <= keys
    run(TAIL, "--exec", command)
    assert len(handled(home)) == 3


def test_what_it_fails_on_three_times_is_set_aside_and_those_behind_it_are_not_held_up(
    run: Run, server: Gateway, home: Path, command: str
) -> None:
    receive(server, "bad 1", "once", "bad 2", "STOP", ago=[4, 3, 2, 1])
    error = run(f"{TAIL} -o json", "--exec", command, code=7)
    assert handled(home) == ["bad 1"] * 3 + ["once"] * 2 + ["bad 2"] * 3 + ["STOP"]
    assert error.error["message"] == "the command failed on 2 messages, now in c.failed.ndjson"
    assert "failed 3 times on message 1 (exit code 3), which is now in c.failed" in error.stderr
    aside = [json.loads(line) for line in (home / "c.failed.ndjson").read_text().splitlines()]
    assert [each["content"] for each in aside] == ["bad 1", "bad 2"]
    assert (home / "c.failed.ndjson").stat().st_mode & 0o777 == 0o600
    run(TAIL, "--exec", command)
    assert len(handled(home)) == 9
    receive(server, "bad 3")
    run(TAIL, "--exec", command, code=7)
    assert len((home / "c.failed.ndjson").read_text().splitlines()) == 3


def test_failures_count_over_runs_that_were_killed(
    run: Run, server: Gateway, home: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: float) -> None:
        raise KeyboardInterrupt

    receive(server, "bad", "good", ago=[2, 1])
    with monkeypatch.context() as patched:
        patched.setattr(handler.Handler.__init__, "__defaults__", (die,))
        run(TAIL, "--exec", command, code=130)
        run(TAIL, "--exec", command, code=130)
    run(TAIL, "--exec", command, code=7)
    assert handled(home) == ["bad", "bad", "bad", "good"]


def test_a_message_that_cannot_be_set_aside_stays_new(
    run: Run, server: Gateway, home: Path, command: str
) -> None:
    receive(server, "bad", "good", ago=[2, 1])
    (home / "c.failed.ndjson").mkdir()
    assert "cannot write c.failed.ndjson" in run(TAIL, "--exec", command, code=1).stderr
    (home / "c.failed.ndjson").rmdir()
    run(TAIL, "--exec", command, code=7)
    assert handled(home) == ["bad"] * 3 + ["good"]


def ends(process: int) -> bool:
    """Whether a process has ended, or does now that it was killed."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        readable, _, _ = select.select([handle], [], [], 10)
        os.close(handle)
        return bool(readable)
    return True


def test_a_program_that_hangs_is_ended_with_its_children(
    server: Gateway, home: Path, run: Run, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program.Program.__init__, "__kwdefaults__", {"timeout": 0.3})
    receive(server, "hangs", "good", ago=[2, 1])
    script = "read line; case $line in *good*) exit 0;; esac; sleep 600 & echo $! >> children; wait"
    told = run(TAIL, "--exec", f"sh -c {shlex.quote(script)}", code=7)
    assert "not finished after 0.3 s" in told.stderr
    children = [int(each) for each in (home / "children").read_text().split()]
    assert len(children) == 3
    assert all(map(ends, children))


def test_a_program_that_reads_nothing_may_succeed(run: Run, server: Gateway) -> None:
    receive(server, "x" * 1_000_000, "two", ago=[2, 1])
    run(f"{TAIL} --exec true")


def test_it_runs_without_a_shell(run: Run, server: Gateway, home: Path) -> None:
    receive(server, "hi")
    run(f"{TAIL} --exec 'touch $HOME;ls a\\ b'")
    assert (home / "$HOME;ls").exists()
    assert (home / "a b").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--exec true", "--exec requires --cursor"),
        ("--cursor c --exec ''", "--exec is empty"),
        ("--cursor c --exec 'a \"b'", "cannot read the command"),
        ("--cursor c --exec nosuchcommand", "command 'nosuchcommand' not found"),
        ("--cursor c --exec true --dry-run", "cannot be combined with --dry-run"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_request(
    run: Run, server: Gateway, options: str, said: str
) -> None:
    assert said in run(f"messages tail {options}", code=2).stderr
    assert server.requests == []


def test_a_program_that_cannot_be_started_sets_nothing_aside(
    run: Run, server: Gateway, home: Path
) -> None:
    (home / "broken").write_bytes(b"\x7fELF no program")
    (home / "broken").chmod(0o755)
    receive(server, "hi")
    assert "cannot run './broken'" in run(f"{TAIL} --exec ./broken", code=1).stderr
    assert not (home / "c.failed.ndjson").exists()
    run(f"{TAIL} --exec true")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 7), (signal.SIGINT, 130)])
def test_a_service_that_is_stopped_tells_of_failures(
    server: Gateway, home: Path, command: str, number: int, code: int
) -> None:
    receive(server, "bad", "good", ago=[2, 1])
    (home / "pause.py").write_text(
        "import runpy, sys; from smsgw_cli.campaigns import handler; handler.PAUSE = 0\n"
        "sys.argv[0] = 'smsgw'; runpy.run_module('smsgw_cli', run_name='__main__')"
    )
    line = [sys.executable, "pause.py", *shlex.split(TAIL.replace("--no-follow", "--follow"))]
    with subprocess.Popen(
        [*line, "--exec", command],
        stderr=subprocess.PIPE,
        env=os.environ,
        text=True,
    ) as tail:
        try:
            assert tail.stderr
            assert "failed 3 times on message 1" in tail.stderr.readline()
            tail.send_signal(number)
            tail.communicate(timeout=60)
        finally:
            tail.kill()
    assert tail.returncode == code
