"""`check` is a monitoring plug-in: one line, perfdata, and an exit code of 0 to 3 in any case."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from smsgw_cli.app import app
from smsgw_cli.cli.command_word import WITH_VALUE, command_word
from smsgw_cli.cli.groups import shared_params
from smsgw_cli.sandbox.server import Gateway
from tests.check.conftest import device, serving
from tests.conftest import Result, Run
from tests.scripted import answer, scripted
from tests.terminal import PROGRAM

Process = Callable[..., subprocess.CompletedProcess[str]]
Against = Callable[[str], None]
UNKNOWN = "SMSGW UNKNOWN - "


def unknown(result: Result | subprocess.CompletedProcess[str]) -> str:
    """The message of a check without a result: one line on stdout, and nothing on stderr."""
    first = result.stdout.splitlines()[0]
    assert first.startswith(UNKNOWN)
    assert "|" not in result.stdout
    assert result.stderr == ""
    return first.removeprefix(UNKNOWN)


def test_a_fleet_in_order_is_one_line_with_its_values(run: Run, server: Gateway) -> None:
    result = run("check devices")
    first, *details = result.stdout.splitlines()
    assert first.startswith("SMSGW OK - 2 devices, 3 SIMs|")
    assert "'device 1 battery'=87%;25:;10:;0" in first
    assert "OK: device 1 (Front desk): battery 87 %, charging" in details
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("battery", "code", "status"), [(25, 0, "OK"), (24, 1, "WARNING"), (9, 2, "CRITICAL")]
)
def test_the_worst_value_is_the_exit_code_and_the_first_line(
    run: Run, against: Against, battery: int, code: int, status: str
) -> None:
    with serving(device("Bar", battery=90, id=6), device("Kitchen", battery=battery)) as server:
        against(server.url)
        first = run("check devices", code=code).stdout.splitlines()[0]
    assert first.startswith(f"SMSGW {status} - ")
    assert code == 0 or first.startswith(
        f"SMSGW {status} - device 7 (Kitchen): battery {battery} %|"
    )


def test_many_problems_leave_the_first_line_short(run: Run, against: Against) -> None:
    phones = [device(f"Phone {number}", battery=5, id=number) for number in range(40)]
    with serving(*phones) as server:
        against(server.url)
        first, *details = run("check devices", code=2).stdout.splitlines()
    summary = first.partition("|")[0]
    assert summary.endswith(", 37 more")
    assert len(summary) < 160
    assert sum(line.startswith("CRITICAL: ") for line in details) == 40


def test_what_has_nothing_to_judge_is_left_out_and_named(run: Run, server: Gateway) -> None:
    shown = run("check").stdout
    assert "sending-servers not checked: no sending server" in shown
    assert unknown(run("check sending-servers", code=3)) == "nothing to check: no sending server"


def test_no_id_on_standard_input_is_not_all(run: Run, server: Gateway) -> None:
    assert unknown(run("check devices -", code=3, input="\n")) == "no ID on standard input"
    assert "1 device" in run("check devices -", input="2\n").stdout


def test_all_checks_together_read_the_devices_once(run: Run, server: Gateway) -> None:
    run("check")
    paths = [path.partition("?")[0] for _, path, _ in server.requests]
    assert paths.count("/api/v1/devices") == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("check nonsense", "'nonsense' is not one of"),
        ("check --bogus", "no such option: --bogus"),
        ("check devices --skip x", "invalid value"),
        ("check devices x", "invalid ID 'x'"),
        ("check -w 5:", "--warning needs a metric"),
        ("check devices -c 5:", "--critical needs a metric"),
        ("check devices -w batery=5:", "unknown metric 'batery'"),
        ("check devices -w queue_age=5:", "unknown metric 'queue_age'"),
        ("check devices -w battery=20:10", "start is not above its end"),
        ("check devices -c battery=low", "--critical must be a range"),
        ("check -t 0", "--timeout must be a duration above 0"),
        ("check -t x", "as a duration"),
        ("check --since yesteryear", "as a time"),
        ("check --set check.batery=1/2", "unknown setting 'check.batery'"),
        ("check --set check.battery=25:", "must be WARN/CRIT ranges"),
        ("check -p nowhere", "profile 'nowhere' not found"),
        ("-p nowhere check", "profile 'nowhere' not found"),
        ("check devices 99", "device 99 not found"),
        ("check -o nonsense", "output must be one of"),
        ("--bogus check", "no such option: --bogus"),
    ],
)
def test_a_usage_error_is_unknown_with_one_line(
    run: Run, gateway: Gateway, against: Against, line: str, said: str, home: Path
) -> None:
    if "nowhere" not in line:
        against(gateway.url)
    os.environ["SMSGW_TOKEN"] = gateway.token
    assert said in unknown(run(line, code=3))


@pytest.mark.parametrize("line", ["check", "check -o json", "check devices -q"])
def test_without_a_profile_it_is_unknown(run: Run, line: str) -> None:
    result = run(line, code=3)
    assert result.stderr == ""
    assert "no server: no profile configured" in result.stdout
    if "json" in line:
        assert result.json["status"] == "UNKNOWN"
        assert result.json["error"]["kind"] == "auth"


def test_a_broken_configuration_is_unknown(run: Run, home: Path) -> None:
    folder = home / ".config/smsgw"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("[profiles.work\n")
    assert "config.toml, line 1" in unknown(run("check", code=3))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("401 Unauthorized", "401"),
        ("403 Forbidden", "403"),
        ("404 Not Found", "404"),
        ("429 Too Many Requests", "429"),
        ("500 Internal Server Error", "500"),
        ("200 OK", "not JSON"),
    ],
)
def test_a_server_that_does_not_answer_as_one_is_unknown(
    run: Run, against: Against, status: str, said: str
) -> None:
    with scripted(answer(status, b"<html>|no</html>", "Retry-After: 0")) as server:
        against(server.url)
        assert said in run("check", code=3).stdout
        assert run("check devices", code=3).stdout.startswith(UNKNOWN)


def test_a_dead_server_is_unknown(run: Run, against: Against) -> None:
    against("http://127.0.0.1:9")
    assert unknown(run("check", code=3)).startswith("no connection: ")


def test_notes_stand_below_the_line_as_icinga_reads_stderr_too(run: Run) -> None:
    os.environ.update(SMSGW_SERVER="http://192.0.2.1", SMSGW_TOKEN="hush-hush", SMSGW_RETRIES="0")
    result = run("check devices --set timeout=0.01", code=3)
    assert result.stderr == ""
    assert "the token is sent to http://192.0.2.1 unencrypted" in result.stdout.splitlines()[-1]


@pytest.mark.parametrize("option", ["--help", "-h", "--version", "-V"])
def test_help_and_version_are_no_result(run: Run, option: str) -> None:
    shown = run(f"check {option}", code=3)
    assert "smsgw" in shown.stdout
    assert UNKNOWN not in shown.stdout


@pytest.mark.parametrize(
    ("line", "columns"), [("check -h", "80"), ("-q check --help", "60"), ("check -V", "80")]
)
def test_help_that_is_told_at_once_is_no_result_either(
    process: Process, line: str, columns: str
) -> None:
    ended = process(line, env={**os.environ, "COLUMNS": columns})
    assert ended.returncode == 3
    assert ended.stdout.strip()
    assert UNKNOWN not in ended.stdout + ended.stderr


def test_a_full_disk_is_unknown(server: Gateway) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = subprocess.run([*PROGRAM, "check"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (ended.returncode, ended.stderr) == (3, "")


def test_a_closed_pipe_is_unknown(server: Gateway) -> None:
    line = " ".join([*PROGRAM, "check | exec true"])
    told = f"exec 2>&1; {line}; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(["bash", "-c", told], capture_output=True, text=True)
    assert ended.stdout in ("0\n", "3\n")


def test_a_closed_stdout_is_unknown(server: Gateway) -> None:
    line = " ".join([*PROGRAM, "check >&-"])
    assert subprocess.run(["bash", "-c", line], capture_output=True).returncode == 3


@pytest.mark.parametrize(
    "sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM], ids=lambda s: s.name
)
def test_a_signal_while_it_waits_is_unknown(server: Gateway, sign: signal.Signals) -> None:
    server.faults.add("latency delay=60 GET")
    with subprocess.Popen(
        [*PROGRAM, "check", "-v"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert process.stdout
        assert process.stderr.readline().startswith("> ")
        process.send_signal(sign)
        shown = process.stdout.read()
    assert process.returncode == 3
    expected = "no result within 10 s" if sign == signal.SIGALRM else f"stopped by {sign.name}"
    assert shown.splitlines()[0] == UNKNOWN + expected
    assert shown.count(UNKNOWN) == 1


TIMED_OUT_WHILE_WAITING = """
import os, signal, threading, time
from smsgw_cli import __main__
def sleep(seconds):
    if seconds > 1:
        os.kill(os.getpid(), signal.SIGALRM)
    threading.Event().wait()
time.sleep = sleep
__main__.main()
"""


def test_a_timeout_says_what_it_waited_for(against: Against) -> None:
    line = [PROGRAM[0], "-c", TIMED_OUT_WHILE_WAITING, "check", "-t", "60"]
    with scripted(answer("429 Too Many Requests", b"{}", "Retry-After: 60")) as server:
        against(server.url)
        ended = subprocess.run(line, capture_output=True, text=True, check=False, timeout=100)
    said = "the server answered 429; retrying in 60 s"
    assert ended.returncode == 3
    assert ended.stdout.splitlines()[0] == f"{UNKNOWN}no result within 60 s: {said}"


def test_many_signals_at_once_are_told_once(server: Gateway) -> None:
    server.faults.add("latency delay=60 GET")
    with subprocess.Popen(
        [*PROGRAM, "check", "-v"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert process.stdout
        assert process.stderr.readline().startswith("> ")
        for sign in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP) * 3:
            process.send_signal(sign)
        shown = process.stdout.read()
    assert process.returncode == 3
    assert shown.count(UNKNOWN) == 1
    assert shown.startswith(UNKNOWN)


STARTING = """
import os, signal, sys
from smsgw_cli import __main__
sign, what = int(sys.argv.pop(1)), sys.argv.pop(1)
def stop(event, arguments):
    global sign
    if event == "import" and arguments[0] == what and sign:
        number, sign = sign, 0
        os.kill(os.getpid(), number)
sys.addaudithook(stop)
__main__.main()
"""


@pytest.mark.parametrize("module", ["typer", "smsgw_cli.app", "smsgw_cli.cli.session"])
def test_a_signal_during_start_up_is_unknown(server: Gateway, module: str) -> None:
    words = [str(int(signal.SIGINT)), module, "check"]
    ended = subprocess.run(
        [PROGRAM[0], "-c", STARTING, *words], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 3
    assert unknown(ended) == "stopped by SIGINT"


def test_the_timeout_bounds_the_whole(server: Gateway, process: Process) -> None:
    server.faults.add("latency delay=60 GET")
    ended = process("check -t 0.5")
    assert ended.returncode == 3
    assert unknown(ended) == "no result within 0.5 s"


BLOCKED = """
import ctypes, sys
from smsgw_cli import __main__
from smsgw_cli.api import client
def blocked(*_, **__):
    ctypes.PyDLL(None)
    libc = ctypes.CDLL(None)
    while True:
        libc.pthread_mutex_lock(mutex)
mutex = ctypes.create_string_buffer(64)
ctypes.CDLL(None).pthread_mutex_lock(mutex)
client.Client.pages = blocked
__main__.main()
"""


def test_code_that_no_signal_interrupts_is_ended_too(server: Gateway) -> None:
    """As a look-up of a name in C that waits for a dead resolver."""
    ended = subprocess.run(
        [PROGRAM[0], "-c", BLOCKED, "check", "devices", "-t", "0.5"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 3
    assert unknown(ended) == "no result within 0.5 s"


def test_requests_are_shown_on_stderr_if_asked_for(run: Run, server: Gateway) -> None:
    result = run("check devices -v")
    assert "> GET" in result.stderr
    assert result.stdout.startswith("SMSGW OK")


def test_a_profile_s_format_is_not_for_monitoring(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_OUTPUT", "json")
    assert run("check devices").stdout.startswith("SMSGW OK - ")


def test_json_has_the_whole_and_the_same_exit_code(run: Run, against: Against) -> None:
    with serving(device("Kitchen", battery=5)) as server:
        against(server.url)
        found = run("check devices -o json", code=2).json
    assert found["status"] == "CRITICAL"
    assert found["results"][0] == {
        "check": "devices",
        "status": "CRITICAL",
        "kind": "device",
        "id": 7,
        "name": "Kitchen",
        "metric": "battery",
        "value": 5,
        "unit": "%",
        "warning": "25:",
        "critical": "10:",
        "text": "battery 5 %",
        "why": None,
    }


def test_a_table_and_columns_show_the_results(run: Run, server: Gateway) -> None:
    shown = run("check devices --columns kind,id,metric,value -o csv").stdout.splitlines()
    assert shown[0] == "kind,id,metric,value"
    assert "device,1,battery,87" in shown
    assert run("check devices --query 'results[].status | [0]' -o json").json == "OK"


def test_ids_come_from_standard_input_and_some_are_skipped(run: Run, server: Gateway) -> None:
    shown = run("check devices -", input="1 2\n").stdout
    assert "device 1" in shown
    assert "device 2" in shown
    assert "device 2" not in run("check devices --skip 2").stdout
    assert "device 2" not in run("check devices 1").stdout


def test_the_words_with_a_value_are_those_of_the_program() -> None:
    flags = {word for each in shared_params() if not each.is_flag for word in each.opts}
    assert flags == WITH_VALUE


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("check", "check"),
        ("-p check devices", "devices"),
        ("-qp check devices list", "devices"),
        ("-pcheck devices", "devices"),
        ("-p work check", "check"),
        ("--profile=work -q check", "check"),
        ("messages send -m check", "messages"),
        ("help check", "help"),
        ("--set region=US check", "check"),
        ("-vc id check", "check"),
        ("--", None),
        ("", None),
    ],
)
def test_the_command_is_found_before_anything_is_parsed(line: str, word: str | None) -> None:
    assert command_word(line.split()) == word


def test_other_commands_keep_their_exit_codes(run: Run) -> None:
    assert "error: " in run("devices list --bogus", code=2).stderr
    assert "Usage: smsgw check" in run("help check").stdout
    assert json.loads(run("devices list -o json", code=3).stderr)["error"]["kind"] == "auth"


def test_a_listener_that_never_answers_is_unknown_in_time(process: Process) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        environment = {
            **os.environ,
            "SMSGW_SERVER": f"http://127.0.0.1:{port}",
            "SMSGW_TOKEN": "hush-hush",
        }
        ended = process("check -t 0.5", env=environment)
    assert ended.returncode == 3
    assert unknown(ended) == "no result within 0.5 s"


NO_ANSWER = ["html", "maintenance", "redirect", "drop-before", "drop-after", "varnish", "truncated"]
NO_ANSWER += ["malformed", "empty", "list", "drip", "endless", "403", "503"]


@pytest.mark.parametrize("path", ["", "/messages"])
@pytest.mark.parametrize("fault", NO_ANSWER)
def test_any_fault_on_the_way_is_unknown(server: Gateway, fault: str, path: str) -> None:
    """What other lists say is shown all the same."""
    server.faults.add(f"{fault} GET {path}")
    line = "check --set timeout=0.3 --set retries=0"
    ended = CliRunner().invoke(app, line.split())
    assert (ended.exit_code, ended.stderr) == (3, "")
    assert ended.stdout.startswith(UNKNOWN)
    assert ("OK: device 1 (Front desk): battery" in ended.stdout) == (path == "/messages")


@pytest.mark.parametrize("fault", ["twice", "empty-page", "ties", "row-inserted", "row-deleted"])
def test_lists_that_change_while_they_are_read_have_one_result(server: Gateway, fault: str) -> None:
    server.faults.add(f"{fault} GET")
    ended = CliRunner().invoke(app, ["check"])
    assert ended.stderr == ""
    status = ("OK", "WARNING", "CRITICAL", "UNKNOWN")[ended.exit_code]
    assert ended.stdout.startswith(f"SMSGW {status} - ")
