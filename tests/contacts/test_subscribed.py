"""Whether a contact is subscribed, however its server writes that, is the same to every command."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.model import is_subscribed
from tests.conftest import Run
from tests.recording import Recording, recording

ANN = "+12025550123"
WRITTEN = [
    (True, True),
    (1, True),
    ("1", True),
    ("true", True),
    (None, True),
    (False, False),
    (0, False),
    ("0", False),
    ("false", False),
    ("", False),
]
each_way = pytest.mark.parametrize(("written", "meant"), WRITTEN)


def page(*records: dict[str, Any]) -> dict[str, Any]:
    meta = {"current_page": 1, "last_page": 1, "per_page": 100, "total": len(records)}
    return {"data": list(records), "links": {}, "meta": meta}


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch, written: object) -> Iterator[Recording]:
    """A server with a list of one contact, `subscribed` being written as it is."""
    contact = {"id": 1, "mobile_number": ANN, "subscribed": written}
    answers = {
        "GET /contact-lists/{id}/contacts": page(contact),
        "GET /contact-lists/{id}/fields": page(),
        "GET /contacts/{id}": contact,
    }
    with recording(answers) as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        yield server


def file_with(home: Path, subscribed: bool) -> Path:
    file = home / "people.csv"
    file.write_text(f"phone,subscribed\n{ANN},{'yes' if subscribed else 'no'}\n")
    return file


@each_way
def test_a_preview_counts_who_gets_it(run: Run, listed: Recording, meant: bool) -> None:
    shown = run("messages preview --list 1 -m Hi -o json").json
    assert shown["lists"][0]["subscribed"] == meant
    assert shown["recipients"] == meant


@each_way
def test_an_import_changes_nothing_that_is_so_already(
    run: Run, listed: Recording, home: Path, meant: bool
) -> None:
    same = run(f"contacts import 1 {file_with(home, meant)} --existing update -o json").json
    assert (same["skipped"], same["updated"]) == (1, 0)
    other = run(f"contacts import 1 {file_with(home, not meant)} --existing update -o json").json
    assert (other["skipped"], other["updated"]) == (0, 1)
    assert listed.requests[-1].body["subscribed"] is not meant


@each_way
def test_a_sync_changes_nothing_that_is_so_already(
    run: Run, listed: Recording, home: Path, meant: bool
) -> None:
    line = "contacts sync 1 {} --dry-run --max-delete 100% -o json"
    assert run(line.format(file_with(home, meant))).json == []
    (change,) = run(line.format(file_with(home, not meant))).json
    assert change["action"] == "update"


@each_way
def test_a_sync_unsubscribes_who_is_subscribed_and_missing(
    run: Run, listed: Recording, home: Path, meant: bool
) -> None:
    (home / "others.csv").write_text("phone\n+12025550199\n")
    line = "contacts sync 1 others.csv --dry-run --max-delete 100% -o json"
    actions = [change["action"] for change in run(line).json]
    assert ("unsubscribe" in actions) == meant


@each_way
def test_an_export_says_it_in_one_way(run: Run, listed: Recording, meant: bool) -> None:
    (row,) = csv.DictReader(run("contacts export 1").stdout.splitlines())
    assert json.loads(row["subscribed"]) is meant
    assert run("contacts export 1 -o json").json[0]["subscribed"] is meant


def test_who_does_not_say_is_subscribed() -> None:
    assert is_subscribed({})
    assert is_subscribed({"subscribed": [0]})
