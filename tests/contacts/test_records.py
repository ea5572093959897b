"""What an import's own record says is proven, or told."""

import shutil
import signal
import time
from pathlib import Path

import pytest

from smsgw_cli.contacts.runs import Runs
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.storage import database
from tests.conftest import Run
from tests.contacts.conftest import Import, each_once, file_of, on_list

ROWS = 40
IMPORT = "contacts import People people.csv --set settle=0"


@pytest.fixture
def stopped(run: Run, people: Gateway, home: Path) -> Gateway:
    """An import of which half the rows are on the list."""
    file_of(home, ROWS)
    people.faults.add("401 POST /contact-lists/*/contacts after=20")
    run(f"{IMPORT} --workers 1", code=7)
    people.faults.clear()
    return people


def delete(gateway: Gateway, count: int) -> None:
    """Delete contacts as the server's own pages do."""
    for row in gateway.store.rows("contacts")[:count]:
        gateway.store.delete("contacts", row["id"])


@pytest.mark.parametrize("again", [IMPORT, "imports resume 1 --set settle=0"])
def test_rows_that_are_gone_when_an_import_is_resumed_are_told(
    run: Run, stopped: Gateway, home: Path, again: str
) -> None:
    delete(stopped, 5)
    assert "5 of 40 rows were not imported" in run(again, code=7).stderr
    rejects = (home / "people.csv.rejects.csv").read_text().splitlines()
    assert len(rejects) == 6
    assert all("no longer on the list" in row for row in rejects[1:])
    run("contacts import People people.csv.rejects.csv")
    assert each_once(stopped, ROWS)


@pytest.mark.parametrize("changed", [",Somebody else\n", "+12029999999,One more\n"])
def test_a_resume_refuses_a_file_that_has_changed(
    run: Run, stopped: Gateway, home: Path, changed: str
) -> None:
    (home / "people.csv").write_text(f"phone,name\n+12022000000{changed}")
    refused = run("imports resume 1", code=2).stderr
    assert "people.csv has changed" in refused
    assert "imports undo 1" in refused
    assert on_list(stopped) == 20
    assert len(run("imports list -o json").json) == 1
    assert run("imports undo 1 --yes -o json").json["deleted"] == 20
    assert on_list(stopped) == 0


def test_a_run_that_was_killed_is_undone_if_its_file_is_gone(
    run: Run, people: Gateway, home: Path, importer: Import
) -> None:
    file = file_of(home, ROWS)
    people.faults.add("latency delay=0.2 POST /contact-lists/*/contacts")
    with importer(file) as running:
        while on_list(people) < 20:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    people.faults.clear()
    assert "imports resume 1" in run("imports undo 1 --yes", code=2).stderr
    file.unlink()
    assert (
        "the last contacts that it created may not be recorded"
        in run("imports undo 1 --yes").stderr
    )


def test_an_undo_leaves_contacts_with_other_numbers(run: Run, people: Gateway, home: Path) -> None:
    file_of(home, 3)
    run(IMPORT)
    run("contacts update 2 --mobile-number +13105550123")
    told = run("imports undo 1 --yes", code=7)
    assert "1 contact not deleted" in told.stderr
    assert [row["mobile_number"] for row in people.store.rows("contacts")] == ["+13105550123"]


@pytest.mark.parametrize("change", ["replaced", "cut"])
def test_each_number_gets_its_own_row_of_a_file_that_changes_meanwhile(
    run: Run, people: Gateway, home: Path, importer: Import, change: str
) -> None:
    file = file_of(home, ROWS)
    people.faults.add("latency delay=2 GET /contact-lists/*/contacts times=1")
    with importer(file, "--workers", "2") as running:
        while not people.faults._armed[0].struck:
            time.sleep(0.01)
        if change == "replaced":
            rows = file.read_text().splitlines()
            other = home / "other.csv"
            other.write_text("\n".join([rows[0], *reversed(rows[1:])]) + "\n")
            other.replace(file)
        else:
            file.write_text("phone,name\n+12022000000,Person 0\n")
        assert running.wait() == 0
    assert each_once(people, ROWS)
    for contact in run("contacts list People -o json").json:
        assert contact["name"] == f"Person {int(contact['mobile_number'][-4:])}"


def test_an_import_opens_no_record_of_a_finished_one(
    run: Run, people: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There may be thousands, of a job of each hour."""
    file_of(home, 3)
    run(IMPORT)
    (record,) = (home / ".local" / "state" / "smsgw" / "imports").glob("*.db")
    for number in range(2, 50):
        shutil.copy(record, record.with_name(record.name.replace("1@", f"{number}@", 1)))
    opened: list[Path] = []
    connect = database._connect

    def connected(path: Path, layout: database.Layout) -> database.Connection:
        opened.append(path)
        return connect(path, layout)

    monkeypatch.setattr(database, "_connect", connected)
    assert run(f"{IMPORT} -o json").json["run"] == 50
    assert {each.name.partition("@")[0] for each in opened} == {"50"}
    assert len(run("imports list -o json").json) == 50


def test_a_record_that_is_removed_meanwhile_is_not_made_anew(
    run: Run, people: Gateway, home: Path
) -> None:
    file_of(home, 3)
    run(IMPORT)
    run(IMPORT)
    runs = Runs(home / ".local" / "state" / "smsgw" / "imports")
    listed = runs.all()
    assert next(listed)["id"] == 1
    runs.remove(2)
    assert list(listed) == []
    assert [each["id"] for each in runs.all()] == [1]
