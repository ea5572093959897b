"""One message a row: each goes out once, and a file tells what became of each row."""

import csv
import json
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.lying import Exchange, lying
from tests.scripted import answer, scripted
from tests.terminal import at_terminal

Against = Callable[[str], None]
LINE = "messages send --csv codes.csv -m 'Code {code}' --settle 0"


@pytest.fixture
def codes(home: Path) -> Path:
    """Twelve rows, each with a text of its own."""
    path = home / "codes.csv"
    rows = "".join(f"+12025550{100 + n},{n}\n" for n in range(12))
    path.write_text(f"phone,code\n{rows}")
    return path


def results(home: Path) -> list[dict[str, str]]:
    with (home / "codes.csv.results.csv").open() as file:
        return list(csv.DictReader(file))


def texts(server: Gateway) -> Counter[str]:
    return Counter(row["content"] for row in server.store.rows("messages"))


def each_once(server: Gateway) -> bool:
    return texts(server) == {f"Code {n}": 1 for n in range(12)}


def test_a_message_a_row_is_filled_from_the_columns(run: Run, server: Gateway, home: Path) -> None:
    (home / "codes.csv").write_text(
        "First Name,Mobile,Code\nAnn,+12025550123,17\n,+12025550124,18\nAnn,+12025550125,17\n"
    )
    sent = run("messages send --csv codes.csv -m 'Hi {first_name|you}, it is {code}' -o json")
    assert len(sent.json) == 2
    texts = {row["to_number"]: row["content"] for row in server.store.rows("messages")}
    assert texts == {
        "+12025550123": "Hi Ann, it is 17",
        "+12025550124": "Hi you, it is 18",
        "+12025550125": "Hi Ann, it is 17",
    }


@pytest.mark.parametrize(
    ("content", "message", "said"),
    [
        ("name,phone\n,+12025550123\n", "Hi {name}", "row 2: name is empty"),
        ("name,phone\nAnn,\n", "Hi {name}", "row 2: ''"),
        ("name,phone\nAnn,+12025550123\n", "Hi {nmae}", "no such column"),
        ("name,who\nAnn,+12025550123\n", "Hi", "--map COLUMN=mobile_number"),
        ("", "Hi", "is empty"),
    ],
)
def test_a_file_with_a_hole_is_refused_whole(
    run: Run, server: Gateway, home: Path, content: str, message: str, said: str
) -> None:
    (home / "codes.csv").write_text(content)
    failed = run("messages send --csv codes.csv -m", message, code=2)
    assert said in failed.stderr
    assert server.requests == []


def test_each_row_has_its_campaign_in_the_results(
    run: Run, server: Gateway, home: Path, codes: Path
) -> None:
    codes.write_text(codes.read_text() + "+12025550199,3\n")
    sent = run(f"{LINE} -o json").json
    assert len(sent) == 12
    told = results(home)
    assert [row["code"] for row in told] == [*map(str, range(12)), "3"]
    assert {row["status"] for row in told} == {"accepted"}
    assert told[3]["campaign"] == told[12]["campaign"]
    held = {str(row["id"]): row["message"] for row in server.store.rows("campaigns")}
    assert all(held[row["campaign"]] == f"Code {row['code']}" for row in told)
    assert oct((home / "codes.csv.results.csv").stat().st_mode & 0o777) == "0o600"


def test_the_results_of_the_run_before_are_kept(
    run: Run, server: Gateway, home: Path, codes: Path
) -> None:
    run(LINE)
    first = (home / "codes.csv.results.csv").read_text()
    run(f"{LINE} --allow repeat")
    assert (home / "codes.csv.results.csv").read_text() != first
    (kept,) = home.glob("codes.csv.results.*.csv")
    assert kept.read_text() == first


@pytest.mark.parametrize("options", ["", "--once codes", "--name Codes", "--workers 1"])
def test_a_mailing_that_was_stopped_goes_on_where_it_was(
    run: Run, server: Gateway, home: Path, codes: Path, options: str
) -> None:
    server.faults.add("429 POST /messages/send after=4 times=1 retry-after=9999")
    stopped = run(f"{LINE} {options}", code=7)
    assert "run the same command again" in stopped.stderr
    assert "not sent" in {row["status"] for row in results(home)}
    again = run(f"{LINE} {options}")
    assert "resuming mailing 1" in again.stderr
    assert each_once(server)
    assert {row["status"] for row in results(home)} == {"accepted"}
    assert len({row["campaign"] for row in results(home)}) == 12


def test_a_mailing_that_is_done_is_shown_again_under_its_key(
    run: Run, server: Gateway, codes: Path
) -> None:
    shown = [run(f"{LINE} --once codes -q").stdout for _ in range(2)]
    assert shown[0] == shown[1]
    assert each_once(server)


def test_another_file_under_the_same_key_sends_only_what_is_new(
    run: Run, server: Gateway, codes: Path
) -> None:
    rows = codes.read_text().splitlines(keepends=True)
    codes.write_text("".join(rows[:6]))
    run(f"{LINE} --once codes")
    codes.write_text("".join(rows))
    run(f"{LINE} --once codes")
    assert each_once(server)
    again = run(f"{LINE} --once codes")
    assert "every row was already sent with the key 'codes'; none is sent again" in again.stderr
    assert each_once(server)


@pytest.mark.parametrize("key", ["codes/2", "codes/0123456789abcdef"])
def test_a_key_that_begins_like_another_is_another_one(
    run: Run, server: Gateway, codes: Path, key: str
) -> None:
    run(f"{LINE} --once {key}")
    run(f"{LINE} --once codes")
    assert set(texts(server).values()) == {2}


def test_a_server_for_which_every_send_comes_too_early_is_given_up(
    run: Run, server: Gateway, home: Path, codes: Path
) -> None:
    server.faults.add("425 POST /messages/send")
    run(f"{LINE} --retries 1", code=6)
    assert len([path for _, path, _ in server.requests if path.endswith("/send")]) < 50
    assert {row["status"] for row in results(home)} == {"not sent"}


@pytest.mark.parametrize("status", [500, 503])
def test_sends_that_a_failing_server_surely_did_not_take_are_not_unknown(
    run: Run, server: Gateway, home: Path, codes: Path, status: int
) -> None:
    server.faults.add(f"{status} POST /messages/send")
    ended = run(f"{LINE} --retries 1", code=6)
    assert "it is safe to run it again" in ended.stderr
    assert {row["status"] for row in results(home)} == {"not sent"}


@pytest.mark.parametrize(
    "refusal",
    [
        answer(
            "422 Unprocessable", b'{"message": "hush-hush", "errors": {"hush-hush": ["hush-hush"]}}'
        ),
        answer("500 hush-hush", b'{"message": "hush-hush"}'),
        answer("500 hush-hush"),
        answer("302 Found", b"", "Location: /hush-hush"),
    ],
)
@pytest.mark.parametrize("line", [LINE, "messages send --to +12025550101 -m Hi --settle 0"])
def test_a_token_that_the_server_repeats_is_kept_nowhere(
    run: Run,
    home: Path,
    codes: Path,
    monkeypatch: pytest.MonkeyPatch,
    refusal: bytes,
    line: str,
) -> None:
    monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
    with scripted(refusal) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        ended = run(
            f"{line} --retries 0", code=7 if line == LINE else 5 if b"422" in refusal else 8
        )
    assert "hush" not in ended.stdout + ended.stderr
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"hush" in path.read_bytes()]


def test_what_the_server_refuses_is_told_row_by_row_and_the_rest_is_sent(
    run: Run, server: Gateway, home: Path, codes: Path
) -> None:
    server.faults.add("422 POST /messages/send times=2")
    run(LINE, code=7)
    assert Counter(row["status"] for row in results(home)) == {"accepted": 10, "refused": 2}
    assert len((home / "codes.csv.rejects.csv").read_text().splitlines()) == 3
    run(LINE)
    assert each_once(server)


def test_a_row_nobody_knows_of_is_exit_8_and_settled_by_the_next_run(
    run: Run, server: Gateway, home: Path, codes: Path
) -> None:
    server.faults.add("drop-after POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{LINE} --retries 0", code=8)
    assert Counter(row["status"] for row in results(home)) == {"accepted": 11, "unknown": 1}
    run(LINE)
    assert each_once(server)


@pytest.mark.parametrize("options", ["", "--name Codes"])
def test_a_mailing_amid_everything_that_goes_wrong_sends_each_row_once(
    run: Run, server: Gateway, codes: Path, options: str
) -> None:
    for fault in ("drop-before", "drop-after", "500", "504", "empty", "truncated"):
        server.faults.add(f"{fault} POST /messages/send rate=10%")
    run(f"{LINE} --retries 9 {options}")
    assert each_once(server)


def test_a_mailing_that_was_killed_goes_on(
    run: Run, server: Gateway, home: Path, codes: Path
) -> None:
    server.faults.add("latency POST /messages/send after=5 delay=60")
    line = ["messages", "send", "--csv", "codes.csv", "-m", "Code {code}"]
    running = subprocess.Popen([sys.executable, "-m", "smsgw_cli", *line])
    while len(server.store.rows("campaigns")) < 5:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    server.faults.clear()
    run(LINE)
    assert each_once(server)
    assert {row["status"] for row in results(home)} == {"accepted"}


def test_a_mailing_is_under_way_once(run: Run, server: Gateway, home: Path, codes: Path) -> None:
    del home
    server.faults.add("latency POST /messages/send delay=60")
    line = ["messages", "send", "--csv", "codes.csv", "-m", "Code {code}"]
    running = subprocess.Popen([sys.executable, "-m", "smsgw_cli", *line])
    while not server.faults._armed[0].struck:
        time.sleep(0.01)
    assert "already running" in run(LINE, code=2).stderr
    running.kill()
    running.wait()


@pytest.mark.parametrize("options", ["--workers 0", "--workers 999", "--rate fast"])
def test_a_pace_that_is_none_is_refused(
    run: Run, server: Gateway, codes: Path, options: str
) -> None:
    run(f"{LINE} {options}", code=2)
    assert texts(server) == {}


def test_a_terminal_shows_the_first_campaigns(server: Gateway, home: Path) -> None:
    rows = "".join(f"+1202{2_000_000 + n},{n}\n" for n in range(103))
    (home / "codes.csv").write_text(f"phone,code\n{rows}")
    ended = at_terminal(shlex.split(f"{LINE} --yes"))
    assert ended.code == 0
    assert "3 more campaigns; they are in codes.csv.results.csv" in ended.output
    assert len(texts(server)) == 103


def test_each_letter_is_in_the_ledger(run: Run, server: Gateway, codes: Path) -> None:
    run(LINE)
    listed: list[dict[str, Any]] = json.loads(run("sends list -o json").stdout)
    assert len(listed) == 12
    assert all(each["key"].startswith("mailing 1/") for each in listed)


def test_ctrl_c_ends_a_mailing_with_true_results_and_it_is_resumed(
    run: Run, server: Gateway, home: Path, codes: Path
) -> None:
    server.faults.add("latency POST /messages/send delay=0.3")
    line = ["messages", "send", "--csv", "codes.csv", "-m", "Code {code}", "--workers", "2"]
    running = subprocess.Popen([sys.executable, "-m", "smsgw_cli", *line])
    while len(server.store.rows("campaigns")) < 3:
        time.sleep(0.01)
    running.send_signal(signal.SIGINT)
    assert running.wait() == 130
    held = {row["message"] for row in server.store.rows("campaigns")}
    assert 3 <= len(held) < 12
    for row in results(home):
        there = f"Code {row['code']}" in held
        assert row["status"] == ("accepted" if there else "not sent"), row
    server.faults.clear()
    listed = run("sends list -o json").json
    assert [each["state"] for each in listed] == ["accepted"] * len(held)
    assert "resuming mailing 1" in run(LINE).stderr
    assert each_once(server)


def test_what_was_begun_and_never_went_out_is_not_in_the_ledger(
    run: Run, server: Gateway, codes: Path
) -> None:
    server.faults.add("503 POST /messages/send after=4")
    run(f"{LINE} --workers 2 --retries 0", code=7)
    states = Counter(each["state"] for each in run("sends list -o json").json)
    assert states["accepted"] == 4
    assert set(states) <= {"accepted", "refused"}


def test_a_full_disk_stops_a_mailing_before_anything_goes_out_unnoted(
    run: Run, server: Gateway, home: Path
) -> None:
    rows = "".join(f"+1202{2_000_000 + n},{n}\n" for n in range(500))
    (home / "codes.csv").write_text(f"phone,code\n{rows}")
    server.faults.add("latency POST /messages/send delay=0.02")

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    line = ["messages", "send", "--csv", "codes.csv", "-m", "Code {code}", "--yes"]
    running = subprocess.run(
        [sys.executable, "-m", "smsgw_cli", *line],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        preexec_fn=full,
    )
    assert running.returncode == 7, running.stderr
    assert "the record of sends" in running.stderr
    held = texts(server)
    assert 0 < len(held) < 500
    for row in results(home):
        count = held[f"Code {row['code']}"]
        assert count in {"accepted": (1,), "unknown": (0, 1), "not sent": (0,)}[row["status"]], row
    server.faults.clear()
    run(f"{LINE} --yes")
    assert texts(server) == {f"Code {n}": 1 for n in range(500)}


@pytest.mark.parametrize("status", [404, 405])
def test_a_server_that_takes_sends_as_get_gets_them_so(
    run: Run, server: Gateway, codes: Path, status: int
) -> None:
    server.faults.add(f"{status} POST /messages/send")
    run(LINE)
    assert each_once(server)


def test_a_campaign_the_server_hides_is_not_sent_again(
    run: Run, server: Gateway, home: Path, codes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter(range(3))

    def hide(exchange: Exchange) -> None:
        if exchange.is_of("POST", "/messages/send") and next(left, None) is not None:
            exchange.json = {}

    server.faults.add("500 GET /campaigns")
    with lying(server.url, hide) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run(f"{LINE} --retries 0")
    assert "its campaign is not visible" in told.stderr
    assert {row["status"] for row in results(home)} == {"accepted"}
    assert each_once(server)


def test_a_redirect_may_mean_that_it_was_sent(run: Run, home: Path, against: Against) -> None:
    (home / "codes.csv").write_text("phone,code\n+12025550123,1\n")
    with scripted(answer("302 Found", b"", "Location: /thanks")) as server:
        against(server.url)
        run(LINE, code=8)
        assert [row["status"] for row in results(home)] == ["unknown"]
        assert sum(request.startswith(b"POST") for request in server.requests) == 1


def test_rows_answered_with_success_and_an_error_stay_unknown(
    run: Run, server: Gateway, home: Path, codes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter(range(2))

    def deny(exchange: Exchange) -> None:
        if exchange.is_of("POST", "/messages/send") and next(left, None) is not None:
            server.store.delete("campaigns", exchange.json["id"])
            exchange.status, exchange.json = 200, {"success": False, "error": "No credits"}

    with lying(server.url, deny) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        for _ in range(2):
            run(f"{LINE} --workers 1", code=8)
            assert Counter(row["status"] for row in results(home)) == {"accepted": 10, "unknown": 2}
        assert sum(each.startswith("POST") for each in proxy.asked) == 12


def test_a_mailing_that_a_firewall_blocks_is_not_repeated_at_once(
    run: Run, server: Gateway, codes: Path
) -> None:
    server.faults.add("html POST /messages/send status=403 after=10 times=2")
    run(LINE, code=7)
    assert sum(method == "POST" for method, *_ in server.requests) == 12
    run(LINE)
    assert each_once(server)
