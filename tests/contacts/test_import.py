"""Contacts out of files as people have them: every row checked first, none lost, none doubled."""

import csv
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.tables.reader import table
from tests.conftest import Run
from tests.lying import Exchange, lying

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@pytest.fixture
def people(run: Run, server: Gateway) -> Gateway:
    """A gateway with an empty list `People` that has one field, `name`."""
    run("contact-lists create People")
    httpx.post(
        f"{server.url}/api/v1/contact-lists/1/fields",
        json={"label": "Full Name", "tag": "name", "type": "text", "required": False},
        headers={"Authorization": f"Bearer {server.token}"},
    ).raise_for_status()
    return server


def write(home: Path, content: str | bytes) -> str:
    path = home / "people.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def contacts(run: Run) -> list[dict[str, Any]]:
    return list(run("contacts list People -o json").json)


def numbers(run: Run) -> set[str]:
    return {contact["mobile_number"] for contact in contacts(run)}


def test_columns_find_their_field_by_tag_or_label(run: Run, people: Gateway, home: Path) -> None:
    file = write(home, "Mobile Number,full_name,Subscribed\n+12025550123,Ann,no\n")
    told = run(f"contacts import People {file} -o json").json
    assert told == {
        "id": 1, "run": 1, "rows": 1, "fields_created": 0,
        "created": 1, "updated": 0, "skipped": 0, "failed": 0,
    }  # fmt: skip
    contact = contacts(run)[0]
    assert (contact["name"], contact["subscribed"]) == ("Ann", False)


@pytest.mark.parametrize(
    "content",
    [
        "phone;name\n+12025550123;Ann\n",
        "phone\tname\n+12025550123\tAnn\n",
        "phone|name\r\n+12025550123|Ann\r\n",
        "\n\nphone,name\n\n+12025550123,Ann\n\n",
        "\ufeffphone,name\n+12025550123,Ann",
        "phone,name\n+12025550123,Ann\n".encode("utf-16"),
    ],
    ids=["semicolon", "tab", "bar", "blank lines", "BOM", "UTF-16"],
)
def test_files_come_in_many_kinds(
    run: Run, people: Gateway, home: Path, content: str | bytes
) -> None:
    run(f"contacts import People {write(home, content)}")
    assert [contact["name"] for contact in contacts(run)] == ["Ann"]


def test_what_old_spreadsheets_write_is_read_and_said(
    run: Run, people: Gateway, home: Path
) -> None:
    file = write(home, "phone,name\n+12025550123,Zoë\n".encode("cp1252"))
    assert "read as cp1252" in run(f"contacts import People {file}").stderr
    assert contacts(run)[0]["name"] == "Zoë"


def test_a_file_comes_from_standard_input(run: Run, people: Gateway) -> None:
    run("contacts import People -", input="phone,name\n+12025550123,Ann\n")
    assert numbers(run) == {"+12025550123"}


def test_quoted_line_breaks_and_commas_arrive(run: Run, people: Gateway, home: Path) -> None:
    file = write(home, 'phone,name\n+12025550123,"Ann\nMarie, the ""great"""\n')
    run(f"contacts import People {file}")
    assert contacts(run)[0]["name"] == 'Ann\nMarie, the "great"'


def test_every_wrong_row_is_named_and_nothing_is_sent(
    run: Run, people: Gateway, home: Path
) -> None:
    file = write(
        home,
        "phone,name,subscribed\n+12025550123,Ann,yes\n555-1234,Bob,yes\n"
        "+12025550124,Cy,perhaps\n+12025550123,Di,yes\n,Ed,yes\n",
    )
    failed = run(f"contacts import People {file} -o json", code=2)
    assert set(failed.error["errors"]) == {
        "row 3, phone", "row 4, subscribed", "row 5, phone", "row 6, phone"
    }  # fmt: skip
    assert "is a duplicate of row 2" in failed.error["errors"]["row 5, phone"][0]
    assert people.store.rows("contacts") == []


def test_a_number_alone_needs_a_country(run: Run, people: Gateway, home: Path) -> None:
    file = write(home, "phone\n(202) 555-0123\n")
    assert "no country code" in run(f"contacts import People {file}", code=2).stderr
    run(f"contacts import People {file} --region us")
    assert numbers(run) == {"+12025550123"}
    assert "unknown region" in run(f"contacts import People {file} --region XX", code=2).stderr


def test_a_column_that_fits_nothing_is_an_error_that_names_it(
    run: Run, people: Gateway, home: Path
) -> None:
    file = write(home, "phone,name,Shoe size\n+12025550123,Ann,39\n")
    assert "Shoe size" in run(f"contacts import People {file}", code=2).stderr
    run(f"contacts import People {file} --ignore-extra")
    assert "shoe_size" not in contacts(run)[0]
    run("contact-lists create More")
    run(f"contacts import More {file} --create-fields")
    assert {(row["label"], row["tag"]) for row in people.store.rows("fields")[1:]} == {
        ("Shoe size", "shoe_size"),
        ("name", "name"),
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--map phone", "COLUMN=TARGET"),
        ("--map nowhere=name", "no column 'nowhere'"),
        ("--map phone=name --map name=name", "more than one column is mapped to name"),
        ("--map phone=nmae", "no column for the mobile number"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(
    run: Run, people: Gateway, home: Path, options: str, said: str
) -> None:
    file = write(home, "phone,name\n+12025550123,Ann\n")
    assert said in run(f"contacts import People {file} {options}", code=2).stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("phone,phone\n", "more than one column may have the mobile numbers"),
        ("phone,\n+12025550123,x\n", "column 2 has no name"),
        ("phone\n+12025550123,x\n", "2 values for 1 columns"),
        ('phone,name\n+12025550123,"x\n', "a quote is opened but not closed"),
        ("who\nAnn\n", "no column for the mobile number"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    run: Run, people: Gateway, home: Path, content: str, said: str
) -> None:
    assert said in run(f"contacts import People {write(home, content)}", code=2).stderr


def test_a_file_that_is_not_there_is_told(run: Run, people: Gateway) -> None:
    assert "cannot read nowhere.csv" in run("contacts import People nowhere.csv", code=2).stderr


def test_trying_first_sends_nothing(run: Run, people: Gateway, home: Path) -> None:
    file = write(home, "phone,name,size\n+12025550123,Ann,39\n")
    plan = run(f"contacts import People {file} --create-fields --dry-run").json
    assert [field["tag"] for field in plan["fields"]] == ["size"]
    assert plan["contacts"] == [{"mobile_number": "+12025550123", "name": "Ann", "size": 39}]
    assert people.store.rows("contacts") == []
    assert len(people.store.rows("fields")) == 1


def test_rows_the_server_refuses_stand_in_a_file_that_can_be_fed_back_in(
    run: Run, people: Gateway, home: Path
) -> None:
    people.faults.add("422 POST /contact-lists/*/contacts after=1 times=1")
    file = write(home, "phone,name\n+12025550123,Ann\n+12025550124,Bob\n+12025550125,Cy\n")
    failed = run(f"contacts import People {file} --workers 1", code=7)
    assert "1 of 3 rows" in failed.stderr
    with (home / "people.csv.rejects.csv").open(newline="") as rejects:
        rows = list(csv.DictReader(rejects))
    assert [(row["phone"], row["name"]) for row in rows] == [("+12025550124", "Bob")]
    assert rows[0]["smsgw_reason"]
    run("contacts import People people.csv.rejects.csv")
    assert len(numbers(run)) == 3


@pytest.mark.parametrize("fault", ["drop-before", "drop-after", "500", "empty", "list"])
def test_a_row_without_an_answer_is_looked_up_before_it_is_sent_again(
    run: Run, people: Gateway, home: Path, fault: str
) -> None:
    people.faults.add(f"{fault} POST /contact-lists/*/contacts after=2 times=1")
    rows = "".join(f"+1202555012{number},x\n" for number in range(8))
    file = write(home, "phone,name\n" + rows)
    told = run(f"contacts import People {file} --settle 0 -o json").json
    assert (told["created"], told["skipped"], told["failed"]) == (8, 0, 0)
    posted = [request for request in people.requests if request[0] == "POST"]
    repeated = fault in ("drop-before", "500")
    assert len(posted) == 2 + 8 + repeated
    assert len(people.store.rows("contacts")) == 8


@pytest.mark.parametrize("fault", ["429 retry-after=9999", "401", "404"])
def test_an_import_that_was_stopped_goes_on_when_it_is_run_again(
    run: Run, people: Gateway, home: Path, fault: str
) -> None:
    kind, _, options = fault.partition(" ")
    people.faults.add(f"{kind} POST /contact-lists/*/contacts after=2 times=1 {options}")
    rows = "".join(f"+1202555012{number},x\n" for number in range(8))
    file = write(home, "phone,name\n" + rows)
    failed = run(f"contacts import People {file}", code=7)
    assert "of 8 rows were done" in failed.stderr
    run(f"contacts import People {file}")
    assert len(people.store.rows("contacts")) == 8


def test_an_import_that_did_nothing_fails_as_what_stopped_it(
    run: Run, people: Gateway, home: Path
) -> None:
    people.faults.add("429 POST retry-after=9999")
    file = write(home, "phone,name\n+12025550123,Ann\n")
    run(f"contacts import People {file}", code=6)


def test_an_import_stopped_by_hand_says_how_to_go_on(people: Gateway, home: Path) -> None:
    people.faults.add("latency delay=60 POST /contact-lists/*/contacts after=1")
    file = write(home, "phone,name\n+12025550123,Ann\n+12025550124,Bob\n")
    line = [sys.executable, "-m", "smsgw_cli", "contacts", "import", "People", file]
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        told = process.stderr.readline()  # a row is done
        process.send_signal(signal.SIGINT)
        told += process.stderr.read()
    assert process.returncode == 130
    assert "interrupted after 1 of 2 rows" in told
    assert "run the same command again" in told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_are_a_sheet_or_are_refused(home: Path, content: bytes) -> None:
    try:
        sheet = table(write(home, content))
        rows = list(sheet.rows())
    except Usage:
        return
    assert all(set(row.cells) == set(sheet.columns) for row in rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2
        ),
        min_size=1,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_what_is_read(
    home: Path, rows: list[list[str]], delimiter: str, encoding: str
) -> None:
    path = home / "any.csv"
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerow(["a", "b"])
        writer.writerows(rows)
    filled = [row for row in rows if any(map(str.strip, row))]
    assert [list(row.cells.values()) for row in table(str(path)).rows()] == filled


@pytest.mark.parametrize(("options", "state"), [("", "skipped"), ("--existing fail", "failed")])
def test_a_number_that_is_taken_is_believed_only_if_it_is_on_this_list(
    run: Run,
    people: Gateway,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: str,
    state: str,
) -> None:
    """Laravel's `unique:contacts` holds over all lists; others add to this list meanwhile."""
    elsewhere, meanwhile, free = "+12025550123", "+12025550124", "+12025550125"
    file = write(home, f"phone\n{elsewhere}\n{meanwhile}\n{free}\n")
    body = {"message": "taken", "errors": {"mobile_number": ["It has already been taken."]}}
    posted: list[str] = []

    def refuse(exchange: Exchange) -> None:
        if exchange.is_of("POST", "/contacts"):
            number = exchange.json["mobile_number"]
            posted.append(number)
            if number == elsewhere:  # it is not there, as far as this list shows
                people.store.delete("contacts", exchange.json["id"])
            if number in (elsewhere, meanwhile):
                exchange.status, exchange.json = 422, body

    with lying(people.url, refuse) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        told = run(f"contacts import People {file} {options} -o json", code=7).json
    assert sorted(posted) == [elsewhere, meanwhile, free]
    expected = {"created": 1, "skipped": 0, "failed": 1}
    expected[state] += 1
    assert {key: told[key] for key in expected} == expected
    rejected = Path(f"{file}.rejects.csv").read_text()
    assert "is not on this list" in rejected
    assert ("already on the list" in rejected) == (state == "failed")


@pytest.mark.parametrize("command", ["import", "create"])
def test_an_answer_about_another_phone_is_not_believed(
    run: Run, people: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    left = iter(range(1))

    def confuse(exchange: Exchange) -> None:
        if exchange.is_of("POST", "/contacts") and next(left, None) is not None:
            exchange.json = {**exchange.json, "id": 999, "mobile_number": "+12025559999"}

    file = write(home, "phone\n+12025550123\n")
    with lying(people.url, confuse) as proxy:
        monkeypatch.setenv("SMSGW_SERVER", proxy.url)
        if command == "create":
            told = run("contacts create People +12025550123", code=8)
            assert "another number, +12025559999" in told.stderr
        else:
            run(f"contacts import People {file} --settle 0")
            run("imports undo 1 --yes")
    assert len(people.store.rows("contacts")) == (command == "create")
