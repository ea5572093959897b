"""Columns that say who opted out: asked about, never imported as ordinary texts or overlooked."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.tables.consent_names import is_opt_out
from tests.conftest import Run
from tests.terminal import at_terminal

ANN, BOB = "+12025550123", "+12025550124"
NAMES = [
    "Opted Out",
    "opt-out",
    "OPT_OUT",
    "Unsubscribed",
    "Unsubscribed from all email",
    "UNSUB_TIME",
    "Do Not Call",
    "Do not contact",
    "DoNotSMS",
    "Don't text",
    "DNC",
    "No SMS",
    "Email Opt Out",
    "SMS Opt Out",
    "Has Opted Out Of Email",
    "Phone Blacklisted",
    "Abgemeldet",
    "SMS-Sperre",
    "Nicht kontaktieren",
    "Désabonné",
    "Ne pas appeler",
    "Dado de baja",
    "Disiscritto",
    "Não ligar",
    "Niet bellen",
    "Nie dzwonić",
    "Не звонить",
    "退订",
    "수신거부",
]
ORDINARY = [
    "unsubscribe_url",
    "Contact No",
    "Phone No",
    "Notes",
    "Options",
    "Subscribed",
    "Stop",
    "Number of calls",
    "Opt in",
    "Newsletter",
    "Status",
]


def write(home: Path, column: str, *cells: str) -> None:
    rows = zip((ANN, BOB), cells or ("yes", "no"), strict=True)
    lines = "".join(f"{number},{cell}\n" for number, cell in rows)
    (home / "a.csv").write_text(f"phone,{column}\n{lines}", encoding="utf-8")


def subscribed(run: Run) -> dict[str, bool]:
    found = run("contacts list People -o json").json
    return {each["mobile_number"]: each["subscribed"] for each in found}


@pytest.mark.parametrize("column", NAMES)
def test_such_a_column_is_recognized(column: str) -> None:
    assert is_opt_out(column)


@pytest.mark.parametrize("column", ORDINARY)
def test_others_are_not(column: str) -> None:
    assert not is_opt_out(column)


@pytest.mark.parametrize("options", ["", "--create-fields", "--ignore-extra", "--yes"])
@pytest.mark.parametrize("verb", ["import", "sync"])
def test_off_a_terminal_nothing_is_sent_until_it_is_mapped(
    run: Run, people: Gateway, home: Path, verb: str, options: str
) -> None:
    write(home, "Opted Out")
    before = list(people.requests)
    refused = run(f"contacts {verb} People a.csv {options}", code=2).stderr
    assert "--map 'Opted Out=unsubscribed'" in refused
    assert "--map 'Opted Out=opted_out:text'" in refused
    assert people.requests == before
    run(f"contacts {verb} People a.csv --map 'Opted Out=unsubscribed' --yes")
    assert subscribed(run) == {ANN: False, BOB: True}


@pytest.mark.parametrize("verb", ["import", "sync"])
def test_on_a_terminal_it_is_asked_about(run: Run, people: Gateway, home: Path, verb: str) -> None:
    write(home, "Opted Out")
    line = ["contacts", verb, "People", "a.csv", "--all"][: 5 if verb == "sync" else 4]
    refused = at_terminal(line, b"n\r")
    assert "Does the column 'Opted Out' say who opted out" in refused.output
    assert refused.code == 1
    assert people.store.rows("contacts") == []
    if verb == "import":
        agreed = at_terminal(line, b"y\r")
        assert agreed.code == 0, agreed.output
        assert subscribed(run) == {ANN: False, BOB: True}


def test_it_may_be_an_ordinary_field_or_ignored(run: Run, people: Gateway, home: Path) -> None:
    write(home, "Opted Out")
    run("contacts import People a.csv --map 'Opted Out='")
    assert subscribed(run) == {ANN: True, BOB: True}
    line = "contacts import People a.csv --existing update"
    run(f"{line} --map 'Opted Out=opted_out:text' --create-fields")
    run(f"{line} --map 'Opted Out=opted_out'")
    held = [each["opted_out"] for each in run("contacts list People -o json").json]
    assert sorted(held) == ["no", "yes"]


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        ("Opted Out", ("unsubscribed", "subscribed"), (False, True)),
        ("Opted Out", ("opted out", ""), (False, True)),
        ("UNSUB_TIME", ("2020-02-02 09:30:00", ""), (False, True)),
        ("Do Not Call", ("1", "0"), (False, True)),
        ("Abgemeldet", ("WAHR", "FALSCH"), (False, True)),
    ],
)
def test_the_words_of_such_columns_are_understood(
    run: Run,
    people: Gateway,
    home: Path,
    column: str,
    cells: tuple[str, str],
    expected: tuple[bool, bool],
) -> None:
    write(home, column, *cells)
    run(f"contacts import People a.csv --map '{column}=unsubscribed'")
    assert subscribed(run) == dict(zip((ANN, BOB), expected, strict=True))


def test_an_export_with_such_a_field_is_imported(run: Run, people: Gateway, home: Path) -> None:
    run("fields create People 'Opted out'")
    run(f"contacts create People {ANN} --field opted_out=yes --unsubscribed")
    run("contacts export People a.csv")
    assert "nothing to do" in run("contacts sync People a.csv --yes").stderr


def test_a_mailing_is_refused_until_it_is_mapped(run: Run, people: Gateway, home: Path) -> None:
    write(home, "Opted Out")
    for verb in ("send", "preview"):
        refused = run(f"messages {verb} --csv a.csv -m Hi", code=2).stderr
        assert "--map 'Opted Out=unsubscribed'" in refused
    said = run("messages send --csv a.csv -m Hi --map 'Opted Out=unsubscribed'").stderr
    assert "1 row skipped: not subscribed" in said
    assert [row["to_number"] for row in people.store.rows("messages")] == [BOB]
    run("messages send --csv a.csv -m 'Hi {Opted Out}' --map 'Opted Out=opted_out'")
    assert len(people.store.rows("messages")) == 3
