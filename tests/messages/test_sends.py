"""The ledger for people: what was sent is shown, settled and forgotten."""

import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

SEND = "messages send --to +12025550123 -m Hi"
LOST = f"{SEND} --settle 0 --retries 0"


def states(run: Run, *options: str) -> list[str]:
    return [each["state"] for each in run("sends list -o json", *options).json]


def lose(run: Run, server: Gateway, fault: str, options: str = "") -> None:
    """A send of which nobody knows what became, though the server accepted it or did not."""
    server.faults.add(f"{fault} POST /messages/send times=1")
    server.faults.add("500 GET /campaigns times=1")
    run(f"{LOST} {options}", code=8)


def test_what_was_sent_is_listed_newest_first(run: Run, server: Gateway) -> None:
    run("contact-lists create Customers")
    run(f"{SEND} --to +12025550124 --list 1 --once monday")
    run(f"{SEND} --sim 99", code=5)
    lose(run, server, "drop-after")
    listed = run("sends list -o json").json
    assert [each["id"] for each in listed] == [3, 2, 1]
    assert [each["state"] for each in listed] == ["unknown", "refused", "accepted"]
    assert [each["recipients"] for each in listed][2] == "2 numbers, list 1"
    assert "selected sims.0 is invalid" in listed[1]["said"]
    assert [each["campaign"] for each in listed] == [None, None, 1]
    assert run("sends list --limit 2 -q").stdout == "3\n2\n"
    assert states(run, "--state", "unknown", "--state", "accepted") == ["unknown", "accepted"]


def test_one_send_is_shown_with_all_that_went_out(run: Run, server: Gateway) -> None:
    del server
    run(f"{SEND} --name Mine")
    shown = run("sends show 1 -o json").json
    body = {"name": "Mine", "mobile_numbers": ["+12025550123"], "message": "Hi"}
    assert shown["body"] == body
    assert "send 2 not found" in run("sends show 2", code=4).stderr


def test_nothing_is_asked_of_the_server_to_show_what_was_sent(run: Run, server: Gateway) -> None:
    run("sends list")
    assert server.requests == []


def test_what_is_unknown_is_settled_without_sending(run: Run, server: Gateway) -> None:
    lose(run, server, "drop-after")
    lose(run, server, "502")
    run(SEND)
    settled = run("sends settle --settle 0 -o json").json
    assert {each["id"]: each["state"] for each in settled} == {1: "accepted", 2: "refused"}
    assert len(server.store.rows("campaigns")) == 2
    again = run("sends settle -o json")
    assert again.json == []
    assert "no unknown sends" in again.stderr
    assert run("sends settle -o table").stderr == "no unknown sends\n"


def test_what_stays_unknown_is_told(run: Run, server: Gateway) -> None:
    lose(run, server, "drop-after")
    server.faults.add("500 GET /campaigns")
    failed = run("sends settle 1 --settle 0 --retries 0", code=8)
    assert "send: 1: " in failed.stderr
    assert states(run) == ["unknown"]


def test_a_key_that_was_settled_as_lost_sends(run: Run, server: Gateway) -> None:
    lose(run, server, "502", "--once monday")
    run("sends settle --settle 0")
    run(f"{SEND} --once monday")
    assert len(server.store.rows("campaigns")) == 1


def test_forgetting_asks_first_and_frees_the_key(run: Run, server: Gateway) -> None:
    run(f"{SEND} --once monday")
    assert "'monday'" in run("sends forget 1", code=2).stderr
    assert run("sends forget 1 --dry-run").json == [{"id": 1, "would": "forget"}]
    run(f"{SEND} --once monday")
    assert len(server.store.rows("campaigns")) == 1
    run("sends forget 1 --yes")
    assert states(run) == []
    run(f"{SEND} --once monday")
    assert len(server.store.rows("campaigns")) == 2


def test_what_is_old_is_forgotten_together(run: Run, server: Gateway) -> None:
    del server
    for _ in range(3):
        run(SEND)
    assert run("sends forget --before 2020-01-01 --yes -o json").json == []
    assert len(run("sends forget --before +1d --yes -o json").json) == 3
    assert states(run) == []


def test_old_verbs_of_the_ledger_work(run: Run, server: Gateway) -> None:
    del server
    for _ in range(4):
        run(SEND)
    assert run("sends get 1 -o json").json == run("sends show 1 -o json").json
    assert run("sends remove 1 2 --yes -o json").json == [
        {"id": 1, "result": "forgotten"},
        {"id": 2, "result": "forgotten"},
    ]
    assert run("sends forget 3 --yes -o json").json == [{"id": 3, "result": "forgotten"}]
    assert run("sends list -q").stdout == "4\n"


@pytest.mark.parametrize("verb", ["remove", "forget"])
def test_a_removed_record_frees_its_key(run: Run, server: Gateway, verb: str) -> None:
    run(f"{SEND} --once monday")
    run(f"sends {verb} 1 --yes")
    run(f"{SEND} --once monday")
    assert len(server.store.rows("campaigns")) == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("forget", "no sends given"),
        ("remove", "no sends given"),
        ("forget 1 --before 2020-01-01", "no sends given"),
        ("forget x --yes", "invalid send number 'x'"),
        ("forget --before noonish --yes", "cannot read"),
        ("list --limit -1", "must not be negative"),
        ("list --state lost", "'lost'"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, server: Gateway, line: str, said: str) -> None:
    del server
    assert said in run(f"sends {line}", code=2).stderr


def test_a_list_longer_than_a_page_comes_whole(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    del server
    monkeypatch.setattr("smsgw_cli.messages.ledger._PAGE", 2)
    for _ in range(5):
        run(SEND)
    assert run("sends list -q").stdout.split() == ["5", "4", "3", "2", "1"]


@pytest.fixture
def waiting(server: Gateway) -> Callable[..., subprocess.Popen[str]]:
    """Starts a send that the server has got and does not answer."""

    def start(*options: str) -> subprocess.Popen[str]:
        server.faults.add("latency POST /messages/send delay=20 times=1")
        line = [sys.executable, "-m", "smsgw_cli", *SEND.split(), *options]
        running = subprocess.Popen(line, stderr=subprocess.PIPE, text=True)
        while running.poll() is None and not server.faults._armed[-1].struck:
            time.sleep(0.01)
        return running

    return start


def test_a_send_under_way_is_left_alone(
    run: Run, waiting: Callable[..., subprocess.Popen[str]]
) -> None:
    with waiting("--once", "monday") as running:
        assert states(run) == ["sending"]
        assert "in progress" in run("sends settle --settle 0").stderr
        assert "in progress" in run("sends forget 1 --yes", code=2).stderr
        running.kill()
    assert states(run) == ["unknown"]


@pytest.mark.parametrize("ended", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_a_send_unknown_and_says_how_to_settle_it(
    run: Run, waiting: Callable[..., subprocess.Popen[str]], ended: signal.Signals
) -> None:
    with waiting() as running:
        running.send_signal(ended)
        _, errors = running.communicate(timeout=20)
    assert running.returncode == 128 + ended
    assert "sends settle 1" in errors
    assert states(run) == ["unknown"]


def test_the_ledger_is_for_its_owner_alone(run: Run, server: Gateway, home: Path) -> None:
    del server
    run(f"{SEND} --once monday")
    run("sends list")
    for path in (home / ".local/state/smsgw/sends").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_sandbox_forgets_what_was_sent_to_it(run: Run, process: Any) -> None:
    process(f"-p sandbox {SEND}")
    assert len(run("-p sandbox sends list -o json").json) == 1
    process("sandbox reset --yes")
    assert run("-p sandbox sends list -o json").json == []


def test_what_is_old_is_removed_without_its_key(run: Run, server: Gateway, home: Path) -> None:
    for options in ("--once monday", "--once tuesday", ""):
        run(f"{SEND} {options}")
    removed = run("sends remove --before +1d -o json").json
    assert {each["result"] for each in removed} == {"forgotten"}
    assert states(run) == []
    (ledger,) = (home / ".local/state/smsgw/sends").glob("*.db")
    assert b"+12025550123" not in ledger.read_bytes()
    for _ in range(2):
        again = run(f"{SEND} --once monday")
        assert "already sent with the key 'monday'" in again.stderr
    assert len(server.store.rows("campaigns")) == 3


def test_removed_keys_are_freed_only_if_that_is_wanted(run: Run, server: Gateway) -> None:
    run(f"{SEND} --once monday")
    assert "'monday'" in run("sends remove --before +1d --keys", code=2).stderr
    assert states(run) == ["accepted"]
    run("sends remove --before +1d --keys --yes")
    run(f"{SEND} --once monday")
    assert len(server.store.rows("campaigns")) == 2


@pytest.mark.parametrize("options", ["", "--keys --yes"])
def test_what_is_unknown_is_removed_by_its_number_alone(
    run: Run, server: Gateway, options: str
) -> None:
    lose(run, server, "drop-after", "--once monday")
    run(SEND)
    run(f"sends remove --before +1d {options}")
    assert states(run) == ["unknown"]
    assert "'monday'" in run("sends remove 1", code=2).stderr
    run("sends remove 1 --yes")
    assert states(run) == []
    run(f"{SEND} --once monday")
    assert len(server.store.rows("campaigns")) == 3


def test_the_old_word_removes_what_is_unknown_too_and_frees_the_keys(
    run: Run, server: Gateway
) -> None:
    lose(run, server, "drop-after", "--once monday")
    assert "'monday'" in run("sends forget --before +1d", code=2).stderr
    run("sends forget --before +1d --yes")
    assert states(run) == []
    run(f"{SEND} --once monday")
    assert len(server.store.rows("campaigns")) == 2


def test_a_mailing_whose_records_were_removed_is_not_sent_again_with_its_key(
    run: Run, server: Gateway, home: Path
) -> None:
    (home / "rows.csv").write_text("phone,name\n+12025550123,Ann\n+12025550124,Bob\n")
    line = "messages send --csv rows.csv -m 'Hi {name}' --once monday"
    run(line)
    run("sends remove --before +1d")
    assert "every row was already sent" in run(line).stderr
    assert len(server.store.rows("campaigns")) == 2
