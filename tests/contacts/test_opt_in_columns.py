"""Columns that say who wants messages: asked about where one says no, else ordinary."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.tables.consent_names import is_opt_in
from tests.conftest import Run
from tests.terminal import at_terminal

ANN, BOB = "+12025550123", "+12025550124"
NAMES = [
    "Opt In",
    "SMS opt-in",
    "opted_in",
    "Is Subscribed",
    "Subscribed to SMS",
    "SMS Consent",
    "Accepts SMS Marketing",
    "Permission to text",
    "Newsletter",
    "Can text",
    "Abonniert",
    "Einwilligung",
    "Abonné",
    "Suscrito",
    "Iscritto",
    "Zgoda na SMS",
    "Согласие",
    "订阅",
]
STATUS = ["Status", "Subscription status", "Contact Status", "SMS_STATE"]
ORDINARY = [
    "Subscribed",
    "Email opt in",
    "Opt in date",
    "Subscribed at",
    "United States",
    "Options",
]


def write(home: Path, column: str, *cells: str) -> None:
    lines = "".join(f"{number},{cell}\n" for number, cell in zip((ANN, BOB), cells, strict=True))
    (home / "a.csv").write_text(f"phone,{column}\n{lines}", encoding="utf-8")


def subscribed(run: Run) -> dict[str, bool]:
    found = run("contacts list People -o json").json
    return {each["mobile_number"]: each["subscribed"] for each in found}


@pytest.mark.parametrize("column", NAMES + STATUS)
def test_such_a_column_is_recognized(column: str) -> None:
    assert is_opt_in(column)


@pytest.mark.parametrize("column", ORDINARY)
def test_others_are_not(column: str) -> None:
    assert not is_opt_in(column)


@pytest.mark.parametrize(
    ("column", "no"), [("Opt In", "no"), ("Abonniert", "nein"), ("Status", "Unsubscribed")]
)
@pytest.mark.parametrize("verb", ["import", "sync"])
def test_off_a_terminal_nothing_is_sent_until_it_is_mapped(
    run: Run, people: Gateway, home: Path, verb: str, column: str, no: str
) -> None:
    write(home, column, "", no)
    before = list(people.requests)
    for options in ("", "--create-fields", "--ignore-extra", "--yes"):
        refused = run(f"contacts {verb} People a.csv {options}", code=2).stderr
        assert f"the column '{column}' seems to say who is subscribed (row 3: '{no}')" in refused
    assert people.requests == before
    run(f"contacts {verb} People a.csv --map '{column}=subscribed' --yes")
    assert subscribed(run) == {ANN: True, BOB: False}


def test_on_a_terminal_it_is_asked_about(run: Run, people: Gateway, home: Path) -> None:
    write(home, "Opt In", "yes", "no")
    agreed = at_terminal(["contacts", "import", "People", "a.csv"], b"y\r")
    assert "Does the column 'Opt In' say who is subscribed (row 3: 'no')" in agreed.output
    assert agreed.code == 0, agreed.output
    assert subscribed(run) == {ANN: True, BOB: False}


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("Opt In", ("yes", "")),
        ("Newsletter", ("weekly", "monthly")),
        ("Status", ("no", "0")),
        ("Status", ("active", "inactive")),
    ],
)
def test_where_nobody_says_no_it_is_an_ordinary_column(
    run: Run, people: Gateway, home: Path, column: str, cells: tuple[str, str]
) -> None:
    write(home, column, *cells)
    run("contacts import People a.csv --create-fields")
    assert subscribed(run) == {ANN: True, BOB: True}
    run(f"messages send --csv a.csv -m 'Hi {{{column}|you}}'")
    assert len(people.store.rows("messages")) == 2


def test_another_column_that_says_who_is_subscribed_decides(
    run: Run, people: Gateway, home: Path
) -> None:
    write(home, "subscribed,Newsletter", "yes,no", "no,yes")
    run("contacts import People a.csv --create-fields")
    assert subscribed(run) == {ANN: True, BOB: False}


def test_an_export_with_such_a_field_is_imported(run: Run, people: Gateway, home: Path) -> None:
    run("fields create People 'Newsletter'")
    run(f"contacts create People {ANN} --field newsletter=no")
    run("contacts export People a.csv")
    assert "nothing to do" in run("contacts sync People a.csv --yes").stderr


def test_a_mailing_is_refused_until_it_is_mapped(run: Run, people: Gateway, home: Path) -> None:
    write(home, "Opt In", "yes", "no")
    for verb in ("send", "preview"):
        refused = run(f"messages {verb} --csv a.csv -m Hi", code=2).stderr
        assert "--map 'Opt In=subscribed'" in refused
    said = run("messages send --csv a.csv -m Hi --map 'Opt In=subscribed'").stderr
    assert "1 row skipped: not subscribed" in said
    assert [row["to_number"] for row in people.store.rows("messages")] == [ANN]
    run("messages send --csv a.csv -m Ho --map 'Opt In='")
    assert len(people.store.rows("messages")) == 3
