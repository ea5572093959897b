"""Rows of a mailing that are special: one number with two texts, duplicates, invalid ones."""

import csv
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from smsgw_cli.messages.ledger_entry import Entry
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

CHILDREN = "phone,child\n+12025550123,Ann\n+12025550123,Bob\n+12025550124,Cy\n+12025550123,Ann\n"
BAD = "phone,child\n+12025550123,Ann\n555,Bob\n+12025550124,\n+12025550125,Di\n"
LINE = "messages send --csv rows.csv --settle 0 -m '{child} was absent today'"
ALL = Counter(["Ann was absent today", "Bob was absent today", "Cy was absent today"])


@pytest.fixture
def rows(home: Path) -> Path:
    path = home / "rows.csv"
    path.write_text(CHILDREN)
    return path


def sent(server: Gateway) -> Counter[str]:
    return Counter(row["content"] for row in server.store.rows("messages"))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("options", ["", "--once today", "--yes --set ask_above=0"])
def test_two_texts_to_one_number_are_two_messages_and_identical_rows_one(
    run: Run, server: Gateway, home: Path, rows: Path, options: str
) -> None:
    told = run(f"{LINE} {options}").stderr
    assert "1 duplicate row skipped: the same number and text" in told
    assert sent(server) == ALL
    results = table(home / "rows.csv.results.csv")
    assert [row["status"] for row in results] == ["accepted"] * 3 + ["left out"]
    assert results[3]["reason"] == "duplicate of row 2"
    run(f"{LINE} {options}", code=0 if "once" in options else 2)
    assert sent(server) == ALL


def test_two_texts_to_one_number_are_counted_once_as_a_recipient(
    run: Run, server: Gateway, rows: Path
) -> None:
    shown = run("messages preview --csv rows.csv -m '{child} was absent' -o json").json
    assert (shown["recipients"], shown["messages"], shown["total_parts"]) == (2, 3, 3)
    assert shown["doubles"] == 1  # the last row


@pytest.mark.parametrize("options", ["", "--once today"])
def test_two_texts_to_one_number_go_out_once_whatever_is_killed(
    run: Run, server: Gateway, rows: Path, options: str
) -> None:
    server.faults.add("latency POST /messages/send after=1 delay=60")
    line = ["messages", "send", "--csv", "rows.csv", "-m", "{child} was absent today"]
    running = subprocess.Popen(
        [sys.executable, "-m", "smsgw_cli", *line, "--workers", "1", *options.split()]
    )
    while not server.faults._armed[0].struck:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    server.faults.clear()
    run(f"{LINE} {options}")
    assert sent(server) == ALL


def test_an_unknown_one_of_two_texts_is_not_taken_for_the_other(
    run: Run, server: Gateway, rows: Path
) -> None:
    server.faults.add("drop-before POST /messages/send times=1")
    server.faults.add("drop-after POST /messages/send times=1 after=1")
    run(f"{LINE} --workers 1")
    assert sent(server) == ALL


@pytest.mark.parametrize("options", ["", "--once today"])
def test_invalid_rows_are_left_out_if_that_is_wanted(
    run: Run, server: Gateway, home: Path, rows: Path, options: str
) -> None:
    rows.write_text(BAD)
    refused = run(f"{LINE} {options}", code=2)
    assert "--skip-bad" in refused.stderr
    assert server.requests == []
    skipped = run(f"{LINE} {options} --skip-bad", code=7)
    assert "2 invalid rows skipped" in skipped.stderr
    assert "1 row: message: child is empty (row 4)" in skipped.stderr
    assert "rows: 2 accepted, 2 invalid" in skipped.stderr
    assert sent(server) == Counter(["Ann was absent today", "Di was absent today"])
    rejects = table(home / "rows.csv.rejects.csv")
    assert [(row["phone"], row["child"]) for row in rejects] == [
        ("555", "Bob"),
        ("+12025550124", ""),
    ]
    assert "phone: '555'" in rejects[0]["smsgw_reason"]
    assert "child is empty" in rejects[1]["smsgw_reason"]
    results = table(home / "rows.csv.results.csv")
    assert [row["status"] for row in results] == ["accepted", "left out", "left out", "accepted"]
    assert "child is empty" in results[2]["reason"]


def test_rejected_rows_that_were_mended_go_out_alone(
    run: Run, server: Gateway, home: Path, rows: Path
) -> None:
    rows.write_text(BAD)
    run(f"{LINE} --skip-bad", code=7)
    rejects = home / "rows.csv.rejects.csv"
    rejects.write_text(rejects.read_text().replace("555,Bob", "+12025550199,Bob"))
    run(LINE.replace("rows.csv", "rows.csv.rejects.csv --skip-bad"), code=7)
    rows.write_text(BAD.replace("555,Bob", "+12025550199,Bob").replace("124,", "124,Cy"))
    run(LINE)
    assert sent(server) == Counter([*ALL, "Di was absent today"])


def test_refused_rows_are_rejected_with_the_invalid_ones(
    run: Run, server: Gateway, home: Path, rows: Path
) -> None:
    rows.write_text(BAD)
    server.faults.add("422 POST /messages/send times=1")
    told = run(f"{LINE} --skip-bad --workers 1", code=7).stderr
    assert "rows: 1 accepted, 1 refused, 2 invalid" in told
    rejects = table(home / "rows.csv.rejects.csv")
    assert [row["child"] for row in rejects] == ["Ann", "Bob", ""]


def test_a_file_of_invalid_rows_alone_is_refused(run: Run, server: Gateway, rows: Path) -> None:
    rows.write_text("phone,child\n555,Bob\n")
    assert "1 invalid row, nothing was sent" in run(f"{LINE} --skip-bad", code=2).stderr
    assert server.requests == []


def test_trying_first_leaves_invalid_rows_out_too(run: Run, server: Gateway, rows: Path) -> None:
    rows.write_text(BAD)
    tried = run(f"{LINE} --skip-bad --dry-run")
    assert len(tried.json) == 2
    assert "2 invalid rows skipped" in tried.stderr
    preview = LINE.replace("send", "preview", 1)
    assert run(f"{preview} --skip-bad -o json").json["recipients"] == 2
    assert not (rows.parent / "rows.csv.rejects.csv").exists()


def test_rows_to_skip_need_a_file(run: Run, server: Gateway) -> None:
    refused = run("messages send --to +12025550123 -m Hi --skip-bad", code=2)
    assert "add --csv FILE" in refused.stderr


def equal(home: Path, count: int) -> None:
    """A file of so many rows with the same text."""
    rows = "".join(f"+1202{2_000_000 + each},Ann\n" for each in range(count))
    (home / "rows.csv").write_text(f"phone,child\n{rows}")


def test_equal_texts_are_gathered_up_to_so_many_a_campaign(
    run: Run, server: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgw_cli.messages.mailing.mailing.MOST_RECIPIENTS", 10)
    equal(home, 25)
    run(LINE)
    assert len(server.store.rows("campaigns")) == 3
    assert sent(server) == {"Ann was absent today": 25}


def test_a_campaign_that_is_too_large_is_halved(run: Run, server: Gateway, home: Path) -> None:
    equal(home, 25)
    server.faults.add("html POST /messages/send status=413 times=4")
    told = run(LINE).stderr
    assert "refused" not in told
    numbers = Counter(row["to_number"] for row in server.store.rows("messages"))
    assert len(numbers) == 25 == sum(numbers.values())
    assert len(server.store.rows("campaigns")) > 3
    assert {row["status"] for row in table(home / "rows.csv.results.csv")} == {"accepted"}


def test_a_row_that_is_too_large_alone_is_refused(run: Run, server: Gateway, home: Path) -> None:
    equal(home, 2)
    server.faults.add("html POST /messages/send status=413")
    run(LINE, code=7)
    assert {row["status"] for row in table(home / "rows.csv.results.csv")} == {"refused"}
    assert sent(server) == {}


def test_a_mailing_that_goes_on_reads_and_asks_nothing_of_what_is_done(
    run: Run, server: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"+12025550{100 + n},{n}\n" for n in range(60))
    (home / "rows.csv").write_text(f"phone,child\n{rows}")
    server.faults.add("401 POST /messages/send after=50")
    run(f"{LINE} --workers 1", code=7)
    server.faults.clear()
    asked = len(server.requests)
    monkeypatch.setattr(Entry, "of", lambda _: pytest.fail("the body of a send was read"))
    run(LINE)
    requests = [method for method, *_ in server.requests[asked:]]
    assert requests.count("POST") == 10
    assert requests.count("GET") < 3  # the devices, and none of the campaigns and messages
    assert len(sent(server)) == 60


def test_a_changed_file_sends_what_is_new_of_a_text(run: Run, server: Gateway, home: Path) -> None:
    equal(home, 25)
    server.faults.add("401 POST /messages/send after=1")
    rows = (home / "rows.csv").read_text()
    (home / "rows.csv").write_text(rows + "+12025550199,Bob\n")
    run(f"{LINE} --workers 1", code=7)
    server.faults.clear()
    equal(home, 30)
    run(LINE)
    numbers = Counter(row["to_number"] for row in server.store.rows("messages"))
    assert len(numbers) == 30 == sum(numbers.values())
