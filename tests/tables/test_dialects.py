"""The dialects of CSV: delimiter, quotes, header, and lines that are above it."""

import csv
import gzip
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.reader import table
from tests.conftest import Run
from tests.tables.conftest import ANN, BOB, Held, Write

IMPORT = "contacts import People people.csv"


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\nphone;name\n{0};Ann\n",
        "SEP=,\r\nphone,name\r\n{0},Ann\r\n",
        '"sep=;"\nphone;name\n{0};Ann\n',
        "\ufeffsep=\t\nphone\tname\n{0}\tAnn\n",
        '"phone", "name"\n"{0}", "Ann"\n',
        'phone,  "name"\n{0},  "Ann"\n',
        '"phone" ,"name" \n"{0}" ,"Ann" \n',
        "phone;name\n\xa0;\xa0\n{0};Ann\n ;\n;;;\n",
        '"phone";"na\nme"\n"{0}";"Ann"\n'.replace("na\nme", "\nname\n"),
        '"phone\n(mobile)","name"\n{0},Ann\n',
        "phone,name,,\n{0},Ann,,\n",
        ",phone,,name\n,{0},,Ann\n",
        "phone|name|note, with, commas\n{0}|Ann|a\n+12025550124|Bob|b,c\n".replace(
            "+12025550124|Bob|b,c\n", ""
        ),
    ],
    ids=[
        "sep", "SEP", "quoted sep", "sep of a tab", "blank before quotes", "blanks before quotes",
        "blank behind quotes", "rows of blanks", "line breaks in a name",
        "a line break in the first name", "empty ends",
        "empty columns", "commas in a name",
    ],
)  # fmt: skip
def test_tables_are_read_as_other_programs_write_them(
    run: Run, write: Write, held: Held, content: str
) -> None:
    write(content.format(ANN))
    run(f"{IMPORT} --ignore-extra")
    assert held() == {ANN: "Ann"}


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (r'"Ann \"Annie\" Lee"', 'Ann "Annie" Lee'),
        (r'"\"Ann\""', '"Ann"'),
        (r'"Ann \"A\", \"B\""', 'Ann "A", "B"'),
        (r'"back\\slash \"x\""', r'back\slash "x"'),
        (r'"C:\dir\"', "C:\\dir\\"),
        ('"Ann ""Annie"" Lee"', 'Ann "Annie" Lee'),
        ('TV 24"', 'TV 24"'),
        ('"Ann\nLee"', "Ann\nLee"),
        ('"Ann \\"A\\"\nLee"', 'Ann "A"\nLee'),
    ],
)
def test_quotes_in_a_cell_arrive(run: Run, write: Write, held: Held, cell: str, name: str) -> None:
    write(f"phone,name\n{ANN},{cell}\n{BOB},Bob\n")
    run(IMPORT)
    assert held() == {ANN: name, BOB: "Bob"}


@pytest.mark.parametrize(
    "content",
    [
        "name;amount;phone\nAnn;1,5;{0}\nBob;2,5;{1}\n",
        "name (first, last);phone\nAnn;{0}\nBob;{1}\n",
        "phone;name;note\n{0};Ann;a, b, c\n{1};Bob;d, e\n",
        "phone\tname\tnote\n{0}\tAnn\ta;b;c\n{1}\tBob\td;e\n",
        "phone,name,note\n{0},Ann,a|b|c\n{1},Bob,x\n",
        "name (last, first, title);phone\nLee, Ann, Dr;{0}\nLee, Bob, Dr;{1}\n",
    ],
    ids=[
        "decimal commas",
        "commas in a name",
        "commas in notes",
        "semicolons in notes",
        "bars",
        "commas in every name",
    ],
)
def test_the_delimiter_is_the_one_that_gives_most_rows_the_same_width(
    run: Run, people: Gateway, write: Write, content: str
) -> None:
    write(content.format(ANN, BOB))
    sent = run("messages send --csv people.csv -m 'Hi {phone}' --dry-run").json
    assert [each["body"]["message"] for each in sent] == [f"Hi {ANN}", f"Hi {BOB}"]


@pytest.mark.parametrize("given", ["^", "tab", "\\t", "|", "~"])
def test_a_delimiter_can_be_set(run: Run, write: Write, held: Held, given: str) -> None:
    character = "\t" if given in ("tab", "\\t") else given
    write(f"phone{character}name\n{ANN}{character}Ann, Lee; x\n")
    run(IMPORT, "--set", f"delimiter={given}")
    assert held() == {ANN: "Ann, Lee; x"}


@pytest.mark.parametrize("given", ["ab", "a", "1", '"'])
def test_what_is_no_delimiter_is_refused(
    run: Run, people: Gateway, write: Write, given: str
) -> None:
    write(f"phone,name\n{ANN},Ann\n")
    assert "delimiter" in run(IMPORT, "--set", f"delimiter={given}", code=2).stderr


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("Customers 2031,,\n,,\nphone,name,city\n{0},Ann,Oslo\n", 3),
        ("Customers 2031\n\nphone,name,city\n{0},Ann,Oslo\n", 3),
        ("Export of 1 May;\nphone;name\n{0};Ann\n{1};Bob\n", 2),
        ("Customers\n2031-05-01\nphone,name\n{0},Ann\n", 3),
    ],
)
def test_titles_above_the_header_are_told_and_can_be_skipped(
    run: Run, write: Write, held: Held, content: str, line: int
) -> None:
    write(content.format(ANN, BOB))
    failed = run(IMPORT, code=2)
    assert f"line {line} looks like the header" in failed.stderr
    assert f"--set skip_lines={line - 1}" in failed.stderr
    run(f"{IMPORT} --set skip_lines={line - 1}")
    assert held()[ANN] == "Ann"


def test_rows_below_skipped_lines_are_numbered_as_in_a_spreadsheet(
    run: Run, people: Gateway, write: Write
) -> None:
    write("Title\n\nphone,name\n12,Ann\n")
    failed = run(f"{IMPORT} --set skip_lines=2 -o json", code=2)
    assert list(failed.error["errors"]) == ["row 4, phone"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("phone,name,name\n{0},Ann,Lee\n", "duplicate column 'name'"),
        ("phone,name,\n{0},Ann,Lee\n", "column 3 has no name"),
    ],
)
def test_twins_and_columns_without_a_name_matter_only_if_they_are_used(
    run: Run, people: Gateway, write: Write, content: str, said: str
) -> None:
    write(content.format(ANN))
    assert said in run(IMPORT, code=2).stderr
    run("messages send --csv people.csv -m Hello --dry-run")
    if "duplicate" in said:
        failed = run("messages send --csv people.csv -m 'Hi {name}' --dry-run", code=2)
        assert said in failed.stderr
        run("suppress add @people.csv --map phone=mobile_number")
        failed = run("suppress add @people.csv --map name=mobile_number", code=2)
        assert said in failed.stderr


@pytest.mark.parametrize(
    "content",
    [
        ",phone,name\n0,,Bob\n1,{0},Ann\n",
        "phone,name,,\nnone,Bob,Lee,x\n{0},Ann,,\n",
        "name\n",
        "name,phone\nAnn,\nBob,none\n",
    ],
)
def test_a_header_with_empty_cells_is_still_the_header(
    run: Run, people: Gateway, write: Write, content: str
) -> None:
    write(content.format(ANN))
    failed = run(f"{IMPORT} --ignore-extra", code=2)
    assert "looks like the header" not in failed.stderr


def test_a_name_of_a_column_with_a_control_character_is_refused_if_it_is_used(
    run: Run, people: Gateway, write: Write
) -> None:
    write(f"phone,size\0\n{ANN},Ann\n")
    assert "U+0000 (NUL)" in run(f"{IMPORT} --create-fields", code=2).stderr
    assert len(people.store.rows("fields")) == 2
    run(f"{IMPORT} --ignore-extra")


def test_an_interrupted_import_is_resumed_with_its_delimiter_and_skipped_lines(
    run: Run, people: Gateway, write: Write, held: Held
) -> None:
    people.faults.add("429 POST /contact-lists/*/contacts after=1 times=1 retry-after=9999")
    write(f"Title, with^a caret\nphone^name\n{ANN}^Ann\n{BOB}^Bob\n")
    run(f"{IMPORT} --workers 1 --set delimiter=^ --set skip_lines=1", code=7)
    run("imports resume 1")
    assert held() == {ANN: "Ann", BOB: "Bob"}


CELLS = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    [' "x"', '"', '\\"', "a\nb", " a", "x, y", "=1", "\xa0", '""', "\\", "\r", 'a "b" c']
)
ROWS = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]),
    packed=st.booleans(),
)
def test_what_the_csv_module_writes_is_read_back_exactly(
    home: Path,
    rows: list[tuple[str, str]],
    delimiter: str,
    quoting: int,
    end: str,
    encoding: str,
    packed: bool,
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]  # one of the constants
    writer.writerows([("phone number", "name"), *rows])
    # The writer quotes those line breaks alone that are in its own.
    assume(quoting != csv.QUOTE_MINIMAL or end == "\r\n" or "\r" not in text.getvalue())
    # Without a mark, UTF-16 is recognized by characters that have a zero byte.
    assume(not encoding.endswith(("le", "be")) or text.getvalue().isascii())
    raw = text.getvalue().encode(encoding)
    path = home / "any.csv"
    path.write_bytes(gzip.compress(raw) if packed else raw)
    found = table(str(path), ReadOptions(delimiter=delimiter))
    read = list(found.rows())
    assert found.columns == ("phone number", "name")
    written = [row for row in rows if any(map(str.strip, row))]
    assert [tuple(row.cells.values()) for row in read] == written
    assert not any(row.problem for row in read)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.lists(
        st.binary(max_size=60)
        | st.sampled_from(
            [b'"', b"\n", b",", b"phone,name\n", b'"a\n', b'\\"', b"\x00", b"\xff\xfe", b"\xe9",
             b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b", b"sep=;\n", b' "x"']
        )
    ),
    options=st.sampled_from(
        [ReadOptions(), ReadOptions("cp1252"), ReadOptions("utf-16"), ReadOptions(None, ";", 1),
         ReadOptions(sheet="x")]
    ),
)  # fmt: skip
def test_any_bytes_are_a_table_or_are_refused(
    home: Path, content: list[bytes], options: ReadOptions
) -> None:
    path = home / "any.csv"
    path.write_bytes(b"".join(content))
    try:
        found = table(str(path), options)
        rows = list(found.rows())
    except Usage:
        return
    assert all(tuple(row.cells) == found.columns for row in rows)
    with suppress(Usage):
        list(found.differences(found.columns))


def test_of_twins_the_hint_offers_only_what_is_accepted(
    run: Run, people: Gateway, write: Write
) -> None:
    write(f"phone,phone,name\n{ANN},{BOB},Ann\n")
    for line in (IMPORT, "messages send --csv people.csv -m Hi -n"):
        failed = run(line, code=2)
        assert "hint: give every column a unique name in the first row" in failed.stderr
    write(f"phone,phone,tel\n{ANN},{BOB},{ANN}\n")
    failed = run(f"{IMPORT} --ignore-extra", code=2)
    assert "hint: choose one with --map tel=mobile_number\n" in failed.stderr
    run(f"{IMPORT} --ignore-extra --map tel=mobile_number")


@pytest.mark.parametrize(
    "above",
    ["Report,2031-01-31\n", '"EXTF",700,21,"Contacts",20310131120000000,,"A"\n'],
    ids=["a date", "numbers"],
)
def test_values_above_the_header_are_no_names(
    run: Run, write: Write, held: Held, above: str
) -> None:
    write(f"{above}Name,Telefon\nAnn,{ANN}\nBob,{BOB}\n")
    assert "line 2 looks like the header" in run(IMPORT, code=2).stderr
    run(f"{IMPORT} --set skip_lines=1")
    assert held() == {ANN: "Ann", BOB: "Bob"}


@pytest.mark.parametrize(
    "line",
    [
        IMPORT,
        f"{IMPORT} --map {ANN}=mobile_number --ignore-extra",
        "messages send --csv people.csv -m Hi -n",
        f"suppress add @people.csv --map {ANN}=mobile_number",
    ],
)
def test_a_first_row_of_values_is_not_lost_as_a_header(
    run: Run, people: Gateway, write: Write, line: str
) -> None:
    write(f"{ANN},Ann\n{BOB},Bob\n")
    failed = run(line, code=2)
    assert f"the first row must have the column names, but has '{ANN}'" in failed.stderr
