"""Rejected rows: written as the file was, kept of every run, and rejected again until fixed."""

import csv
import re
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.tables.reader import table
from tests.conftest import Run
from tests.tables.conftest import ANN, BOB, CY, Held, Write

IMPORT = "contacts import People people.csv --skip-bad"
REJECTS = "people.csv.rejects.csv"
BAD = {
    "surplus": f"{ANN},Lee, Ann,Oslo",
    "much surplus": f'{ANN},Lee,Ann,Oslo,"a,b",,x',
    "text behind a quote": f'{ANN},"Ann "Annie" Lee",Oslo',
    "an open quote": f'{ANN},"Ann,Oslo',
    "an open quote at the end": f'{ANN},Ann,"Oslo',
    "rows in a cell": f'{ANN},"Boss,Oslo\n{CY},Cy,Bonn\n{CY},TV 24",Lima',
    "NUL": f"{ANN},An\0n,Oslo",
    "ESC": f'{ANN},"An\x1bn",Oslo',
    "bad number": "12,Ann,Oslo",
    "no number": ",Ann,Oslo",
    "wrong value": f"{ANN},Ann,Oslo,yes,perhaps",
}


def reasons(home: Path, name: str = REJECTS) -> list[str]:
    """The reasons in a file of rejects, without numbers of lines."""
    found = table(str(home / name)).rows()
    return [re.sub(r"\d+", "N", row.cells["smsgw_reason"] or row.problem) for row in found]


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_rejects_fed_back_unchanged_are_rejected_for_the_same_reasons(
    run: Run, people: Gateway, write: Write, held: Held, home: Path, kind: str, delimiter: str
) -> None:
    header = "phone,name,city"
    if kind == "wrong value":
        header += ",x,subscribed"
    rows = f"{header}\n{BOB},Bob,Bonn\n{BAD[kind]}\n"
    write(rows.replace(",", delimiter))
    run(f"{IMPORT} --ignore-extra", code=7)
    assert held() == {BOB: "Bob"}
    name = REJECTS
    for _ in range(2):  # the rejects of rejects as well
        before = (home / name).read_text()
        again = run(f"contacts import People {name} --skip-bad --ignore-extra -o json", code=7)
        assert (again.json["created"], again.json["failed"]) == (0, 1)
        assert held() == {BOB: "Bob"}
        name += ".rejects.csv"
        assert _without_lines((home / name).read_text()) == _without_lines(before)


def _without_lines(text: str) -> str:
    return re.sub(r"line \d+", "line N", text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le"])
def test_rejects_keep_encoding_delimiter_and_lines_above_the_header(
    run: Run, people: Gateway, write: Write, home: Path, encoding: str
) -> None:
    write(f'sep=;\r\nphone;name\r\n{BOB};Bob\r\n12;Jörg, "x"\r\n', encoding=encoding)
    run(IMPORT, code=7)
    raw = (home / REJECTS).read_bytes()
    text = raw.decode(encoding)
    first, header, row = text.splitlines()
    assert (first, header) == ("sep=;", "phone;name;smsgw_reason")
    assert row.startswith('12;"Jörg, ""x""";')
    assert raw.startswith(b"\xef\xbb\xbf") == (encoding == "utf-8-sig")
    (home / REJECTS).write_bytes(text.replace("12;", f"{ANN};").encode(encoding))
    run(f"contacts import People {REJECTS}")
    run(IMPORT, code=7)


def test_rejects_below_skipped_lines_are_read_with_the_same_command(
    run: Run, people: Gateway, write: Write, home: Path, held: Held
) -> None:
    write(f"Customers 2031\n\nphone,name\n12,Ann\n{BOB},Bob\n")
    run(f"{IMPORT} --set skip_lines=2", code=7)
    text = (home / REJECTS).read_text()
    assert text.startswith("Customers 2031\n\nphone,name,smsgw_reason\n")
    (home / REJECTS).write_text(text.replace("12,", f"{ANN},"))
    run(f"contacts import People {REJECTS} --set skip_lines=2")
    assert held() == {ANN: "Ann", BOB: "Bob"}


def test_a_surplus_that_is_fixed_is_imported(
    run: Run, people: Gateway, write: Write, home: Path, held: Held
) -> None:
    write(f"phone,name,city\n{ANN},Lee, Ann,Oslo\n")
    run(IMPORT, code=7)
    with (home / REJECTS).open(newline="") as file:
        [row] = csv.DictReader(file)
    assert row["smsgw_reason"] == "the row: 4 values for 3 columns"
    (home / REJECTS).write_text(f'phone,name,city,smsgw_reason\n{ANN},"Lee, Ann",Oslo,x\n')
    run(f"contacts import People {REJECTS}")
    assert held() == {ANN: "Lee, Ann"}


def test_a_bad_line_that_is_fixed_in_place_is_imported(
    run: Run, people: Gateway, write: Write, home: Path, held: Held
) -> None:
    write(f'phone,name\n{ANN},"Ann "Annie" Lee"\n')
    run(IMPORT, code=7)
    text = (home / REJECTS).read_text().replace('"Annie"', '""Annie""')
    (home / REJECTS).write_text(text)
    run(f"contacts import People {REJECTS}")
    assert held() == {ANN: 'Ann "Annie" Lee'}


def test_twins_and_nameless_columns_stand_in_the_rejects_as_they_were(
    run: Run, people: Gateway, write: Write, home: Path
) -> None:
    write("phone,name,note,note,\n12,Ann,a,b,c\n")
    run(f"{IMPORT} --ignore-extra", code=7)
    header, row = (home / REJECTS).read_text().splitlines()
    assert header == "phone,name,note,note,,smsgw_reason"
    assert row.startswith("12,Ann,a,b,c,")


def test_the_rejects_of_every_run_are_kept(
    run: Run, people: Gateway, write: Write, home: Path
) -> None:
    for number in ("11", "12", "13"):
        write(f"phone,name\n{number},Ann\n{BOB},Bob\n")
        run(IMPORT, code=7)
    assert "13,Ann" in (home / REJECTS).read_text()
    assert "11,Ann" in (home / "people.csv.rejects.1.csv").read_text()
    assert "12,Ann" in (home / "people.csv.rejects.2.csv").read_text()
    write(f"phone,name\n{BOB},Bob\n")
    shown = run("contacts import People people.csv")
    assert "people.csv.rejects.3.csv" in shown.stderr
    assert not (home / REJECTS).exists()


def test_rejects_of_an_unknown_run_are_kept_under_their_time(
    run: Run, people: Gateway, write: Write, home: Path
) -> None:
    (home / REJECTS).write_text("phone,name,smsgw_reason\n99,Old,x\n")
    write("phone,name\n11,Ann\n")
    run(IMPORT, code=7)
    [kept] = home.glob("people.csv.rejects.2*T*.csv")
    assert "99,Old" in kept.read_text()
    assert "11,Ann" in (home / REJECTS).read_text()


def test_rejects_of_a_mailing_are_kept(run: Run, people: Gateway, write: Write, home: Path) -> None:
    for number in (ANN, BOB):
        people.faults.add("422 POST /messages/send times=1")
        write(f"phone;name\n{number};Ann\n")
        run("messages send --csv people.csv -m 'Hi {name}' --yes --allow repeat", code=7)
    [kept] = home.glob("people.csv.rejects.2*T*.csv")
    assert f"{ANN};Ann" in kept.read_text()
    assert f"{BOB};Ann" in (home / REJECTS).read_text()


def test_reasons_are_grouped_and_counted(run: Run, people: Gateway, write: Write) -> None:
    rows = "".join(f"{number},Ann\n" for number in range(1000, 1030))
    write(f"phone,name\n{rows}{ANN},Lee,Ann\n{BOB},Bob\n")
    failed = run("contacts import People people.csv", code=2).stderr
    assert "row 2 and 29 more rows: phone: '1000' is too short" in failed
    assert "row 32: the row: 3 values for 2 columns" in failed
    assert len(failed.splitlines()) == 4
    every = run("contacts import People people.csv -o json", code=2).error["errors"]
    assert len(every) == 31  # programs get every row
    assert "30 rows: phone: '1000' is too short" in run(IMPORT, code=7).stderr
