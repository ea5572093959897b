"""Undo takes back what an import created, its fields as well, and nothing of anybody else."""

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.contacts.conftest import Import
from tests.terminal import at_terminal

IMPORT = "contacts import People people.csv --create-fields --set settle=0"


@pytest.fixture
def file(home: Path) -> Path:
    path = home / "people.csv"
    path.write_text("phone,name,size,city\n+12025550123,Ann,39,Oslo\n+12025550124,Bob,40,Bonn\n")
    return path


@pytest.fixture
def imported(run: Run, people: Gateway, file: Path) -> Gateway:
    """A list of two contacts and the fields `size` and `city`, all of an import."""
    run(IMPORT)
    return people


def tags(gateway: Gateway) -> set[str]:
    return {row["tag"] for row in gateway.store.rows("fields")}


def undone(run: Run, code: int = 0) -> Any:
    return run("imports undo 1 --yes -o json --set settle=0", code=code).json


def test_an_undo_deletes_the_fields_of_its_import(run: Run, imported: Gateway) -> None:
    assert tags(imported) == {"name", "size", "city"}
    planned = sorted(each["path"][8:] for each in run("imports undo 1 --dry-run").json)
    assert planned == ["contacts/1", "contacts/2", "fields/2", "fields/3"]
    assert undone(run) == {"id": 1, "result": "undone", "deleted": 2, "fields_deleted": 2}
    assert tags(imported) == {"name"}
    assert imported.store.rows("contacts") == []
    run(IMPORT)
    assert tags(imported) == {"name", "size", "city"}


def test_a_field_with_a_value_in_it_stays(run: Run, imported: Gateway) -> None:
    run("contacts create People +12025550199 --field city=Rome")
    planned = sorted(each["path"][8:] for each in run("imports undo 1 --dry-run").json)
    assert planned == ["contacts/1", "contacts/2", "fields/2"]
    told = run("imports undo 1 --yes")
    assert "fields kept, as contacts have values in them: city" in told.stderr
    assert tags(imported) == {"name", "city"}


def test_a_field_of_somebody_else_with_the_same_tag_stays(run: Run, imported: Gateway) -> None:
    run("fields delete 2 --yes")
    run("fields create People Size --type number")
    assert undone(run)["fields_deleted"] == 1
    assert tags(imported) == {"name", "size"}


def test_a_field_of_which_nobody_knows_who_created_it_stays(
    run: Run, people: Gateway, file: Path
) -> None:
    people.faults.add("drop-after POST /contact-lists/*/fields times=1")
    run(f"{IMPORT} --retries 0")
    assert undone(run)["fields_deleted"] == 1
    assert tags(people) == {"name", "size"}


def test_nothing_is_deleted_without_an_answer(run: Run, imported: Gateway) -> None:
    refused = run("imports undo 1", code=2).stderr
    assert "its fields size, city if empty" in refused
    assert tags(imported) == {"name", "size", "city"}
    assert len(imported.store.rows("contacts")) == 2


@pytest.mark.parametrize(("answer", "left"), [(b"y\n", 1), (b"n\n", 3)])
def test_at_a_terminal_it_is_asked_once(imported: Gateway, answer: bytes, left: int) -> None:
    ended = at_terminal(["imports", "undo", "1"], answer)
    assert ended.output.count("[y/N]") == 1
    assert len(tags(imported)) == left


def test_an_undo_that_was_killed_is_finished_by_the_next_one(
    run: Run, imported: Gateway, importer: Import, file: Path
) -> None:
    imported.faults.add("latency delay=60 DELETE /fields/* after=1")
    with importer(file, "--undo", "1", "--yes") as running:
        while len(tags(imported)) == 3:
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
    imported.faults.clear()
    run("fields create People Size --type number")
    told = run("imports undo 1 --yes -o json --set settle=0")
    assert (told.json["deleted"], told.json["fields_deleted"]) == (0, 1)
    assert "kept" not in told.stderr
    assert tags(imported) == {"name", "size"}  # the new one
    assert run("imports get 1 -o json").json["state"] == "undone"


def test_fields_stay_while_the_list_is_not_proven_whole(run: Run, imported: Gateway) -> None:
    imported.faults.add("500 GET /contact-lists/*/contacts")
    failed = run("imports undo 1 --yes --retries 0", code=7).stderr
    assert "run the same command again: nothing is done twice" in failed
    assert "resume" not in failed
    assert tags(imported) == {"name", "size", "city"}
    imported.faults.clear()
    assert undone(run) == {"id": 1, "result": "undone", "deleted": 0, "fields_deleted": 2}


def test_an_undo_of_a_list_that_is_gone_is_done(run: Run, imported: Gateway) -> None:
    run("contact-lists delete People --yes")
    assert undone(run) == {"id": 1, "result": "undone", "deleted": 2, "fields_deleted": 0}


def test_a_resumed_import_knows_the_fields_of_both_its_parts(
    run: Run, people: Gateway, file: Path
) -> None:
    people.faults.add("401 POST /contact-lists/*/fields after=1 times=1")
    run(IMPORT, code=3)
    run(IMPORT)
    assert len(run("imports list -o json").json) == 1
    assert undone(run)["fields_deleted"] == 2
    assert tags(people) == {"name"}


def test_history_counts_rejected_rows(run: Run, people: Gateway, file: Path) -> None:
    file.write_text("phone,name\n+12025550123,Ann\n+12025550124,Bob\n555,Cy\n,Di\n")
    people.faults.add("422 POST /contact-lists/*/contacts times=1")
    run(f"{IMPORT} --skip-bad", code=7)
    (listed,) = run("imports list -o json").json
    assert (listed["rows"], listed["created"], listed["rejected"]) == (4, 1, 3)
    assert run("imports get 1 -o csv -c rejected").stdout.split() == ["rejected", "3"]
