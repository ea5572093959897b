"""Files that are no tables are named, with what to do."""

import io
import zipfile

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.tables.conftest import ANN, Write

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML = f"<table><tr><td>phone</td></tr><tr><td>{ANN}</td></tr></table>"


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return content.getvalue()


KINDS = {
    "damaged workbook": (archive("xl/workbook.xml")[:40], "a damaged workbook"),
    "zip": (archive("people.csv"), "a zip archive"),
    "Word": (archive("word/document.xml"), "a Word document"),
    "Numbers": (archive("Index/Document.iwa"), "an Apple Numbers"),
    "old Word": (OLD + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "an old Office document"),
    "password": (OLD + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "has a password"),
    "HTML": (HTML, "an HTML page"),
    "HTML with a head": (f"\ufeff\n<!DOCTYPE html>\n<html>{HTML}</html>", "an HTML page"),
    "HTML in UTF-16": (HTML.encode("utf-16"), "an HTML page"),
    "Excel XML": (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook>',
        "an Excel 2003 XML workbook",
    ),
    "XML": ('<?xml version="1.0"?><contacts/>', "an XML document"),
    "vCard": (f"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:{ANN}\r\nEND:VCARD\r\n", "a vCard file"),
    "HTML of rows": (f"<tr><td>phone</td></tr><tr><td>{ANN}</td></tr>", "an HTML page"),
    "LDIF": (f"dn: cn=Ann,mail=ann@example.org\nmobile: {ANN}\n", "an LDIF file"),
    "SQL": (f"-- phpMyAdmin SQL Dump\nINSERT INTO a VALUES ('{ANN}');\n", "an SQL script"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF document"),
    "JSON": (f'[{{"phone": "{ANN}"}}]', "a JSON document"),
    "JSON object": (f'{{\n  "phone": "{ANN}"\n}}', "a JSON document"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
    "JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
    "bzip2": (b"BZh91AY&SY", "a bzip2 archive"),
    "JSON numbers": ("[12025550123, 12025550124]", "a JSON document"),
    "program": (b"\x7fELF\x02\x01\x01" + bytes(200), "a binary file"),
    "binary": (bytes(range(256)) * 4, "a binary file"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "line",
    [
        "contacts import People people.xls",
        "contacts sync People people.xls --yes",
        "messages send --csv people.xls -m Hi --yes",
        "messages send --to @people.xls -m Hi --yes",
        "suppress add @people.xls",
    ],
)
def test_a_file_of_another_kind_is_named(
    run: Run, people: Gateway, write: Write, kind: str, line: str
) -> None:
    content, said = KINDS[kind]
    write(content, "people.xls")
    before = len(people.requests)
    failed = run(line, code=2)
    assert said in failed.stderr
    assert "hint: " in failed.stderr
    assert all(method == "GET" for method, _, _ in people.requests[before:])


@pytest.mark.parametrize(
    "content",
    ["[phone],[name]\n{0},Ann\n", "{{phone}},name\n{0},Ann\n", "<phone>,name\n{0},Ann\n"],
)
def test_signs_in_a_header_make_it_no_other_kind(
    run: Run, people: Gateway, write: Write, content: str
) -> None:
    write(content.format(ANN))
    run("contacts import People people.csv")


def test_sheets_are_those_of_workbooks(run: Run, people: Gateway, write: Write) -> None:
    write(f"phone,name\n{ANN},Ann\n")
    failed = run("contacts import People people.csv --sheet People", code=2)
    assert "people.csv is not a workbook" in failed.stderr
