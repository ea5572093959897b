"""However an import ends, it says how, and the same command goes on where it was."""

import fcntl
import json
import resource
import signal
import time
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.contacts.conftest import Import, answers, delete_list, each_once, file_of, on_list

ROWS = 1_000
SLOW = "latency delay=0.02 POST /contact-lists/*/contacts"


def wait_for(gateway: Gateway, rows: int) -> None:
    while on_list(gateway) < rows:
        time.sleep(0.005)


def go_on(run: Run, gateway: Gateway, file: Path) -> None:
    """Run it again, and see that everything is there and nothing was sent twice."""
    refused = answers(gateway)[422]
    told = run(f"contacts import People {file} --settle 0 -o json")
    assert told.json["created"] + told.json["skipped"] == ROWS
    assert "resuming import 1" in told.stderr
    assert each_once(gateway, ROWS)
    assert answers(gateway)[422] == refused


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_who_is_told_to_stop_finishes_what_is_under_way(
    run: Run, people: Gateway, home: Path, importer: Import, sign: signal.Signals
) -> None:
    people.faults.add(SLOW)
    file = file_of(home, ROWS)
    with importer(file, "-o", "json") as running:
        wait_for(people, 50)
        running.send_signal(sign)
        _, errors = running.communicate()
    assert running.returncode == 130
    told = json.loads(errors.splitlines()[-1])["error"]
    assert "imports resume 1" in told["hint"]
    assert f"interrupted after {on_list(people)} of {ROWS} rows" in told["message"]
    people.faults.clear()
    go_on(run, people, file)
    assert answers(people)[201] == ROWS


def test_a_server_that_is_gone_is_given_up_and_come_back_to(
    run: Run, people: Gateway, home: Path
) -> None:
    file = file_of(home, ROWS)
    people.faults.add("drop-before POST /contact-lists/*/contacts after=300")
    failed = run(f"contacts import People {file} --settle 0 --retries 1", code=7)
    assert "300 of 1000 rows were done before" in failed.stderr
    people.faults.clear()
    go_on(run, people, file)


def test_a_token_that_is_revoked_half_way_is_told(run: Run, people: Gateway, home: Path) -> None:
    file = file_of(home, ROWS)
    people.faults.add("401 POST /contact-lists/*/contacts after=400")
    failed = run(f"contacts import People {file} -o json", code=7).error
    assert failed["status"] == 401
    assert "400 of 1000 rows were done" in failed["message"]
    people.faults.clear()
    go_on(run, people, file)
    assert answers(people)[201] == ROWS


def test_a_list_that_is_deleted_half_way_is_told(
    run: Run, people: Gateway, home: Path, importer: Import
) -> None:
    people.faults.add(SLOW)
    with importer(file_of(home, ROWS), "-o", "json") as running:
        wait_for(people, 50)
        delete_list(people)
        _, errors = running.communicate()
    assert running.returncode == 7
    assert json.loads(errors.splitlines()[-1])["error"]["status"] == 404
    assert run("imports list -o json").json[0]["state"] == "unfinished"


def test_a_full_disk_stops_it_before_anything_goes_out_unnoted(
    run: Run, people: Gateway, home: Path, importer: Import
) -> None:
    people.faults.add("latency delay=0.05 POST /contact-lists/*/contacts")  # many small commits
    file = file_of(home, ROWS)

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    with importer(file, "-o", "json", preexec_fn=full) as running:
        _, errors = running.communicate()
    assert running.returncode == 1, errors
    told = json.loads(errors.splitlines()[-1])["error"]
    assert "the record of this import" in told["message"]
    assert 0 < on_list(people) < ROWS
    people.faults.clear()
    go_on(run, people, file)


def test_without_a_journal_nothing_is_sent(run: Run, people: Gateway, home: Path) -> None:
    state = home / ".local" / "state" / "smsgw"
    state.mkdir(parents=True)
    (state / "imports").write_text("not a folder")
    failed = run(f"contacts import People {file_of(home, 3)}", code=1)
    assert "nothing is sent" in failed.stderr
    assert on_list(people) == 0


def test_a_run_that_gets_no_number_is_given_up(
    run: Run, people: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smsgw_cli.contacts.runs.NUMBERING_TIMEOUT", 0.1)
    numbers = home / ".local" / "state" / "smsgw" / "imports" / "numbers.lock"
    numbers.parent.mkdir(parents=True)
    with numbers.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        failed = run(f"contacts import People {file_of(home, 3)} -o json", code=1).error
    assert "cannot be used: it is locked" in failed["message"]
    assert "another process is using it; try again" in failed["hint"]
    assert on_list(people) == 0


def test_two_imports_of_one_file_do_not_meet(
    run: Run, people: Gateway, home: Path, importer: Import
) -> None:
    people.faults.add(SLOW)
    file = file_of(home, ROWS)
    with importer(file) as running:
        wait_for(people, 20)
        refused = run(f"contacts import People {file}", code=2)
        assert f"import 1 (process {running.pid})" in refused.stderr
        running.send_signal(signal.SIGKILL)
    people.faults.clear()
    go_on(run, people, file)


def test_a_file_that_has_changed_is_another_import(run: Run, people: Gateway, home: Path) -> None:
    file = file_of(home, ROWS)
    people.faults.add("401 POST /contact-lists/*/contacts after=10")
    run(f"contacts import People {file}", code=7)
    people.faults.clear()
    with file.open("a") as more:
        more.write("+12029999999,One more\n")
    told = run(f"contacts import People {file} -o json")
    assert "import 1 of this file was not finished" in told.stderr
    assert (told.json["run"], told.json["rows"], told.json["skipped"]) == (2, ROWS + 1, 10)


def test_what_was_unknown_at_a_crash_is_adopted_only_if_it_was_not_there_before(
    run: Run, people: Gateway, home: Path, importer: Import
) -> None:
    run("contacts create People +12022000005")
    people.faults.add("latency delay=0.3 POST /contact-lists/*/contacts")
    file = file_of(home, ROWS)
    with importer(file) as running:
        wait_for(people, 2)
        running.send_signal(signal.SIGKILL)
    people.faults.clear()
    assert "imports resume 1" in run("imports undo 1 --yes", code=2).stderr
    told = run(f"contacts import People {file} --settle 0.5 -o json").json
    assert (told["created"], told["skipped"]) == (ROWS - 1, 1)
    run("imports undo 1 --yes")
    assert [each["mobile_number"] for each in people.store.rows("contacts")] == ["+12022000005"]


def test_a_record_that_is_damaged_is_told_and_can_be_moved_away(
    run: Run, people: Gateway, home: Path
) -> None:
    file = file_of(home, ROWS)
    people.faults.add("401 POST /contact-lists/*/contacts after=10")
    run(f"contacts import People {file}", code=7)
    people.faults.clear()
    (record,) = (home / ".local" / "state" / "smsgw" / "imports").glob("*.db")
    record.write_bytes(b"not a database " * 1_000)
    for line in (f"contacts import People {file}", "imports list", "imports resume 1"):
        failed = run(f"{line} -o json", code=1).error
        assert str(record) in failed["message"]
        assert "move it away" in failed["hint"]
    assert on_list(people) == 10
    record.rename(home / "damaged.db")
    told = run(f"contacts import People {file} -o json").json
    assert (told["created"], told["skipped"]) == (ROWS - 10, 10)
    assert each_once(people, ROWS)


@pytest.mark.parametrize("fault", ["drop-after", "drop-before", "500", "401", "422", "killed"])
def test_fields_whose_making_was_cut_short_are_made_once(
    run: Run, people: Gateway, home: Path, importer: Import, fault: str
) -> None:
    file = home / "more.csv"
    file.write_text("phone,size,city,zip\n+12025550123,39,Oslo,0150\n+12025550124,,Bonn,\n")
    line = f"contacts import People {file} --create-fields --settle 0 -o json"
    if fault == "killed":
        people.faults.add("latency delay=60 POST /contact-lists/*/fields after=1")
        with importer(file, "--create-fields") as running:
            while len(people.store.rows("fields")) < 2:  # one is the list's own
                time.sleep(0.005)
            running.send_signal(signal.SIGKILL)
    else:
        people.faults.add(f"{fault} POST /contact-lists/*/fields after=1 times=1")
        run(line, code={"401": 3, "422": 5}.get(fault, 0))
    people.faults.clear()
    run(line)
    assert [each["tag"] for each in people.store.rows("fields")] == ["name", "size", "city", "zip"]
    zips = {each["zip"] for each in run("contacts list People -o json").json}
    assert zips == {None, "0150"}


@pytest.mark.parametrize(("status", "code"), [(404, 8), (403, 8), (200, 7)])
def test_an_undo_that_a_firewall_answers_stays_possible(
    run: Run, people: Gateway, home: Path, status: int, code: int
) -> None:
    """A 404 page is no deletion, and a page with 200 is none either."""
    (home / "two.csv").write_text("phone\n+12025550123\n+12025550124\n")
    run("contacts import People two.csv")
    people.faults.add(f"html DELETE status={status}")
    run("imports undo 1 --yes", code=code)
    assert len(people.store.rows("contacts")) == 2
    people.faults.clear()
    run("imports undo 1 --yes")
    assert not people.store.rows("contacts")
