"""A list made what a file says: the changes shown, guarded, carried out, and then none left."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal

ANN, BOB, CY, DI = (f"+1202555012{each}" for each in range(4))
COLUMNS = ["action", "id", "mobile_number", "field", "before", "after"]


@pytest.fixture
def file(run: Run, people: Gateway, home: Path) -> Path:
    """A file that creates Di, renames Bob, leaves Ann as she is, and lacks Cy."""
    for number, name in ((ANN, "Ann"), (BOB, "Bob"), (CY, "Cy")):
        run(f"contacts create People {number} --field name={name}")
    return write(home, f"phone,name\n{ANN},Ann\n{BOB},Bobby\n{DI},Di Lee\n")


def write(home: Path, text: str) -> Path:
    path = home / "people.csv"
    path.write_text(text)
    return path


def held(people: Gateway) -> dict[str, tuple[Any, bool]]:
    """Name and subscription of each contact on the list, by number."""
    return {
        each["mobile_number"]: (
            next(iter(json.loads(each["custom"]).values()), None),
            each["subscribed"] == 1,
        )
        for each in people.store.rows("contacts")
    }


def written(people: Gateway) -> list[str]:
    """The methods of requests that were to change contacts, since the list was made."""
    return [
        method for method, path, _ in people.requests if method != "GET" and "/contacts" in path
    ][3:]


CHANGES: list[list[Any]] = [
    ["create", None, DI, "name", None, "Di Lee"],
    ["update", 2, BOB, "name", "Bob", "Bobby"],
    ["unsubscribe", 3, CY, "subscribed", True, False],
]


@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "tsv", "bare"])
def test_the_changes_are_data_in_every_format(
    run: Run, people: Gateway, file: Path, format: str
) -> None:
    asked = "" if format == "bare" else f"-o {format}"
    told = run(f"contacts sync People {file} --dry-run --max-delete 1 {asked}")
    if format in ("json", "ndjson"):
        rows = told.json if format == "json" else list(map(json.loads, told.stdout.splitlines()))
        assert [list(row) for row in rows] == [COLUMNS] * 3
        assert [list(row.values()) for row in rows] == CHANGES
    else:
        delimiter = "," if format == "csv" else "\t"
        lines: list[list[str]] = list(csv.reader(io.StringIO(told.stdout), delimiter=delimiter))
        texts = [["" if each is None else str(each) for each in row] for row in CHANGES]
        texts[2][4:] = ["true", "false"]
        assert lines == ([] if format == "bare" else [COLUMNS]) + texts
    assert "1 to create, 1 to update, 1 to unsubscribe, 1 unchanged" in told.stderr
    assert written(people) == []


def test_the_changes_are_a_diff_for_people(run: Run, people: Gateway, file: Path) -> None:
    told = run(f"contacts sync People {file} --dry-run --delete --max-delete 1 -o table")
    assert told.stdout.splitlines() == [
        f"+ {DI} name='Di Lee'",
        f"~ {BOB} name: 'Bob' → 'Bobby'",
        f"- {CY} (delete)",
    ]
    ids = run(f"contacts sync People {file} --dry-run --max-delete 1 -q").stdout
    assert ids.split() == ["2", "3"]


def test_what_a_file_or_the_list_says_is_shown_and_not_obeyed(
    run: Run, people: Gateway, home: Path
) -> None:
    run(f"contacts create People {ANN}", "--field", "name=[red]\x1b[31m")
    file = write(home, f"phone,name\n{ANN},[bold]x\n{BOB},[/nope]\n")
    told = run(f"contacts sync People {file} --dry-run -o table").stdout
    assert told.splitlines() == [
        f"+ {BOB} name='[/nope]'",
        f"~ {ANN} name: '[red]\\x1b[31m' → '[bold]x'",
    ]


def test_the_list_becomes_what_the_file_says_and_then_nothing_is_left_to_do(
    run: Run, people: Gateway, file: Path
) -> None:
    told = run(f"contacts sync People {file} --yes --max-delete 1 -o json")
    assert told.json == {
        "id": 1, "run": 1, "fields_created": 0, "created": 1, "updated": 1,
        "unsubscribed": 1, "deleted": 0, "unchanged": 1, "failed": 0,
    }  # fmt: skip
    assert held(people) == {
        ANN: ("Ann", True), BOB: ("Bobby", True), CY: ("Cy", False), DI: ("Di Lee", True)
    }  # fmt: skip
    assert sorted(written(people)) == ["POST", "PUT", "PUT"]
    again = run(f"contacts sync People {file} -o json")
    assert again.json == []
    assert "nothing to do, 3 unchanged" in again.stderr
    assert "0/?" not in on_terminal(f"contacts sync People {file}", only="stderr").shown
    assert run(f"contacts sync People {file} --yes -o json").json["run"] is None
    assert len(written(people)) == 3


def test_what_is_missing_is_deleted_if_that_is_asked_for(
    run: Run, people: Gateway, file: Path
) -> None:
    run("contacts update 3 --unsubscribed")
    assert (
        run(f"contacts sync People {file} --yes --delete --max-delete 1 -o json").json["deleted"]
        == 1
    )
    assert CY not in held(people)
    assert run(f"contacts sync People {file} --delete --dry-run -o json").json == []


def test_nobody_is_subscribed_again_without_the_file_saying_so(
    run: Run, people: Gateway, file: Path, home: Path
) -> None:
    run("contacts update 1 --unsubscribed")
    told = run(f"contacts sync People {file} --yes --max-delete 1")
    assert "1 contacts in the file stay unsubscribed" in told.stderr
    back = f"phone,name\n{ANN},Annie\n{BOB},Bobby\n{CY},Cy\n{DI},Di Lee\n"
    run(f"contacts sync People {write(home, back)} --yes")
    assert (held(people)[ANN], held(people)[CY]) == (("Annie", False), ("Cy", False))
    said = f"phone,subscribed\n{ANN},\n{BOB},no\n{CY},yes\n{DI},\n"
    planned = run(f"contacts sync People {write(home, said)} --dry-run -o json").json
    assert [(each["mobile_number"], each["after"]) for each in planned] == [
        (BOB, False),
        (CY, True),
    ]
    run(f"contacts sync People {home / 'people.csv'} --yes")
    subscribed = {number: value for number, (_, value) in held(people).items()}
    assert subscribed == {ANN: False, BOB: False, CY: True, DI: True}


def test_an_empty_cell_empties_its_field(run: Run, people: Gateway, file: Path, home: Path) -> None:
    run("fields create People --label City --tag city --type text --default Oslo")
    run("contacts update 1 --field city=Bonn")
    emptied = write(home, f"phone,name,city\n{ANN},,\n{BOB}, ,\n{CY},Cy,\n{DI},,\n")
    planned = run(f"contacts sync People {emptied} --dry-run -o json").json
    assert [(each["id"], each["field"], each["after"]) for each in planned] == [
        (None, None, None), (1, "name", None), (1, "city", None), (2, "name", None)
    ]  # fmt: skip
    run(f"contacts sync People {emptied} --yes")
    assert [held(people)[each][0] for each in (ANN, BOB, CY, DI)] == [None, None, "Cy", None]
    # The server puts its default in the place of nothing: that is no change either.
    assert run("contacts get 1 -o json").json["city"] == "Oslo"
    assert run(f"contacts sync People {emptied} --dry-run -o json").json == []


def test_a_required_field_cannot_be_emptied(run: Run, people: Gateway, home: Path) -> None:
    run("fields create People --label Plan --tag plan --type text --required")
    refused = run(f"contacts sync People {write(home, f'phone,plan{chr(10)}{ANN},')} --yes", code=2)
    assert "is required, but empty" in refused.stderr


def test_fields_without_a_column_stay_as_they_are(
    run: Run, people: Gateway, file: Path, home: Path
) -> None:
    run("fields create People --label City --tag city --type text")
    run("contacts update 2 --field city=Bonn --unsubscribed")
    run(f"contacts sync People {file} --yes --max-delete 1")
    bob = run("contacts get 2 -o json").json
    assert (bob["name"], bob["city"], bob["subscribed"]) == ("Bobby", "Bonn", False)


def test_what_others_change_before_the_answer_survives(
    run: Run, people: Gateway, file: Path
) -> None:
    run("fields create People --label City --tag city --type text")

    def answer() -> str:
        run("contacts update 2 --field city=Bonn")
        run("contacts update 3 --mobile-number +12025550199")
        return "y\n"

    seen = on_terminal(f"contacts sync People {file} --max-delete 1", answer=answer)
    assert seen.exit_code == 7
    assert "contact 3 (+12025550122): mobile_number: was changed by someone else" in seen.shown
    bob, cy = (run(f"contacts get {each} -o json").json for each in (2, 3))
    assert (bob["name"], bob["city"]) == ("Bobby", "Bonn")
    assert (cy["mobile_number"], cy["subscribed"]) == ("+12025550199", True)


def test_fields_are_made_for_new_columns(run: Run, people: Gateway, file: Path, home: Path) -> None:
    more = write(home, f"phone,name,size\n{ANN},Ann,39\n{BOB},Bob,\n{CY},Cy,41\n")
    assert "--create-fields" in run(f"contacts sync People {more} --yes", code=2).stderr
    told = run(f"contacts sync People {more} --create-fields --yes -o json")
    assert (told.json["fields_created"], told.json["updated"]) == (1, 2)
    assert "1 field to create, 2 to update" in told.stderr
    assert [each["size"] for each in run("contacts list People -o json").json] == [41, None, 39]
    assert run(f"contacts sync People {more} --dry-run -o json").json == []


def test_a_file_with_wrong_rows_is_refused_whole(run: Run, people: Gateway, home: Path) -> None:
    file = write(home, f"phone,name\n{ANN},Ann\n555-1234,Bob\n{ANN},Cy\n")
    refused = run(f"contacts sync People {file} --yes -o json", code=2).error
    assert set(refused["errors"]) == {"row 3, phone", "row 4, phone"}
    assert "--skip-bad is not available" in refused["hint"]
    assert people.store.rows("contacts") == []


@pytest.mark.parametrize("extra", ["--yes", "--yes --delete", "--dry-run"])
def test_too_many_missing_contacts_are_not_removed(
    run: Run, people: Gateway, file: Path, extra: str
) -> None:
    refused = run(f"contacts sync People {file} {extra}", code=2)
    assert "1 of the list's 3 contacts are not in the file" in refused.stderr
    assert "--max-delete 1 to remove them" in refused.stderr
    assert written(people) == []


def test_a_file_with_a_header_alone_removes_nobody_by_default(
    run: Run, people: Gateway, file: Path, home: Path
) -> None:
    cut = write(home, "phone,name\n")
    run(f"contacts sync People {cut} --yes --delete", code=2)
    assert len(held(people)) == 3
    run(f"contacts sync People {cut} --yes --delete --max-delete 100%")
    assert held(people) == {}
    assert "nothing to do" in run(f"contacts sync People {cut}").stderr


def test_nothing_is_changed_where_nobody_can_be_asked(
    run: Run, people: Gateway, file: Path
) -> None:
    refused = run(f"contacts sync People {file} --max-delete 1 -o csv", code=2)
    assert len(refused.stdout.splitlines()) == 4
    assert "cannot ask for confirmation" in refused.stderr
    assert written(people) == []
    assert run("imports list -o json").json == []


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1)])
def test_people_see_the_changes_and_are_asked(
    run: Run, people: Gateway, file: Path, answer: str, code: int
) -> None:
    seen = on_terminal(f"contacts sync People {file} --max-delete 1", answer=lambda: answer)
    assert seen.exit_code == code
    assert f"\x1b[32m+ {DI} name='Di Lee'\x1b[0m" in seen.shown
    assert "1 to create, 1 to update, 1 to unsubscribe?" in seen.shown
    assert len(written(people)) == (3 if answer == "y\n" else 0)


def test_a_program_that_asks_gets_the_outcome_alone(run: Run, people: Gateway, file: Path) -> None:
    line = f"contacts sync People {file} --max-delete 1 -o json"
    seen = on_terminal(line, answer=lambda: "y\n", only="stderr")
    assert f"~ {BOB} name: 'Bob' → 'Bobby'" in seen.shown
    assert json.loads(seen.piped)["created"] == 1


def test_a_long_plan_is_shortened_for_people(run: Run, people: Gateway, home: Path) -> None:
    rows = "".join(f"+1202555{each:04}\n" for each in range(100, 150))
    file = write(home, f"phone\n{rows}")
    seen = on_terminal(f"contacts sync People {file} --dry-run")
    assert seen.shown.count("+ +1202") == 20
    assert "… and more: 30 to create; use --all to show them" in seen.shown
    assert on_terminal(f"contacts sync People {file} --dry-run --all").shown.count("+ +1202") == 50
