"""What an import would do is shown to people on a terminal, and as JSON to programs."""

import json
import re
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal

ROWS = (
    "Mobile;First name;Größe;Notes;Street\n"
    "(202) 555-0123;Ann;172;x;12 Long Street, Apartment 4, near the old station\n"
    "(202) 555-0124;Bob;168;;\n(202) 555-0125;Cy;;;\n(202) 555-0126;Di;;;\n"
    "(202) 555-0127;Ed;;;\n555;Fay;;;\n"
)
LINE = "contacts import People people.csv --region US --map Notes= --create-fields -n"


@pytest.fixture
def file(run: Run, people: Gateway, home: Path) -> Path:
    run("contacts create People +12025550124")
    path = home / "people.csv"
    path.write_text(ROWS)
    return path


def plain(shown: str) -> list[str]:
    return re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()


def test_people_see_what_was_detected_the_columns_and_the_first_contacts(file: Path) -> None:
    seen = on_terminal(f"{LINE} --skip-bad", columns=80, only="stdout")
    assert (seen.exit_code, seen.piped) == (0, "")
    lines = plain(seen.shown)
    text = "\n".join(lines)
    for fact in (
        r"file +people\.csv",
        "encoding +utf-8",
        "delimiter +semicolon",
        "region +US",
        "rows +6: 4 to create, 1 already on the list, 1 invalid",
        "first problem +row 7, Mobile: '555'",
        "Mobile +mobile_number",
        r"First name +\w+ +text \(new\)",
        r"Größe +\w+ +number \(new\)",
        "ignored columns +Notes",
    ):
        assert re.search(fact, text), fact
    contacts = [line for line in lines if line.startswith("+ ")]
    assert [each.split()[1] for each in contacts] == [
        "+12025550123",
        "+12025550125",
        "+12025550126",
    ]
    tables = [line for line in lines if not line.startswith("+ ")]
    assert max(map(len, tables)) <= 80


def test_contacts_that_would_be_updated_are_marked(file: Path) -> None:
    seen = on_terminal(f"{LINE} --skip-bad --existing update", columns=80, only="stdout")
    assert "4 to create, 1 to update, 1 invalid" in seen.shown
    assert [line[:14] for line in plain(seen.shown) if line[:2] in ("+ ", "~ ")] == [
        "+ +12025550123",
        "~ +12025550124",
        "+ +12025550125",
    ]


def test_what_a_file_says_is_not_obeyed_by_the_terminal(file: Path) -> None:
    file.write_text("mobile,\x1b[31mname\n+12025550123,\x1b]0;x\x07Ann\n", newline="")
    seen = on_terminal(LINE.replace("--map Notes= ", ""), columns=80)
    assert "\x1b]0" not in seen.shown
    assert "\x1b[31mname" not in seen.shown


@pytest.mark.parametrize("options", ["", "-o json", "-o table", "-q"])
def test_programs_get_json_with_what_was_detected(
    run: Run, file: Path, people: Gateway, options: str
) -> None:
    told = run(f"{LINE} --skip-bad {options}").json
    assert (told["rows"], told["create"], told["skip"], told["bad"]) == (5, 4, 1, 1)
    assert len(told["contacts"]) == 5
    assert told["contacts"][1]["mobile_number"] == "+12025550124"
    detected = told["detected"]
    assert (detected["encoding"], detected["delimiter"]) == ("utf-8", ";")
    assert detected["region"] == "US"
    assert list(told["mapping"]) == ["Mobile", "First name", "Größe", "Notes", "Street"]
    assert told["mapping"]["Mobile"] == "mobile_number"
    assert told["mapping"]["Notes"] is None
    assert {told["mapping"]["Größe"]} < {field["tag"] for field in told["fields"]}
    assert len(people.store.rows("contacts")) == 1


def test_json_on_a_terminal_is_the_same(file: Path) -> None:
    seen = on_terminal(f"{LINE} --skip-bad -o json", only="stdout")
    assert json.loads(seen.shown)["detected"]["delimiter"] == ";"
