"""Rows that cannot be read: each is one bad row, and none vanishes into a cell."""

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.tables.conftest import ANN, BOB, CY, Held, Write

IMPORT = "contacts import People people.csv"
DI = "+12025550126"


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (f'{ANN},"The Boss,Oslo\n{BOB},Bob,Bonn\n{CY},TV 24",Lima\n{DI},Di,Rome\n', "2.*4.*3"),
        (f'{ANN},"The Boss,Oslo\n{BOB},TV 24",Lima\n{DI},Di,Rome\n', "2.*3.*3"),
        (f'{DI},Di,Rome\n{ANN},Ann,"Oslo\n{BOB},Bob,Bonn\n{CY},Cy,24"\n', "3.*5.*4"),
        (f'{DI},Di,Rome\n{ANN},Ann,"Oslo\n{BOB},Bob\n{CY},Cy"\n', "3.*5.*4"),
        (f'{DI},Di,Rome\r\n{ANN},"Ann,Oslo\r\n{BOB},Bob,Bonn\r\n{CY},x",Lima\r\n', "3.*5.*4"),
    ],
    ids=["two rows", "one row", "the last cell", "a short row", "CRLF"],
)
@pytest.mark.parametrize("line", [IMPORT, "messages send --csv people.csv -m 'Hi {name}' --yes"])
def test_rows_that_vanish_into_a_cell_are_refused_with_their_lines(
    run: Run, people: Gateway, write: Write, line: str, rows: str, lines: str
) -> None:
    write(f"phone,name,city\n{rows}")
    before = [path for method, path, _ in people.requests if method != "GET"]
    failed = run(line, code=2)
    first, last, other = lines.split(".*")
    assert (
        f"a quote opened in line {first} is closed in line {last} although line {other} looks "
        "like another row"
    ) in failed.stderr
    assert [path for method, path, _ in people.requests if method != "GET"] == before


def test_rows_in_a_cell_are_one_bad_row_that_the_rejects_keep(
    run: Run, write: Write, held: Held, home: object
) -> None:
    write(f'phone,name,city\n{ANN},"Boss,Oslo\n{BOB},Bob,Bonn\n{CY},TV 24",Lima\n{DI},Di,Rome\n')
    run(f"{IMPORT} --skip-bad", code=7)
    assert held() == {DI: "Di"}


@pytest.mark.parametrize(
    "cell",
    [
        "Main Street 5\nSuite 3, Oslo, Norway",
        "Main Street 5,\n0150 Oslo,\nNorway",
        "called on Monday\n+4917112345678",
        "called, twice\n2031-01-31, no answer\nsee +49 171 1234567",
        "\n\nAnn",
        "a\nb\nc,d,e\n",
        "Dear Ann,\n\nthank you, and until soon.\n\nBob",
    ],
)
def test_addresses_and_notes_of_several_lines_arrive(
    run: Run, write: Write, held: Held, cell: str
) -> None:
    write(f'phone,name,city\n{ANN},"{cell}",Oslo\n{BOB},Bob,"{cell}"\n"{CY}","Cy","Rome"\n')
    run(IMPORT)
    assert {number: name.strip() for number, name in held().items()} == {
        ANN: cell.strip(),
        BOB: "Bob",
        CY: "Cy",
    }


def test_a_cell_of_several_lines_may_precede_the_number(run: Run, write: Write, held: Held) -> None:
    write(f'name,phone,city\n"Ann\nLee",{ANN},Oslo\n"Bob\nLee, jr","{BOB}",Oslo\n')
    run(IMPORT)
    assert held() == {ANN: "Ann\nLee", BOB: "Bob\nLee, jr"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f'{ANN},"Ann "Annie" Lee"', "text follows a closing quote"),
        (f'{ANN},"Ann', "a quote is opened but not closed"),
        (f'{ANN},"Ann"x', "text follows a closing quote"),
        (f'"{ANN},Ann', "a quote is opened but not closed"),
        (f"{ANN},Ann,Lee", "3 values for 2 columns"),
        (f"{ANN},An\0n", "contains the control character U+0000 (NUL)"),
        (f"{ANN},An\x0bn", "contains the control character U+000B (VT)"),
        (f"{ANN},An\x85n", "contains the control character U+0085"),
        (f"{ANN},An\x7fn", "contains the control character U+007F (DEL)"),
        (f"{ANN}\x1b,Ann", "contains the control character U+001B (ESC)"),
    ],
)
def test_one_bad_line_is_one_bad_row(
    run: Run, write: Write, held: Held, row: str, reason: str
) -> None:
    write(f"phone,name\n{BOB},Bob\n{row}\n{CY},Cy\n")
    failed = run(f"{IMPORT} -o json", code=2)
    assert [key.split(",")[0] for key in failed.error["errors"]] == ["row 3"]
    assert reason in str(failed.error["errors"])
    sent = run("messages send --csv people.csv -m 'Hi {name}' --dry-run -o json", code=2)
    assert [key.split(",")[0] for key in sent.error["errors"]] == ["row 3"]
    assert reason in str(sent.error["errors"])
    assert held() == {}
    run(f"{IMPORT} --skip-bad", code=7)
    assert held() == {BOB: "Bob", CY: "Cy"}


def test_every_bad_line_of_many_is_one_bad_row(run: Run, write: Write, held: Held) -> None:
    rows = "".join(
        f'+120255501{n:02},"Ann "{n}" Lee"\n{"+12025551" + str(100 + n)},B\n' for n in range(99)
    )
    write(f"phone,name\n{rows}")
    failed = run(f"{IMPORT} --skip-bad", code=7)
    assert "99 rows: the row: text follows a closing quote" in failed.stderr
    assert len(held()) == 99


def test_tabs_and_line_breaks_are_no_control_characters(run: Run, write: Write, held: Held) -> None:
    write(f'phone,name\n{ANN},"Ann\tLee\r\nx"\n')
    run(IMPORT)
    assert held() == {ANN: "Ann\tLee\r\nx"}


def test_control_characters_in_a_column_that_is_ignored_do_not_matter(
    run: Run, write: Write, held: Held
) -> None:
    write(f"phone,name,x\n{ANN},Ann,\x01\n")
    run(f"{IMPORT} --ignore-extra")
    assert held() == {ANN: "Ann"}


def test_bad_rows_of_numbers_are_refused_with_their_reason(
    run: Run, server: Gateway, write: Write
) -> None:
    write(f'phone,name\n{ANN},"Ann" Lee\n{BOB},Bob\n{CY}\0,Cy\n')
    add = "suppress add @people.csv --map phone=mobile_number"
    exclude = f"messages send --to {DI} -m Hi --exclude people.csv --map phone=mobile_number"
    for line in (add, exclude):
        failed = run(line, code=2)
        assert "text follows a closing quote" in failed.stderr
        assert "phone: contains the control character U+0000 (NUL)" in failed.stderr
    assert run("suppress list -o json").json == []
