"""--map in `messages send --csv`: the number, its country, the names of the text."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

TABLE = "Handy,Vorname,phone,Land\n0170 1234567,Ann,+12025550199,DE\n202 555 0123,Bob,,us\n"
MAPS = "--map Handy=mobile_number --map Land=region"


@pytest.fixture
def file(home: Path) -> Path:
    path = home / "kunden.csv"
    path.write_text(TABLE)
    return path


def sent(server: Gateway) -> dict[str, str]:
    return {row["to_number"]: row["content"] for row in server.store.rows("messages")}


def test_names_of_the_text_are_filled_from_other_columns(
    run: Run, server: Gateway, file: Path
) -> None:
    line = f"messages send --csv {file} {MAPS} --map Vorname=first_name"
    run(f"{line} -m 'Hi {{first_name}}, {{region}} {{vorname}}'")
    assert sent(server) == {"+491701234567": "Hi Ann, DE Ann", "+12025550123": "Hi Bob, us Bob"}


def test_a_preview_reads_the_same_numbers(run: Run, server: Gateway, file: Path) -> None:
    shown = run(f"messages preview --csv {file} {MAPS} -m 'Hi {{Vorname}}' -o json").json
    assert shown["recipients"] == 2
    assert {method for method, _, _ in server.requests} == {"GET"}


def test_an_ignored_column_is_not_read(run: Run, server: Gateway, file: Path) -> None:
    line = f"messages send --csv {file} {MAPS} --map Vorname="
    refused = run(f"{line} -m 'Hi {{Vorname}}'", code=2).stderr
    assert "no such column" in refused
    line = f"messages send --csv {file} --map phone= --map Handy= -m Hi"
    assert "no column for the mobile number" in run(line, code=2).stderr
    assert server.requests == []


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        ("--map Vorname=unsubscribed", "'Ann' is not true or false"),
        ("--map Vorname=subscribed", "'Ann' is not true or false"),
        ("--map Vorname=name:text", "contacts import and sync"),
        ("--map Vorname=mobile_number", "more than one column is mapped to mobile_number"),
        ("--map nowhere=name", "no column 'nowhere'"),
        ("--map Vorname=region", "more than one column is mapped to region"),
    ],
)
def test_a_map_that_makes_no_sense_is_refused(
    run: Run, server: Gateway, file: Path, maps: str, said: str
) -> None:
    line = f"messages send --csv {file} {MAPS} {maps} -m Hi"
    assert said in run(line, code=2).stderr
    assert server.requests == []


def test_a_name_of_the_text_may_be_any_word(run: Run, server: Gateway, file: Path) -> None:
    run(f"messages send --csv {file} {MAPS} --map Vorname=subscribed -m 'Yes, {{subscribed}}'")
    assert set(sent(server).values()) == {"Yes, Ann", "Yes, Bob"}


@pytest.mark.parametrize(
    "again",
    [
        "--map tel=mobile_number -m 'Code {code}'",
        "--number-column tel -m 'Code {code}'",
        "--map tel=mobile_number --map code=pin -m 'Code {pin}'",
    ],
)
def test_the_same_rows_are_the_same_mailing_however_they_are_mapped(
    run: Run, server: Gateway, home: Path, again: str
) -> None:
    rows = "".join(f"+12025550{100 + n},{n}\n" for n in range(12))
    (home / "codes.csv").write_text(f"tel,code\n{rows}")
    server.faults.add("401 POST /messages/send after=5")
    line = "messages send --csv codes.csv --settle 0 --workers 1"
    run(f"{line} --number-column tel -m 'Code {{code}}'", code=7)
    server.faults.clear()
    run(f"{line} {again}")
    assert sorted(sent(server).values()) == sorted(f"Code {n}" for n in range(12))
    assert len(server.store.rows("messages")) == 12
