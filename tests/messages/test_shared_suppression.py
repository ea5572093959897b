"""A do-not-contact list that several users share, beside each user's own."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from smsgw_cli.storage import database
from tests.conftest import Run
from tests.terminal import at_terminal

OWN, SHARED, FREE = "+12025550121", "+12025550122", "+12025550123"
SET = "SMSGW_SUPPRESSION_LIST"
TO_ALL = f"messages send --to {OWN},{SHARED},{FREE} -m Hi"


@pytest.fixture
def team(run: Run, server: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared list with a number, beside the own one with another."""
    path = home / "team" / "do not contact.db"
    path.parent.mkdir()
    run(f"suppress add {OWN} --reason 'by hand'")
    monkeypatch.setenv(SET, str(path))
    run(f"suppress add {SHARED} --reason 'by post' --yes")
    return path


def reached(server: Gateway) -> set[str]:
    return {row["to_number"] for row in server.store.rows("messages")}


def lists(run: Run) -> set[tuple[str, str]]:
    return {(each["number"], each["list"]) for each in run("suppress list -o json").json}


def sends(server: Gateway) -> int:
    return sum(path.endswith("/send") for _, path, _ in server.requests)


@contextmanager
def busy(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path)) as db:
        db.execute("BEGIN EXCLUSIVE")
        yield


def test_numbers_of_either_list_are_kept_out(run: Run, server: Gateway, team: Path) -> None:
    assert "2 recipients skipped: on the do-not-contact list" in run(TO_ALL).stderr
    assert reached(server) == {FREE}
    body = f'mobile_numbers:=["{SHARED}"]'
    assert SHARED in run(f"api POST messages/send -f message=Hi -F '{body}'", code=2).stderr


def test_add_writes_to_the_shared_list_and_list_says_which(run: Run, team: Path) -> None:
    assert lists(run) == {(OWN, "own"), (SHARED, "shared")}
    assert run(f"suppress add {OWN}").stdout == f"{OWN}\tadded\n"  # the others need it too
    assert lists(run) == {(OWN, "own"), (OWN, "shared"), (SHARED, "shared")}


def test_list_and_doctor_say_where_the_lists_are(run: Run, team: Path) -> None:
    for told in (run("suppress list").stderr, run("doctor").stdout):
        assert "suppressed.db (own)" in told
        assert f"{team} (shared)" in told
        assert "sends from this program" in told


def test_without_a_shared_list_the_columns_are_as_before(run: Run, server: Gateway) -> None:
    run(f"suppress add {OWN} --reason why")
    assert len(run("suppress list").stdout.split("\t")) == 3


def test_remove_takes_from_both(run: Run, team: Path) -> None:
    run(f"suppress add {OWN}")
    run(f"suppress remove {OWN},{SHARED}")
    assert lists(run) == set()


def test_replies_are_written_to_the_shared_list(run: Run, server: Gateway, team: Path) -> None:
    Control(server.url, server.token).receive("STOP", sender=FREE)
    assert run("suppress from-replies -o json").json["added"] == 1
    assert (FREE, "shared") in lists(run)


@pytest.mark.parametrize(
    "line",
    [
        f"messages send --to {FREE} -m Hi",
        f"messages send --to {FREE} -m Hi --exclude {OWN}",
        "ussd-pulls send '*100#' --sim 1",
        f"api POST messages/send -f message=Hi -f mobile_numbers[]={FREE}",
        "suppress from-replies",
        f"suppress remove {OWN}",
        "suppress list",
    ],
)
def test_a_missing_file_is_an_error_for_everything_but_add(
    run: Run, server: Gateway, team: Path, line: str
) -> None:
    team.unlink()
    failed = run(f"{line} -o json", code=2).error
    assert f"{team}, cannot be used: it does not exist" in failed["message"]
    assert "suppress add" in failed["hint"]
    assert sends(server) == 0
    assert not team.exists()


def test_allow_suppressed_sends_without_a_missing_file(
    run: Run, server: Gateway, team: Path
) -> None:
    team.unlink()
    run(f"{TO_ALL} --allow suppressed")
    assert reached(server) == {OWN, SHARED, FREE}


def test_a_missing_file_is_not_made_without_an_answer(run: Run, team: Path) -> None:
    team.unlink()
    failed = run(f"suppress add {FREE}", code=2)
    assert f"{team} does not exist. Create a do-not-contact list there?" in failed.stderr
    assert not team.exists()


def test_a_terminal_is_asked_before_the_file_is_made(run: Run, team: Path) -> None:
    team.unlink()
    assert at_terminal(["suppress", "add", FREE], b"n\n").code == 1
    assert not team.exists()
    assert at_terminal(["suppress", "add", FREE], b"y\n").code == 0
    assert (FREE, "shared") in lists(run)


def test_the_file_is_not_made_in_a_folder_that_is_missing(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SET, str(home / "unmounted" / "team.db"))
    failed = run(f"suppress add {FREE} --yes", code=2)
    assert "its folder does not exist" in failed.stderr
    assert not (home / "unmounted").exists()


@pytest.mark.parametrize("line", [TO_ALL, f"suppress add {FREE} --yes", "suppress list", "doctor"])
def test_a_path_that_cannot_be_looked_at_is_told(
    run: Run, server: Gateway, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setenv(SET, "a" * 300)
    ended = run(line, code=1)
    assert "check the permissions of the file and of its folder" in ended.stderr + ended.stdout
    assert sends(server) == 0


def test_a_link_that_leads_nowhere_is_no_list(run: Run, server: Gateway, team: Path) -> None:
    team.unlink()
    team.symlink_to(team.with_name("unmounted"))
    for line in (TO_ALL, f"suppress add {FREE} --yes"):
        assert "a symbolic link in its path is broken" in run(line, code=2).stderr
    assert sends(server) == 0


def test_an_empty_file_is_no_list(run: Run, server: Gateway, team: Path) -> None:
    team.write_bytes(b"")
    assert "it is empty" in run(TO_ALL, code=1).stderr
    assert sends(server) == 0


def test_owner_group_and_mode_are_kept(run: Run, team: Path) -> None:
    team.chmod(0o660)
    if os.geteuid() == 0:
        os.chown(team, 65_534, 65_534)
    before = team.stat()
    run(f"suppress add {FREE}")
    run(TO_ALL, code=2)
    run(f"suppress remove {FREE}")
    after = team.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_uid,
        before.st_gid,
    )


def test_a_write_ahead_log_is_turned_into_a_rollback_journal(run: Run, team: Path) -> None:
    with closing(sqlite3.connect(team)) as db:
        db.execute("PRAGMA journal_mode = WAL")
    run(f"suppress add {FREE}")
    with closing(sqlite3.connect(team)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert [each.name for each in team.parent.iterdir()] == [team.name]


@pytest.mark.parametrize("line", [TO_ALL, f"suppress add {FREE}"])
def test_a_busy_file_is_waited_for_and_then_nothing_is_sent(
    run: Run, server: Gateway, team: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    with busy(team):
        assert "try again later" in run(f"{line} -o json", code=6).error["hint"]
    assert sends(server) == 0


@pytest.mark.parametrize("value", ["", "other.db"])
def test_the_list_of_the_profile_is_not_taken_out_by_the_way(
    run: Run, server: Gateway, team: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.delenv(SET)
    run(f"profiles add work {server.url} --token-stdin", f"suppression_list={team}", input="t")
    send = f"{TO_ALL} --set suppression_list={value}"
    failed = run(send, code=2).stderr
    assert "--set disables the do-not-contact list" in failed
    assert "--allow suppressed" in failed
    run(f"{send} --allow suppressed")
    assert reached(server) == {OWN, SHARED, FREE}
    assert run("sends get 1 -o json").json["allowed"] == "suppressed"


def test_another_server_has_the_shared_list_of_the_profile(
    run: Run, server: Gateway, team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SET)
    run(
        "profiles add work https://sms.example.com --token-stdin",
        f"suppression_list={team}",
        input="t",
    )
    run(TO_ALL)
    assert reached(server) == {FREE}
