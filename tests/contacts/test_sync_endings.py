"""However a sync ends, the next one finishes it, and nobody is on the list twice."""

import json
import signal
import time
from pathlib import Path

import pytest

from smsgw_cli.contacts.sync.changes import LAYOUT
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.contacts.conftest import Import, answers, delete_list, each_once, file_of, on_list
from tests.contacts.test_endings import wait_for

ROWS = 200
CONTACTS = "/contact-lists/*/contacts"
SLOW = f"latency delay=0.05 POST {CONTACTS}"
ANN, BOB, CY = (f"+1202555012{each}" for each in range(3))


@pytest.fixture
def trio(run: Run, people: Gateway, home: Path) -> Path:
    """Three contacts, and a file that renames the first two and lacks the third."""
    for number in (ANN, BOB, CY):
        run(f"contacts create People {number} --field name=x")
    path = home / "trio.csv"
    path.write_text(f"phone,name\n{ANN},Ann\n{BOB},Bob\n")
    return path


def states(run: Run) -> list[str]:
    return [each["state"] for each in run("imports list -o json").json]


def test_a_sync_that_was_killed_is_finished_by_the_next(
    run: Run, people: Gateway, home: Path, syncer: Import
) -> None:
    for gone in ("+12025550198", "+12025550199"):
        run(f"contacts create People {gone}")
    file = file_of(home, ROWS)
    people.faults.add(SLOW)
    for rows in (30, 100):
        with syncer(
            file, "--yes", "--settle", "0.2", "--max-delete", "100%", "--delete"
        ) as running:
            wait_for(people, rows)
            running.send_signal(signal.SIGKILL)
    people.faults.clear()
    line = f"contacts sync People {file} --yes --settle 0.2 --delete --max-delete 100%"
    told = run(f"{line} -o json")
    assert told.json["created"] + told.json["unchanged"] == ROWS
    assert told.json["created"] < ROWS - 90
    assert each_once(people, ROWS)
    assert set(answers(people)) == {201}  # a list refuses a number twice: none was sent twice
    assert states(run) == ["replaced"] * 2 + ["finished"]


def test_what_a_killed_sync_sent_is_waited_for_by_the_next(
    run: Run, people: Gateway, home: Path, syncer: Import
) -> None:
    """A server that is still at work on a request commits it after its client is gone."""
    people.faults.add(f"latency delay=1.5 POST {CONTACTS}")
    file = file_of(home, 1)
    with syncer(file, "--yes") as running:
        wait_for_a_post(people)
        running.send_signal(signal.SIGKILL)
    people.faults.clear()
    told = run(f"contacts sync People {file} --yes --settle 3 -o json")
    assert "import 1 was interrupted" in told.stderr
    assert (told.json["created"], told.json["unchanged"]) == (0, 1)
    assert answers(people)[422] == 0


def test_ctrl_c_finishes_what_is_under_way(
    run: Run, people: Gateway, home: Path, syncer: Import
) -> None:
    people.faults.add(SLOW)
    file = file_of(home, ROWS)
    with syncer(file, "--yes", "-o", "json") as running:
        wait_for(people, 50)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate()
    assert running.returncode == 130
    told = json.loads(errors.splitlines()[-1])["error"]
    assert f"interrupted after {on_list(people)} of {ROWS} changes" in told["message"]
    assert "imports resume 1" in told["hint"]
    people.faults.clear()
    assert states(run) == ["unfinished"]
    assert "cannot ask for confirmation" in run("imports resume 1", code=2).stderr
    assert run("imports resume 1 --yes -o json").json["created"] == ROWS - _created_by(run, 1)
    assert answers(people) == {201: ROWS}
    assert states(run) == ["replaced", "finished"]


@pytest.mark.parametrize("fault", ["drop-after", "500"])
def test_a_creation_without_an_answer_is_looked_up_before_it_is_sent_again(
    run: Run, people: Gateway, home: Path, fault: str
) -> None:
    people.faults.add(f"{fault} POST {CONTACTS} after=2 times=1")
    told = run(f"contacts sync People {file_of(home, 8)} --yes --settle 0 -o json").json
    assert (told["created"], told["failed"]) == (8, 0)
    assert each_once(people, 8)
    assert answers(people)[422] == 0


@pytest.mark.parametrize(
    ("fault", "method"),
    [("drop-after", "PUT"), ("500", "PUT"), ("drop-after", "DELETE"), ("truncated", "GET")],
)
def test_what_may_be_repeated_is_repeated(
    run: Run, people: Gateway, trio: Path, fault: str, method: str
) -> None:
    people.faults.add(f"{fault} {method} /contacts/* times=1")
    told = run(f"contacts sync People {trio} --yes --delete --max-delete 1 -o json").json
    assert (told["updated"] + told["unchanged"], told["deleted"], told["failed"]) == (2, 1, 0)
    assert run(f"contacts sync People {trio} --delete --dry-run -o json").json == []


def test_a_network_that_is_gone_is_told_and_come_back_to(
    run: Run, people: Gateway, home: Path
) -> None:
    file = file_of(home, 100)
    people.faults.add(f"drop-before POST {CONTACTS} after=30")
    failed = run(f"contacts sync People {file} --yes --settle 0 --retries 1", code=7)
    assert "30 of 100 changes were done before" in failed.stderr
    people.faults.clear()
    assert run(f"contacts sync People {file} --yes --settle 0 -o json").json["created"] == 70
    assert each_once(people, 100)


def test_rows_that_the_server_refuses_are_told_and_the_others_done(
    run: Run, people: Gateway, trio: Path, home: Path
) -> None:
    people.faults.add("422 PUT /contacts/1 times=1")
    people.faults.add("422 PUT /contacts/3 times=1")
    failed = run(f"contacts sync People {trio} --yes --max-delete 1 -o json", code=7)
    assert (failed.json["updated"], failed.json["unsubscribed"], failed.json["failed"]) == (1, 0, 2)
    assert set(failed.error["errors"]) == {f"contact 3 ({CY})"}
    assert "2 of 3 changes were not made" in failed.error["message"]
    assert "itself" in failed.error["hint"]  # which lacks everybody else
    rejects = (home / "trio.csv.rejects.csv").read_text().splitlines()
    assert [line.split(",")[:2] for line in rejects[1:]] == [[ANN, "Ann"]]
    told = run(f"contacts sync People {trio} --yes --max-delete 1 -o json").json
    assert (told["updated"], told["unsubscribed"], told["unchanged"]) == (1, 1, 1)


def test_contacts_that_are_deleted_meanwhile_are_told_where_they_were_wanted(
    run: Run, people: Gateway, trio: Path
) -> None:
    people.faults.add("404 GET /contacts/*")
    failed = run(f"contacts sync People {trio} --yes --max-delete 1 -o json", code=7)
    assert (failed.json["failed"], failed.json["unsubscribed"]) == (2, 0)
    assert failed.error["errors"] is None
    people.faults.clear()
    people.faults.add("404 DELETE /contacts/3")
    told = run(f"contacts sync People {trio} --yes --delete --max-delete 1 -o json").json
    assert (told["updated"], told["deleted"], told["failed"]) == (2, 1, 0)


def test_a_token_that_is_revoked_half_way_is_told(run: Run, people: Gateway, home: Path) -> None:
    file = file_of(home, 100)
    people.faults.add(f"401 POST {CONTACTS} after=40")
    failed = run(f"contacts sync People {file} --yes -o json", code=7).error
    assert failed["status"] == 401
    people.faults.clear()
    assert run(f"contacts sync People {file} --yes -o json").json["created"] == 60


def test_a_list_has_one_sync_or_imports_at_a_time(
    run: Run, people: Gateway, home: Path, syncer: Import, importer: Import
) -> None:
    run("contact-lists create Others")
    file, small = file_of(home, ROWS), file_of(home, 3, "small.csv")
    for start, number in ((syncer, 1), (importer, 2)):
        before = on_list(people)
        people.faults.add(f"latency delay=60 POST {CONTACTS} after=20")
        with start(file, "--yes", "--settle", "0") as running:
            wait_for(people, before + 20)
            told = f"import {number} (process {running.pid})"
            assert told in run(f"contacts sync People {small} --yes", code=2).stderr
            if start is syncer:
                assert told in run(f"contacts import People {small}", code=2).stderr
            run(f"contacts sync People {small} --dry-run --max-delete 100%")
            running.send_signal(signal.SIGKILL)
        people.faults.clear()
    run(f"contacts import Others {small} --ignore-extra")
    run(f"contacts sync People {file} --yes --settle 0")
    numbers = [each["contact_list_id"] for each in people.store.rows("contacts")]
    assert (numbers.count(1), numbers.count(2)) == (ROWS, 3)


def test_a_sync_is_listed_and_forgotten_but_not_undone(
    run: Run, people: Gateway, trio: Path
) -> None:
    run(f"contacts sync People {trio} --yes --max-delete 1")
    shown = run("imports show 1 -o json").json
    assert (shown["kind"], shown["state"], shown["rows"]) == ("sync", "finished", 3)
    assert (shown["updated"], shown["unsubscribed"]) == (2, 1)
    for line in ("imports undo 1 --yes", "contacts import --undo 1 --yes"):
        assert "cannot be undone" in run(line, code=2).stderr
    assert "nothing left to do" in run("imports resume 1", code=2).stderr
    run("imports remove 1")
    assert run("imports list -o json").json == []


def test_a_full_temporary_folder_is_told(
    run: Run, people: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = LAYOUT._replace(migrations=("PRAGMA max_page_count = 1", *LAYOUT.migrations))
    monkeypatch.setattr("smsgw_cli.contacts.sync.changes.LAYOUT", small)
    failed = run(f"contacts sync People {file_of(home, 3)} --yes", code=1)
    assert "cannot be used: database or disk is full" in failed.stderr
    assert "SQLITE_TMPDIR" in failed.stderr
    assert on_list(people) == 0


def test_the_list_may_be_gone(run: Run, people: Gateway, home: Path, syncer: Import) -> None:
    people.faults.add(SLOW)
    with syncer(file_of(home, ROWS), "--yes", "-o", "json") as running:
        wait_for(people, 30)
        delete_list(people)
        _, errors = running.communicate()
    assert running.returncode == 7
    assert json.loads(errors.splitlines()[-1])["error"]["status"] == 404


def wait_for_a_post(gateway: Gateway) -> None:
    """Until a request to create a contact has come in."""
    while not any(armed.seen for armed in gateway.faults._armed):
        time.sleep(0.005)


def _created_by(run: Run, number: int) -> int:
    return int(run(f"imports show {number} -o json").json["created"])
