"""Files in the layouts of other programs are imported with few options, and told what they are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

FOLDER = Path(__file__).parents[1] / "data" / "layouts"
ANN, BOB, ZOE = "+491713920001", "+12025550123", "+46701740605"
PEOPLE = {
    ANN: {"first_name": "Ann", "last_name": "Müller"},
    BOB: {"first_name": "Bob", "last_name": "Brown"},
    ZOE: {"first_name": "Zoë", "last_name": "Smith"},
}
WITHOUT_SMITH = {**PEOPLE, ZOE: {"first_name": "Zoë"}}
NO_BOB = {BOB: {"subscribed": False}}


@dataclass(frozen=True)
class Layout:
    """A file, the options of its import, what is said of it, and what the server holds then.

    `asked` is the option that the refusal names without it, the others as they are.
    """

    file: str
    options: str
    held: dict[str, dict[str, Any]]
    encoding: str = "utf-8"
    delimiter: str = ","
    said: tuple[str, ...] = ()
    asked: str = ""

    def __str__(self) -> str:
        return self.file


def merged(*each: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    numbers = dict.fromkeys(number for people in each for number in people)
    return {
        number: {key: value for people in each for key, value in people.get(number, {}).items()}
        for number in numbers
    }


LAYOUTS = [
    Layout(
        "google-old.csv",
        "--map 'Phone 1 - Value=mobile_number' --map 'Given Name=first_name' "
        "--map 'Family Name=last_name' --ignore-extra --region US",
        WITHOUT_SMITH,
    ),
    Layout(
        "google.csv",
        "--map 'Phone 1 - Value=mobile_number' --ignore-extra --region US",
        WITHOUT_SMITH,
    ),
    Layout(
        "outlook.csv",
        "--ignore-extra --region US",
        PEOPLE,
        encoding="cp1252",
        said=("read as cp1252", "numbers from 'Mobile Phone'"),
    ),
    Layout("thunderbird.csv", "--ignore-extra --region US", WITHOUT_SMITH),
    Layout(
        "hubspot.csv",
        "--ignore-extra --map 'Unsubscribed from all email=unsubscribed'",
        merged(WITHOUT_SMITH, NO_BOB),
        said=("numbers from 'Mobile Phone Number', not 'Phone Number'",),
        asked="--map 'Unsubscribed from all email=unsubscribed'",
    ),
    Layout("mailchimp-subscribed.csv", "--ignore-extra --map CC=region", WITHOUT_SMITH),
    Layout(
        "salesforce.csv",
        "--ignore-extra --region US --map 'Do Not Call=unsubscribed'",
        merged(PEOPLE, NO_BOB),
        encoding="cp1252",
        asked="--map 'Do Not Call=unsubscribed'",
    ),
    Layout(
        "zoho.csv",
        "--ignore-extra --region US --map 'Email Opt Out=unsubscribed'",
        merged(PEOPLE, NO_BOB),
        asked="--map 'Email Opt Out=unsubscribed'",
    ),
    Layout(
        "odoo.csv",
        "--ignore-extra",
        {ANN: {"name": "Ann Müller"}, BOB: {"name": "Bob Brown"}, ZOE: {"name": "Zoë Smith"}},
        said=("columns skipped, as the server sets its own: id",),
    ),
    Layout(
        "excel-de.csv",
        "--create-fields --region DE --map Newsletter=subscribed --map Geburtsdatum=born:dmy "
        "--map Umsatz=umsatz:number",
        {
            "+491713920001": {
                "vorname": "Jörg",
                "plz": "04109",
                "born": "1980-01-31",
                "umsatz": 1234.5,
            },
            "+491713920002": {"nachname": "Groß; Klein", "umsatz": 12.5, "subscribed": False},
            "+491713920003": {"nachname": "O'Neil", "umsatz": 0},
        },
        encoding="cp1252",
        delimiter=";",
    ),
    Layout(
        "excel-fr.csv",
        "--create-fields --region FR --map Abonné=subscribed --map 'Né le=born:dmy' "
        "--map Solde=solde:number",
        {
            "+33612345678": {
                "prenom": "Zoé",
                "nom": "Lefèvre",
                "born": "1980-01-31",
                "solde": 1234.5,
            },
            "+33612345679": {"prenom": "François", "solde": 12.5, "subscribed": False},
            "+33612345680": {"nom": "Noël", "solde": 0},
        },
        encoding="cp1252",
        delimiter=";",
    ),
    Layout(
        "numbers.csv",
        "--create-fields",
        {ANN: {"name": "Ann Müller", "size": 39}, BOB: {"size": 42}, ZOE: {"name": "Zoë Smith"}},
    ),
    Layout(
        "libreoffice.csv",
        "--create-fields",
        {
            ANN: {"notes": "likes tea\nand cake", "joined": "2024-05-07", "member_no": "0042"},
            BOB: {"name": 'Bob "the great" Brown'},
            ZOE: {"notes": "comma, semicolon; both"},
        },
    ),
    Layout(
        "pandas.csv",
        "--region DE --ignore-extra",
        {
            "+491713920001": {"name": "Ann Müller"},
            "+491713920002": {"name": "Bob"},
            "+491713920003": {},
        },
        said=("'.0' was dropped from 3 numbers", "NaN (1)"),
    ),
]


@pytest.fixture
def people(run: Run, server: Gateway) -> Gateway:
    """A list with the usual fields, and one without any."""
    run("contact-lists create People")
    for label in ("First Name", "Last Name", "Name"):
        run(f"fields create People '{label}'")
    run("contact-lists create New")
    return server


def line(layout: Layout, options: str | None = None) -> str:
    options = layout.options if options is None else options
    target = "New" if "--create-fields" in options else "People"
    return f"contacts import {target} {FOLDER / layout.file} {options}"


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_a_file_of_another_program_is_imported(run: Run, people: Gateway, layout: Layout) -> None:
    detected = run(f"{line(layout)} --dry-run -o json").json["detected"]
    assert (detected["encoding"], detected["delimiter"]) == (layout.encoding, layout.delimiter)
    told = run(line(layout)).stderr
    assert all(each in told for each in layout.said)
    target = "New" if "--create-fields" in layout.options else "People"
    held = {each["mobile_number"]: each for each in run(f"contacts list {target} -o json").json}
    assert held.keys() == layout.held.keys()
    for number, values in layout.held.items():
        wanted = {"subscribed": True, **values}
        assert {key: held[number].get(key) for key in wanted} == wanted


@pytest.mark.parametrize("file", ["google-old.csv", "google.csv"])
def test_several_numbers_of_one_kind_are_asked_about(run: Run, people: Gateway, file: str) -> None:
    line = f"contacts import People {FOLDER / file} --ignore-extra --region US"
    assert "--map 'Phone 1 - Value=mobile_number'" in run(line, code=2).stderr
    assert people.store.rows("contacts") == []


ASKED = [each for each in LAYOUTS if each.asked]


@pytest.mark.parametrize("layout", ASKED, ids=str)
def test_a_column_of_opt_outs_is_asked_about(run: Run, people: Gateway, layout: Layout) -> None:
    options = layout.options.replace(layout.asked, "")
    assert layout.asked in run(line(layout, options), code=2).stderr
    assert people.store.rows("contacts") == []


def test_those_who_unsubscribed_are_not_imported_as_subscribers(run: Run, people: Gateway) -> None:
    file = FOLDER / "mailchimp-unsubscribed.csv"
    refused = run(f"contacts import People {file} --ignore-extra --region US", code=2).stderr
    assert "--map UNSUB_TIME=unsubscribed" in refused
    run(f"contacts import People {file} --ignore-extra --region US --map UNSUB_TIME=unsubscribed")
    assert [each["subscribed"] for each in run("contacts list People -o json").json] == [False]
    run(f"suppress add @{file} --map 'Phone Number=mobile_number' --set region=US")
    assert "+12025550124" in run("suppress list -o csv").stdout
