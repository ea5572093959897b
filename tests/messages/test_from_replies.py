"""What replies do to the do-not-contact list: each once, the newest word of a person counts."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from smsgw_cli.messages.suppression_list import path
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

ANN, BOB, CY = "+12025550123", "+12025550124", "+12025550125"
Receive = Callable[..., None]
LINE = "suppress from-replies -o json"
DAY = 86_400_000  # ms


@pytest.fixture
def receive(run: Run, server: Gateway, tmp_path: Path) -> Receive:
    """Let a message arrive, `days` ago."""
    gateway = tmp_path / "gateway.db"

    def from_somebody(number: str, text: str, days: int = 0) -> None:
        to = ["--to", "1", "--db", str(gateway)]
        run("sandbox receive", "--from", number, "-m", text, *to)
        with closing(sqlite3.connect(gateway)) as db, db:
            newest = "SELECT max(id) FROM messages"
            earlier = f"UPDATE messages SET sent_at = sent_at - ? WHERE id = ({newest})"
            db.execute(earlier, [days * DAY])

    return from_somebody


def listed(run: Run) -> list[str]:
    return run("suppress list -q").stdout.split()


def test_who_opts_out_is_suppressed_once(run: Run, receive: Receive) -> None:
    receive(ANN, " “Stop.”\n")
    receive(BOB, "Please don't stop")
    receive(CY, "ARRÊT!", days=3)
    receive(ANN, "STOP")
    told = run(LINE, "-n").json
    assert (told["found"], told["added"]) == (2, 2)
    assert listed(run) == []
    assert run(LINE).json["added"] == 2
    again = run(LINE).json
    assert (again["found"], again["added"], again["known"]) == (2, 0, 2)
    reasons = {each["number"]: each["reason"] for each in run("suppress list -o json").json}
    assert reasons.keys() == {ANN, CY}
    assert reasons[CY].startswith("replied 'ARRÊT!' in message 3 of 20")
    assert "suppressed" in run(f"messages send --to {ANN} -m Hi", code=2).stderr


def test_replies_are_chosen_by_time_and_sim(run: Run, receive: Receive) -> None:
    receive(ANN, "STOP")
    assert run(f"{LINE} --since 2031-01-01").json["found"] == 0
    assert run(f"{LINE} --sim 2").json["found"] == 0
    assert run(f"{LINE} --sim 1").json["found"] == 1


def test_the_newest_word_counts_whatever_the_order_of_arrival(run: Run, receive: Receive) -> None:
    receive(ANN, "START")
    receive(ANN, "STOP", days=1)
    receive(BOB, "STOP")
    receive(BOB, "UNSTOP", days=1)
    run(LINE)
    assert listed(run) == [BOB]


def test_who_opts_in_again_is_taken_off_and_can_opt_out_again(run: Run, receive: Receive) -> None:
    receive(ANN, "STOP")
    run(LINE)
    receive(ANN, "Start!")
    assert run(LINE).json["removed"] == 1
    assert listed(run) == []
    assert run(LINE).json["removed"] == 0
    receive(ANN, "quit")
    run(LINE)
    assert listed(run) == [ANN]


def test_another_spelling_of_the_phone_opts_in_again(run: Run, receive: Receive) -> None:
    receive("+5215512345678", "STOP")
    run(LINE)
    receive("+525512345678", "START")
    run(LINE)
    assert listed(run) == []


@pytest.mark.parametrize("by_hand", ["before", "after"])
def test_what_came_by_hand_stays_and_is_listed(run: Run, receive: Receive, by_hand: str) -> None:
    if by_hand == "before":
        run(f"suppress add {ANN}")
    receive(ANN, "STOP")
    run(LINE)
    run(f"suppress add {ANN}")
    receive(ANN, "START")
    told = run(LINE)
    assert told.json["removed"] == 0
    assert [each["from"] for each in told.json["kept_replies"]] == [ANN]
    assert f"from {ANN} opts in, but was not added by a reply: 'START'" in told.stderr
    assert listed(run) == [ANN]


def test_a_removal_by_hand_outlives_old_replies_but_not_new_ones(
    run: Run, receive: Receive
) -> None:
    receive(ANN, "STOP", days=1)
    receive(BOB, "STOP", days=1)
    run(LINE)
    run(f"suppress remove {ANN},{BOB}")
    assert run(f"{LINE} --since 2020-01-01").json["added"] == 0
    receive(BOB, "STOP")
    assert run(LINE).json["added"] == 1
    assert listed(run) == [BOB]


def test_a_removal_counts_though_the_servers_clock_is_ahead(run: Run, receive: Receive) -> None:
    receive(ANN, "STOP", days=-2)
    run(LINE)
    run(f"suppress remove {ANN}")
    run(LINE)
    assert listed(run) == []
    receive(ANN, "STOP", days=-3)
    run(LINE)
    assert listed(run) == [ANN]


def test_a_reply_that_only_looks_like_an_opt_out_is_counted_and_listed(
    run: Run, receive: Receive
) -> None:
    receive(ANN, "please stop texting me")
    receive(BOB, "take me off")
    receive(BOB, "STOP")
    receive(CY, "see you at the bus stop")
    told = run(LINE)
    assert told.json["similar"] == 1
    assert [each["from"] for each in told.json["similar_replies"]] == [ANN]
    assert f"message 1 from {ANN} looks like an opt-out: 'please stop texting me'" in told.stderr
    run(f"suppress add {ANN}")
    assert run(LINE).json["similar"] == 0


def test_an_opt_out_without_a_number_is_told_once_and_then_listed(
    run: Run, receive: Receive
) -> None:
    receive("Bank", "STOP")
    receive(ANN, "STOP")
    assert "'Bank', which is not a valid number" in run(f"{LINE} -n").stderr
    told = run(LINE, code=7)
    assert told.json["added"] == 1
    assert "suppress list --unreadable" in told.stderr
    run(LINE)
    (entry,) = run("suppress list --unreadable -o json").json
    assert entry["number"] == "Bank"
    assert entry["reason"].startswith("replied 'STOP' in message 1 of 20")
    assert listed(run) == [ANN]
    run("suppress remove Bank")
    run(LINE)
    assert run("suppress list --unreadable -o json").json == []
    receive("Bank", "STOP")
    run(LINE, code=7)


def test_a_number_that_lacked_its_country_is_read_when_that_is_set(
    run: Run, receive: Receive
) -> None:
    receive("2025550123", "STOP")
    assert "region" in run(LINE, code=7).error["hint"]
    run(f"{LINE} --set region=US")
    assert listed(run) == [ANN]
    assert run("suppress list --unreadable -o json").json == []


def old_list(*numbers: tuple[str, str | None]) -> None:
    """A list as 0.1.0 made it."""
    path().parent.mkdir(parents=True)
    with closing(sqlite3.connect(path())) as db, db:
        db.execute(
            "CREATE TABLE suppressed (number TEXT PRIMARY KEY, reason TEXT, since TEXT NOT NULL)"
            " WITHOUT ROWID"
        )
        rows = [(number, reason, "2020-01-02T03:04:05Z") for number, reason in numbers]
        db.executemany("INSERT INTO suppressed VALUES (?, ?, ?)", rows)


def test_other_words_than_stop_count_from_the_upgrade_on(run: Run, receive: Receive) -> None:
    old_list()
    receive(ANN, "STOP!", days=2)
    receive(BOB, "quit", days=2)
    receive(CY, "ARRET", days=2)
    run("suppress list")  # the upgrade
    told = run(LINE)
    assert (told.json["added"], told.json["older"]) == (1, 2)
    assert "2 replies from before the upgrade not applied" in told.stderr
    assert listed(run) == [ANN]
    assert run(f"{LINE} --set stop_words=arret -n").json["added"] == 1
    receive(BOB, "quit", days=-1)
    assert run(LINE).json["added"] == 1
    assert run(f"{LINE} --since 2020-01-01").json["added"] == 1
    assert listed(run) == [ANN, BOB, CY]


def test_an_opt_in_from_before_the_upgrade_takes_nobody_off(run: Run, receive: Receive) -> None:
    reason = "replied 'STOP' in message 1 of 2020-01-01T00:00:00Z"
    old_list((ANN, reason), (BOB, "asked"))
    receive(ANN, "START", days=2)
    receive(BOB, "START")
    run("suppress list")
    assert run(LINE).json["removed"] == 0
    receive(ANN, "START", days=-1)
    run(LINE)
    assert listed(run) == [BOB]


def test_who_0_1_0_put_on_opts_in_again_in_another_spelling(run: Run, receive: Receive) -> None:
    old_list(("+5215512345678", "replied 'STOP' in message 1 of 2020-01-01T00:00:00Z"))
    run("suppress list")
    receive("+525512345678", "START", days=-1)
    assert run(LINE).json["removed"] == 1
    assert listed(run) == []


def test_the_contacts_are_unsubscribed_on_the_servers_lists(run: Run, receive: Receive) -> None:
    for name in ("One", "Two"):
        run(f"contact-lists create {name}")
        run(f"fields create {name} City")
        run(f"contacts create {name} {ANN} --field city=Boston")
        run(f"contacts create {name} {BOB}")
    receive(ANN, "quit")
    receive(BOB, "I will never quit this wonderful newsletter")
    line = f"{LINE} --unsubscribe"
    assert run(f"{line} -n").json["unsubscribed"] == 2
    assert run(line).json["unsubscribed"] == 2
    assert run(line).json["unsubscribed"] == 0
    for name in ("One", "Two"):
        contacts = {
            each["mobile_number"]: each for each in run(f"contacts list {name} -o json").json
        }
        assert (contacts[ANN]["subscribed"], contacts[ANN]["city"]) == (False, "Boston")
        assert contacts[BOB]["subscribed"] is True


@pytest.mark.parametrize(
    ("fault", "said"),
    [("422", "refused to unsubscribe the contacts 1;"), ("503", "not all contacts")],
)
def test_a_contact_that_cannot_be_unsubscribed_is_told(
    run: Run, receive: Receive, server: Gateway, fault: str, said: str
) -> None:
    run("contact-lists create One")
    run(f"contacts create One {ANN}")
    receive(ANN, "quit")
    server.faults.add(f"{fault} PUT /contacts/*")
    failed = run(f"{LINE} --unsubscribe --retries 0", code=7).error
    assert said in failed["message"]
    assert listed(run) == [ANN]
    server.faults.clear()
    assert run(f"{LINE} --unsubscribe").json["unsubscribed"] == 1


def test_two_processes_add_everybody_once(run: Run, receive: Receive) -> None:
    for number in range(30):
        receive(f"+120255501{number:02}", "STOP")
    line = [sys.executable, "-m", "smsgw_cli", *LINE.split(), "--query", "added"]
    both = [subprocess.Popen(line, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [each.communicate(timeout=60)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert sum(map(int, printed)) == 30
    assert len(listed(run)) == 30


def test_replies_go_to_the_shared_list_and_opt_in_again_on_both(
    run: Run, receive: Receive, home: Path
) -> None:
    receive(ANN, "STOP")
    run(LINE)
    shared = f"--set suppression_list={home / 'shared.db'}"
    run(f"suppress add {CY} {shared} --yes")
    receive(BOB, "STOP")
    receive("Bank", "STOP")
    told = run(f"{LINE} {shared}", code=7)
    assert '"known": 1' in told.stdout
    found = {each["number"]: each["list"] for each in run(f"suppress list {shared} -o json").json}
    assert found == {ANN: "own", BOB: "shared", CY: "shared"}
    (entry,) = run(f"suppress list --unreadable {shared} -o json").json
    assert (entry["number"], entry["list"]) == ("Bank", "shared")
    receive(ANN, "START")
    receive(BOB, "START")
    receive(CY, "START")
    assert run(f"{LINE} {shared}").json["removed"] == 2
    assert run(f"suppress list -q {shared}").stdout.split() == [CY]


def test_a_missing_shared_list_is_an_error(run: Run, receive: Receive, home: Path) -> None:
    receive(ANN, "STOP")
    run(f"{LINE} --set suppression_list={home / 'shared.db'}", code=2)
    assert not (home / "shared.db").exists()
