"""--map COLUMN=TARGET[:TYPE]: what the columns of an imported or synced file are."""

from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.contacts.conftest import on_list

HEADER = "Handy,Vorname,Land,Abgemeldet,Notiz\n"
ROWS = "0170 1234567,Ann,de,yes,x\n202 555 0123,Bob,US,no,y\n+44 7400 123456,Cy,,,z\n"
MAPS = (
    "--map Handy=mobile_number --map Vorname=name --map Land=region "
    "--map Abgemeldet=unsubscribed --map Notiz="
)


@pytest.fixture
def file(home: Path) -> Path:
    path = home / "kunden.csv"
    path.write_text(HEADER + ROWS)
    return path


def contacts(run: Run) -> dict[str, tuple[Any, Any]]:
    found = run("contacts list People -o json").json
    return {each["mobile_number"]: (each.get("name"), each["subscribed"]) for each in found}


def fields(people: Gateway) -> dict[str, str]:
    return {row["tag"]: row["type"] for row in people.store.rows("fields")}


@pytest.mark.parametrize("verb", ["import", "sync"])
def test_each_target_is_read(run: Run, people: Gateway, file: Path, verb: str) -> None:
    run(f"contacts {verb} People {file} {MAPS} --yes")
    assert contacts(run) == {
        "+491701234567": ("Ann", False),
        "+12025550123": ("Bob", True),
        "+447400123456": ("Cy", True),
    }
    assert fields(people) == {"name": "text"}


def test_the_column_of_countries_comes_before_the_setting(
    run: Run, people: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text("phone,country\n0170 1234567,DE\n202 555 0123,\n")
    run("contacts import People a.csv --map country=region --set region=US")
    assert contacts(run).keys() == {"+491701234567", "+12025550123"}


def test_a_row_of_no_country_is_named_and_nothing_is_sent(
    run: Run, people: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text("phone,country\n0170 1234567,Elbonia\n202 555 0123,US\n")
    failed = run("contacts import People a.csv --map country=region -o json", code=2).error
    assert failed["errors"] == {"row 2, phone": ["unknown country 'Elbonia'"]}
    assert on_list(people) == 0


def test_a_sync_unsubscribes_and_subscribes_by_a_column_turned_round(
    run: Run, people: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text("phone,out\n+12025550123,0\n+12025550124,1\n+12025550125,\n")
    run("contacts create People +12025550123 --unsubscribed")
    run("contacts create People +12025550124")
    run("contacts create People +12025550125 --unsubscribed")
    run("contacts sync People a.csv --map out=unsubscribed --yes")
    assert {number[-1]: subscribed for number, (_, subscribed) in contacts(run).items()} == {
        "3": True,
        "4": False,
        "5": False,
    }
    (home / "a.csv").write_text("phone,out\n+12025550123,maybe\n")
    refused = run("contacts sync People a.csv --map out=unsubscribed --yes", code=2)
    assert "'maybe' is not true or false" in refused.stderr


def test_a_declared_type_is_that_of_the_created_field(
    run: Run, people: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text("phone,Zip,VIP\n+12025550123,12345,yes\n+12025550124,1,\n")
    line = "contacts import People a.csv --create-fields --map Zip=zip:text --map VIP=vip:checkbox"
    run(line)
    assert fields(people) == {"name": "text", "zip": "text", "vip": "checkbox"}
    found = {each["zip"]: each["vip"] for each in run("contacts list People -o json").json}
    assert found.keys() == {"12345", "1"}
    assert found["12345"] is True
    run(line)  # the fields are there now, and of these types


def test_a_value_that_is_not_of_the_declared_type_is_named(
    run: Run, people: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text("phone,Age\n+12025550123,40\n+12025550124,old\n")
    line = "contacts import People a.csv --create-fields --map Age=age:number"
    failed = run(f"{line} -o json", code=2).error
    assert failed["errors"] == {"row 3, Age": ["'old' is not a number"]}
    assert fields(people) == {"name": "text"}
    run(f"{line} --skip-bad", code=7)
    assert fields(people) == {"name": "text", "age": "number"}
    assert on_list(people) == 1


@pytest.mark.parametrize("tag", ["region", "unsubscribed"])
def test_a_field_of_that_tag_is_filled_as_by_0_1_0(
    run: Run, people: Gateway, home: Path, tag: str
) -> None:
    run(f"fields create People --label Own --tag {tag} --type text")
    (home / "a.csv").write_text("phone,x\n+12025550123,Bavaria\n")
    run(f"contacts import People a.csv --map x={tag}")
    (found,) = run("contacts list People -o json").json
    assert (found[tag], found["subscribed"]) == ("Bavaria", True)


def test_a_type_asks_for_a_field_of_the_name_of_a_target(
    run: Run, people: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text("phone,x\n+12025550123,Bavaria\n")
    run("contacts import People a.csv --map x=region:text --create-fields")
    assert run("contacts list People -o json").json[0]["region"] == "Bavaria"


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        ("--map Vorname=name:txet", "did you mean text?"),
        ("--map Vorname=name:number", "the type of the field name is text, not number"),
        ("--map Vorname=first:dropdown --create-fields", "needs its options"),
        ("--map Handy=mobile_number:text", "only a field has a type"),
        ("--map Vorname=:text", "only a field has a type"),
        ("--map Handy=", "no column for the mobile number"),
        ("--map Land=subscribed --map Notiz=unsubscribed", "more than one column is mapped"),
        ("--map Land=region --map Notiz=region", "more than one column is mapped to region"),
        ("--map =name", "COLUMN=TARGET"),
    ],
)
@pytest.mark.parametrize("verb", ["import", "sync"])
def test_a_map_that_makes_no_sense_is_refused(
    run: Run, people: Gateway, file: Path, verb: str, maps: str, said: str
) -> None:
    before = "" if "Handy" in maps else "--map Handy=mobile_number "
    options = "--ignore-extra --region DE --map Abgemeldet="
    line = f"contacts {verb} People {file} {options} {before}{maps} --yes"
    assert said in run(line, code=2).stderr
    assert on_list(people) == 0


def test_an_interrupted_import_is_resumed_with_its_map(
    run: Run, people: Gateway, file: Path
) -> None:
    people.faults.add("401 POST /contact-lists/*/contacts after=1")
    run(f"contacts import People {file} {MAPS} --workers 1", code=7)
    people.faults.clear()
    assert run("imports resume 1 -o json").json["created"] == 3
    assert contacts(run)["+491701234567"] == ("Ann", False)
    assert on_list(people) == 3
