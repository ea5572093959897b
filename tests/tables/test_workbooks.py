"""Workbooks are read as CSV is, with what a spreadsheet shows."""

import datetime
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.tables.conftest import ANN, BOB, CY, Held, Write

IMPORT = "contacts import People people.xlsx"
SHEET = "xl/worksheets/sheet1.xml"
Sheets = dict[str, Sequence[Sequence[Any]]]

ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
ROW = '<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'
CELL = (
    '<table:table-cell table:number-columns-repeated="{times}" office:value-type="string">'
    "<text:p>{text}</text:p></table:table-cell>"
)


def workbook(home: Path, sheets: Sheets, *, hidden: Sequence[str] = ()) -> None:
    """Write `people.xlsx`; a cell `=x` is a formula with this value."""
    with xlsxwriter.Workbook(home / "people.xlsx") as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, datetime.date | datetime.time):
                        sheet.write_datetime(number, place, cell, day)
                    elif isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(number, place, "=NA()", None, cell[1:])
                    else:
                        sheet.write(number, place, cell)
            if name in hidden:
                sheet.hide()


def opendocument(home: Path, rows: str) -> None:
    with zipfile.ZipFile(home / "people.ods", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", ODS.format(rows=rows))
        packed.writestr("META-INF/manifest.xml", "<manifest/>")


def test_a_workbook_is_imported_as_its_csv_would_be(run: Run, home: Path, held: Held) -> None:
    rows = [(ANN, "Jörg"), (12025550124, "Bob\nLee"), (CY, 'Cy; "x", y')]
    workbook(home, {"S": [("phone", "name"), *rows]})
    shown = run(f"{IMPORT} --region US")
    assert held() == {ANN: "Jörg", BOB: "Bob\nLee", CY: 'Cy; "x", y'}
    said = "1 of 6 cells are numbers: leading zeros are lost in the file itself"
    assert shown.stderr.count(said) == 1


def test_values_are_written_as_a_spreadsheet_means_them(
    run: Run, server: Gateway, home: Path
) -> None:
    moment = datetime.datetime(2031, 1, 31, 9, 30)
    row = (ANN, 42, 12.5, datetime.date(2031, 1, 31), moment, True, "0042")
    workbook(home, {"S": [("phone", "a", "b", "c", "d", "e", "f"), row]})
    line = "messages send --csv people.xlsx -m '{a} {b} {c} {d} {e} {f}' --dry-run"
    assert run(line).json[0]["body"]["message"] == (
        "42 12.5 2031-01-31 2031-01-31T09:30:00 TRUE 0042"
    )


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("=#N/A", "is the error #N/A"),
        ("=#DIV/0!", "is the error #DIV/0!"),
        ("#REF!", "is the error #REF!"),
        (1e15, "1.000000000000000e+15 has more digits than a spreadsheet keeps"),
        (12345678901234567890, "has more digits than a spreadsheet keeps"),
    ],
)
def test_lost_values_are_refused_where_they_are_used(
    run: Run, people: Gateway, home: Path, held: Held, cell: object, reason: str
) -> None:
    sheet = [("phone", "name", "x"), (ANN, "Ann", cell), (), (BOB, cell, "")]
    workbook(home, {"People": sheet})
    failed = run(f"{IMPORT} --ignore-extra -o json", code=2).error
    assert list(failed["errors"]) == ["row 4, name"]  # as the spreadsheet shows it
    assert reason in failed["errors"]["row 4, name"][0]
    send = "messages send --csv people.xlsx -m 'Hi {name}' --dry-run -o json"
    assert reason in run(send, code=2).error["errors"]["row 4, name"][0]
    run(f"{IMPORT} --ignore-extra --skip-bad", code=7)
    assert held() == {ANN: "Ann"}
    again = run("contacts import People people.xlsx.rejects.csv --ignore-extra -o json", code=2)
    assert reason in str(again.error["errors"])


@pytest.mark.parametrize("line", [IMPORT, "contacts sync People people.xlsx --yes"])
def test_of_several_sheets_one_is_named(
    run: Run, people: Gateway, home: Path, held: Held, line: str
) -> None:
    rows = [("phone", "name"), (ANN, "Ann")]
    workbook(home, {"One": rows, "Two": [*rows[:1], (BOB, "Bob")], "Empty": []})
    failed = run(line, code=2)
    assert "several sheets with rows: One, Two" in failed.stderr
    assert "--sheet 'One'" in failed.stderr
    assert "no sheet 'Three'" in run(f"{line} --sheet Three", code=2).stderr
    run(f"{line} --sheet Two")
    assert held() == {BOB: "Bob"}


def test_every_command_that_reads_a_table_takes_a_sheet(
    run: Run, server: Gateway, home: Path
) -> None:
    rows = [("phone", "name"), (ANN, "Ann")]
    workbook(home, {"One": rows, "Two": [*rows[:1], (BOB, "Bob")]})
    for line in ("messages send --dry-run", "messages preview"):
        run(f"{line} --csv people.xlsx --sheet Two -m 'Hi {{name}}'")
        run(f"{line} --to @people.xlsx --map phone=mobile_number --sheet Two -m Hi")
    for verb in ("add", "remove"):
        run(f"suppress {verb} @people.xlsx --map phone=mobile_number --sheet Two")


def test_a_hidden_sheet_is_not_in_the_way(
    run: Run, people: Gateway, home: Path, held: Held
) -> None:
    rows = [("phone", "name"), (ANN, "Ann")]
    workbook(home, {"One": rows, "Lists": [("gold",), ("silver",)]}, hidden=["Lists"])
    run(IMPORT)
    assert held() == {ANN: "Ann"}


def test_an_import_of_a_sheet_is_resumed_with_that_sheet(
    run: Run, people: Gateway, home: Path, held: Held
) -> None:
    people.faults.add("429 POST /contact-lists/*/contacts after=1 times=1 retry-after=9999")
    rows = [("phone", "name"), (ANN, "Ann"), (BOB, "Bob")]
    workbook(home, {"One": rows, "Two": rows})
    run(f"{IMPORT} --sheet Two --workers 1", code=7)
    run("imports resume 1")
    assert held() == {ANN: "Ann", BOB: "Bob"}


def test_rows_above_the_header_can_be_skipped(
    run: Run, people: Gateway, home: Path, held: Held
) -> None:
    workbook(home, {"S": [("Customers\n2031",), (), ("phone", "name"), (ANN, "Ann"), (1, "x")]})
    assert "row 3 looks like the header" in run(IMPORT, code=2).stderr
    failed = run(f"{IMPORT} --set skip_lines=2 -o json", code=2)
    assert list(failed.error["errors"]) == ["row 5, phone"]


def test_an_opendocument_sheet_is_read(run: Run, people: Gateway, home: Path, held: Held) -> None:
    header = "".join(CELL.format(times=1, text=text) for text in ("phone", "name"))
    row = "".join(CELL.format(times=1, text=text) for text in (ANN, "Ann"))
    opendocument(home, ROW.format(times=1, cells=header) + ROW.format(times=1, cells=row))
    run("contacts import People people.ods")
    assert held() == {ANN: "Ann"}


def test_what_would_fill_the_memory_is_refused(run: Run, people: Gateway, home: Path) -> None:
    cells = CELL.format(times=16_000, text="x")
    opendocument(home, ROW.format(times=1_000_000, cells=cells))
    assert "cannot be read" in run("contacts import People people.ods", code=2).stderr
    with xlsxwriter.Workbook(home / "people.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "phone")
        sheet.write(1_048_575, 16_383, "x")
    assert "1,048,576 rows and 16,384 columns" in run(IMPORT, code=2).stderr
    workbook(home, {"S": [("phone", "name"), (ANN, "Ann")]})
    with zipfile.ZipFile(home / "people.xlsx") as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    parts[SHEET] = parts[SHEET].replace(b'r="A2"', b'r="A99999999"')
    with zipfile.ZipFile(home / "people.xlsx", "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    assert "99,999,999 rows" in run(IMPORT, code=2).stderr
    with zipfile.ZipFile(home / "people.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"\0" * 100_000_000)
    assert "too large a workbook" in run(IMPORT, code=2).stderr


def test_without_the_package_the_extra_is_named(
    run: Run, people: Gateway, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbook(home, {"S": [("phone", "name"), (ANN, "Ann")]})
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    failed = run(IMPORT, code=2)
    assert "pip install 'smsgw-cli[xlsx]'" in failed.stderr
    assert people.store.rows("contacts") == []


def test_the_kind_of_a_file_is_its_content(
    run: Run, people: Gateway, home: Path, write: Write, held: Held
) -> None:
    workbook(home, {"S": [("phone", "name"), (ANN, "Ann")]})
    (home / "people.xlsx").rename(home / "people.csv")
    run("contacts import People people.csv")
    write(f"phone,name\n{BOB},Bob\n", "people.xlsx")
    run(IMPORT)
    assert held() == {ANN: "Ann", BOB: "Bob"}


def test_an_excluded_workbook_of_several_sheets_needs_one_to_be_named(
    run: Run, server: Gateway, home: Path
) -> None:
    workbook(home, {"Stop": [("phone",), (ANN,)], "Others": [("phone",), (BOB,)]})
    exclude = "--exclude people.xlsx --map phone=mobile_number"
    line = f"messages send --to {ANN},{BOB} -m Hi {exclude} --dry-run"
    assert "its sheet with --sheet" in run(line, code=2).stderr
    assert run(f"{line} --sheet Stop").json["body"]["mobile_numbers"] == [BOB]
