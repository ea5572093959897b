"""Which contact a row is: by phone, however its number is spelled, and only if it is a number."""

from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run


def contacts(run: Run) -> dict[str, Any]:
    found = run("contacts list People -o json").json
    return {each["mobile_number"]: each["subscribed"] for each in found}


def keep(people: Gateway, number: str) -> None:
    """Let the server keep the first contact's number in this spelling."""
    with people.store.writing():
        people.store.connection.execute("UPDATE contacts SET mobile_number = ?", (number,))


SPELLINGS = [
    ("+525512345678", "+5215512345678"),
    ("+5215512345678", "+525512345678"),
    ("8 (916) 123-45-67", "+79161234567"),
    ("06 30 123 4567", "+36301234567"),
    ("491711234567", "+491711234567"),
]


@pytest.mark.parametrize(("kept", "row"), SPELLINGS)
@pytest.mark.parametrize("existing", ["skip", "update"])
def test_an_import_makes_no_twin_of_who_opted_out(
    run: Run, people: Gateway, home: Path, kept: str, row: str, existing: str
) -> None:
    run("contacts create People +12025550123 --unsubscribed")
    keep(people, kept)
    (home / "a.csv").write_text(f"phone,name\n{row},Ann\n")
    run(f"contacts import People a.csv --existing {existing}")
    assert list(contacts(run).values()) == [False]


@pytest.mark.parametrize(("kept", "row"), SPELLINGS)
def test_a_sync_changes_the_contact_and_makes_no_twin(
    run: Run, people: Gateway, home: Path, kept: str, row: str
) -> None:
    run("contacts create People +12025550123 --unsubscribed")
    keep(people, kept)
    (home / "a.csv").write_text(f"phone,name\n{row},Ann\n")
    run("contacts sync People a.csv --yes --max-delete 0")
    (contact,) = run("contacts list People -o json").json
    assert (contact["name"], contact["subscribed"]) == ("Ann", False)


@pytest.mark.parametrize("verb", ["import", "sync"])
def test_two_spellings_in_a_file_are_duplicates(
    run: Run, people: Gateway, home: Path, verb: str
) -> None:
    (home / "a.csv").write_text("phone\n+525512345678\n+5215512345678\n")
    refused = run(f"contacts {verb} People a.csv --yes", code=2).stderr
    assert "+5215512345678 is a duplicate of row 2" in refused
    assert contacts(run) == {}


@pytest.mark.parametrize("verb", ["import", "sync"])
def test_kinds_are_told_and_most_landlines_refused(
    run: Run, people: Gateway, home: Path, verb: str
) -> None:
    (home / "a.csv").write_text("phone\n030 1234567\n030 1234568\n0171 1234567\n+19005550123\n")
    line = f"contacts {verb} People a.csv --region DE --yes"
    line += " --max-delete 9" * (verb == "sync")
    told = run(line).stderr
    assert "2 of 4 numbers are landlines in DE, which usually cannot receive SMS" in told
    assert "(first: row 2): is --region right?" in told
    assert "1 of 4 numbers is a premium-rate number (first: row 5)" in told
    assert len(contacts(run)) == 4
    (home / "a.csv").write_text("phone\n030 1234567\n030 1234569\n0171 1234567\n")
    refused = run(f"{line}", code=2).stderr
    assert "2 of 3 numbers are landlines in DE" in refused
    assert "--allow landlines" in refused
    assert "+49301234569" not in contacts(run)
    run(f"{line} --allow landlines")
    assert "+49301234569" in contacts(run)


def test_the_country_of_a_column_is_no_default(run: Run, people: Gateway, home: Path) -> None:
    (home / "a.csv").write_text("phone,land\n030 1234567,Germany\n044 668 18 00,CH\n")
    told = run("contacts import People a.csv --map land=region --region US").stderr
    assert "2 of 2 numbers are landlines, which usually cannot receive SMS (first: row 2)" in told
    assert "--region" not in told


def test_skipped_landlines_are_counted_and_their_contacts_left_alone(
    run: Run, people: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text("phone,name\n+442079460958,Ann\n+491711234567,Bob\n")
    told = run("contacts import People a.csv --set landlines=skip")
    assert "1 landline skipped" in told.stderr
    assert contacts(run) == {"+491711234567": True}
    run("contacts create People +442079460958")
    run("contacts sync People a.csv --set landlines=skip --delete --yes")
    assert contacts(run) == {"+491711234567": True, "+442079460958": True}
    assert "landline" in run("contacts import People a.csv --set landlines=fail", code=2).stderr


def test_a_dry_run_counts_the_kinds(run: Run, people: Gateway, home: Path) -> None:
    (home / "a.csv").write_text("phone\n+442079460958\n+19005550123\n")
    found = run("contacts import People a.csv -n -o json").json
    assert found["detected"]["kinds"] == {
        "landlines": 1,
        "premium": 1,
        "toll_free": 0,
        "shared_cost": 0,
    }


def test_a_dropped_decimal_is_said_once(run: Run, people: Gateway, home: Path) -> None:
    (home / "a.csv").write_text("phone\n6641234567.0\n6641234568.0\n+43 664 1234569\n")
    told = run("contacts import People a.csv --region AT").stderr
    assert told.count("'.0' was dropped from 2 numbers") == 1
    assert contacts(run).keys() == {f"+43664123456{n}" for n in (7, 8, 9)}


def test_short_and_unknown_numbers_are_imported_only_if_any_is_allowed(
    run: Run, people: Gateway, home: Path
) -> None:
    (home / "a.csv").write_text("phone\n+491991234567\n")
    assert "not a valid phone number" in run("contacts import People a.csv", code=2).stderr
    run("contacts import People a.csv --allow any-number")
    assert contacts(run).keys() == {"+491991234567"}
    (home / "a.csv").write_text("phone\n1001\n")
    refused = run("contacts import People a.csv", code=2).stderr
    assert "'1001' is too short for a phone number" in refused
    made = run("contacts import People a.csv --allow any-number -n -o json").json
    assert made["contacts"] == [{"mobile_number": "1001"}]
    assert (
        "unknown value 'premium'"
        in run("contacts import People a.csv --allow premium", code=2).stderr
    )


@pytest.mark.parametrize(
    "line",
    [
        "contacts import People a.csv",
        "messages send -m Hi --csv a.csv",
        "messages send -m Hi --to @a.csv --map phone=mobile_number",
    ],
)
def test_a_wrong_region_is_named_before_the_rows_that_it_makes_invalid(
    run: Run, people: Gateway, home: Path, line: str
) -> None:
    (home / "a.csv").write_text("phone\n504-621-8927\n810-292-9388\n310-498-5651\n")
    refused = run(f"{line} --region DE", code=2).stderr
    assert "2 of 3 numbers are landlines in DE" in refused
    assert "row 2): is --region right?" in refused
    allowed = run(f"{line} --region DE --allow landlines", code=2).stderr
    assert "'310-498-5651' is not a valid phone number in DE" in allowed
