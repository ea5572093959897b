"""State files of version 0.1.0 are read, and what it left unfinished is finished, nobody twice."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Run

SANDBOX = "-p sandbox"
TO = f"{SANDBOX} messages send --to +12025550123 --settle 0"
MAILING = f"{SANDBOX} messages send --csv codes.csv --settle 0 --workers 2 -m 'Code {{code}}'"


def held(state: Path, table: str, column: str) -> Counter[str]:
    """How often each value of a column is in the sandbox's database."""
    with closing(sqlite3.connect(state / "sandbox.db")) as db:
        return Counter(value for (value,) in db.execute(f"SELECT {column} FROM {table}"))


def test_its_sends_are_listed_and_shown(run: Run, old_state: Path) -> None:
    sends = {each["key"]: each for each in run(f"{SANDBOX} sends list -o json").json}
    states = {key: each["state"] for key, each in sends.items() if "/" not in key}
    assert states == {
        "accepted": "accepted",
        "refused": "refused",
        "unknown": "unknown",
        "cut": "unknown",
        "taken": "unknown",
    }
    shown = run(f"{SANDBOX} sends show {sends['accepted']['id']} -o json").json
    assert (shown["key"], shown["state"]) == ("accepted", "accepted")


@pytest.mark.parametrize("key", ["accepted", "refused", "unknown", "cut", "taken"])
def test_a_send_that_it_left_in_any_state_is_finished_once(
    run: Run, old_state: Path, key: str
) -> None:
    for _ in range(2):
        run(f"{TO} -m {key} --once {key}")
    assert held(old_state, "campaigns", "message")[key] == 1


def test_its_unknown_sends_are_settled(run: Run, old_state: Path) -> None:
    before = held(old_state, "campaigns", "message")
    run(f"{SANDBOX} sends settle --settle 0")
    states = {each["key"]: each["state"] for each in run(f"{SANDBOX} sends list -o json").json}
    known = {"unknown": "accepted", "taken": "accepted", "cut": "refused"}
    assert {**states, **known} == states
    assert held(old_state, "campaigns", "message") == before


def test_a_mailing_that_it_left_unfinished_is_finished(run: Run, old_state: Path) -> None:
    begun = held(old_state, "messages", "content")
    assert 0 < sum(begun[f"Code {each}"] for each in range(20)) < 20
    assert "mailing 1" in run(f"{MAILING} --allow unfinished").stderr  # it began long ago
    sent = held(old_state, "messages", "content")
    assert {text: n for text, n in sent.items() if text.startswith("Code")} == {
        f"Code {each}": 1 for each in range(20)
    }


def test_its_imports_and_syncs_are_listed_and_shown(run: Run, old_state: Path) -> None:
    found = run("imports list -o json").json
    rows = sorted((each["id"], each["kind"], each["state"], each["rows"]) for each in found)
    assert rows == [
        (1, "import", "finished", 20),
        (2, "sync", "finished", 10),
        (3, "import", "unfinished", 200),
    ]
    assert run("imports show 2 -o json").json["deleted"] == 5


@pytest.mark.parametrize("line", ["contacts import People people.csv", "imports resume 3"])
def test_an_import_that_it_left_unfinished_is_finished(
    run: Run, old_state: Path, line: str
) -> None:
    begun = sum(held(old_state, "contacts WHERE contact_list_id = 2", "id").values())
    assert 0 < begun < 200
    run(f"{SANDBOX} {line} --settle 0")
    assert held(old_state, "contacts WHERE contact_list_id = 2", "mobile_number") == {
        f"+1202{2_000_000 + each}": 1 for each in range(200)
    }
    assert run("imports show 3 -o json").json["created"] == 200


def test_its_finished_import_can_be_undone(run: Run, old_state: Path) -> None:
    run(f"{SANDBOX} imports undo 1 --yes")
    numbers = held(old_state, "contacts WHERE contact_list_id = 1", "mobile_number")
    assert sorted(numbers) == [f"+1202{2_000_000 + each}" for each in range(20, 25)]


def test_its_do_not_contact_list_is_kept_to(run: Run, old_state: Path) -> None:
    kept_out = {each["number"]: each["reason"] for each in run("suppress list -o json").json}
    assert kept_out == {"+12025550188": "asked to", "+12025550199": None}
    refused = run(f"{SANDBOX} messages send --to +12025550188 -m Hi", code=2)
    assert "suppressed" in refused.stderr


def test_its_cursor_is_resumed(run: Run, old_state: Path) -> None:
    tail = f"{SANDBOX} messages tail --no-follow --cursor replies.cursor -o json"
    assert run(tail).json == []
    run("sandbox receive --from +12025550177 --to 1 -m new")
    assert [each["content"] for each in run(tail).json] == ["new"]


def test_its_configuration_is_read_and_its_comments_stay(
    run: Run, old_state: Path, home: Path
) -> None:
    (found,) = (each for each in run("profiles list -o json").json if each["default"])
    assert (found["name"], found["server"]) == ("office", "https://sms.example.com")
    run("profiles update office --region US")
    assert "# a comment of ours" in (home / ".config/smsgw/config.toml").read_text()
