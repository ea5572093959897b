"""Which column of a file has the mobile numbers: the best one by its name, whatever the order."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.tables.number_columns import rank_of, ranks
from tests.conftest import Run

GOOD, OTHER = "+12025550177", "+12025550123"
BETTER = [
    ("Phone", "Mobile"),
    ("phone", "mobile_number"),
    ("Mobile", "Mobile Number"),
    ("Number", "Phone"),
    ("Telefon", "Handy"),
    ("Rufnummer", "Mobilnummer"),
    ("Téléphone", "Portable"),
    ("Tél.", "Tél. mobile"),
    ("Teléfono", "Móvil"),
    ("telefono", "Celular"),
    ("Telefono", "Cellulare"),
    ("Telefone", "Telemóvel"),
    ("Telefoon", "Mobiel"),
    ("Telefon", "Telefon komórkowy"),
    ("Telefon", "Mobilní telefon"),
    ("Telefon", "Mobil"),
    ("Puhelin", "Matkapuhelin"),
    ("Telefon", "Cep Telefonu"),
    ("Телефон", "Мобильный телефон"),
    ("Номер телефону", "Мобільний"),
    ("هاتف", "رقم الجوال"),
    ("טלפון", "טלפון נייד"),
    ("फ़ोन", "मोबाइल नंबर"),
    ("电话", "手机号码"),
    ("電話", "行動電話"),
    ("電話番号", "携帯電話番号"),
    ("전화번호", "휴대폰 번호"),
    ("No. Telp", "No. HP"),
    ("Phone Number", "Mobile Phone Number"),
    ("Phone", "Phone - Mobile"),
    ("Phone 1 - Value", "Mobile 2"),
]


def write(home: Path, *lines: str) -> None:
    (home / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def numbers(gateway: Gateway, table: str, key: str) -> set[str]:
    return {row[key] for row in gateway.store.rows(table)}


@pytest.mark.parametrize(("worse", "better"), BETTER)
@pytest.mark.parametrize("turned", [False, True])
def test_the_better_column_is_sent_to_and_the_other_named(
    run: Run, server: Gateway, home: Path, worse: str, better: str, turned: bool
) -> None:
    pairs = [(worse, OTHER), (better, GOOD)]
    header, row = zip(*pairs[:: -1 if turned else 1], strict=True)
    write(home, ",".join(header), ",".join(row))
    said = run("messages send --csv a.csv -m Hi").stderr
    assert numbers(server, "messages", "to_number") == {GOOD}
    assert f"numbers from {better!r}, not {worse!r}" in said


@pytest.mark.parametrize("verb", ["import", "sync"])
def test_imports_and_syncs_take_the_same_column(
    run: Run, people: Gateway, home: Path, verb: str
) -> None:
    write(home, "Number,Name,Mobile", f"1001,Ann,{GOOD}")
    assert "columns: Number" in run(f"contacts {verb} People a.csv --yes", code=2).stderr
    said = run(f"contacts {verb} People a.csv --create-fields --yes").stderr
    assert "numbers from 'Mobile', not 'Number'" in said
    (held,) = run("contacts list People -o json").json
    assert (held["mobile_number"], held["name"], held["number"]) == (GOOD, "Ann", 1001)


def test_files_of_numbers_take_the_same_column(run: Run, server: Gateway, home: Path) -> None:
    write(home, "Phone,Mobile,Land", f"{OTHER},{GOOD},US")
    said = run("suppress add @a.csv --map Land=region").stderr
    assert "note: a.csv: numbers from 'Mobile', not 'Phone'" in said
    assert [each["number"] for each in run("suppress list -o json").json] == [GOOD]
    run(f"messages send --to {OTHER} --exclude @a.csv --map Land=region -m Hi")
    assert numbers(server, "messages", "to_number") == {OTHER}


@pytest.mark.parametrize("delimiter", ",;\t|")
def test_a_usual_name_in_the_first_line_makes_a_file_a_table(
    run: Run, server: Gateway, home: Path, delimiter: str
) -> None:
    rows = ("Name,Phone,Mobile", f"Ann,{OTHER},{GOOD}", "Bob,,")
    write(home, *(row.replace(",", delimiter) for row in rows))
    run(f"messages send --to {OTHER},{GOOD} --exclude @a.csv -m Hi")
    assert numbers(server, "messages", "to_number") == {OTHER}
    assert "numbers from 'Mobile'" in run("suppress add @a.csv").stderr
    assert run("suppress remove @a.csv").stdout.split()[0] == GOOD
    assert "is not a phone number" in run("messages send --to @a.csv -m Hi", code=2).stderr


@pytest.mark.parametrize("first", ["# phone", "", f"{OTHER} # phone"])
def test_a_list_of_numbers_with_comments_is_no_table(run: Run, home: Path, first: str) -> None:
    write(home, first, GOOD)
    run("suppress add @a.csv")
    assert GOOD in [each["number"] for each in run("suppress list -o json").json]


def test_a_table_with_two_columns_of_one_rank_is_not_excluded(
    run: Run, server: Gateway, home: Path
) -> None:
    write(home, "Phone,Telefon", f"{OTHER},{GOOD}")
    line = f"messages send --to {GOOD} --exclude @a.csv -m Hi"
    assert "--map Telefon=mobile_number" in run(line, code=2).stderr
    assert server.requests == []


@pytest.mark.parametrize(
    "header",
    ["Phone,Telefon", "Mobile,Cell", "Phone 1 - Value,Phone 2 - Value", "Phone,Phone 2"],
)
@pytest.mark.parametrize(
    "line", ["contacts import People a.csv", "messages send --csv a.csv -m Hi"], ids=["i", "s"]
)
def test_two_columns_of_one_rank_are_refused_with_the_options_that_decide(
    run: Run, people: Gateway, home: Path, header: str, line: str
) -> None:
    write(home, header, f"{OTHER},{GOOD}")
    refused = run(line, code=2).stderr
    for column in header.split(","):
        quoted = f"'{column}=mobile_number'" if " " in column else f"{column}=mobile_number"
        assert f"--map {quoted}" in refused
    assert people.store.rows("contacts") == people.store.rows("messages") == []
    _, second = header.split(",")
    run(f"messages send --csv a.csv -m Hi --map '{second}=mobile_number'")
    assert numbers(people, "messages", "to_number") == {GOOD}


@pytest.mark.parametrize(
    "column", ["Home Phone", "Work Phone", "Business Phone", "Fax", "Fax Number", "Pager", "CEP"]
)
def test_a_landline_or_fax_is_only_taken_if_it_is_mapped(
    run: Run, server: Gateway, home: Path, column: str
) -> None:
    write(home, f"{column},Mobile", f"{OTHER},{GOOD}")
    run("messages send --csv a.csv -m Hi")
    assert numbers(server, "messages", "to_number") == {GOOD}
    write(home, f"{column},Name", f"{OTHER},Ann")
    assert "--map COLUMN=mobile_number" in run("messages send --csv a.csv -m Hi", code=2).stderr


def test_a_column_of_a_field_is_no_column_of_numbers(run: Run, people: Gateway, home: Path) -> None:
    run("fields create People Phone")
    write(home, "Phone,Cell", f"{OTHER},{GOOD}")
    run("contacts import People a.csv")
    (held,) = run("contacts list People -o json").json
    assert (held["mobile_number"], held["phone"]) == (GOOD, OTHER)
    write(home, "Phone,Name", f"{OTHER},Ann")
    refused = run("contacts import People a.csv", code=2).stderr
    assert "--map Phone=mobile_number" in refused


def test_a_better_column_that_belongs_to_a_field_is_not_passed_over(
    run: Run, people: Gateway, home: Path
) -> None:
    run("fields create People Mobile")
    write(home, "Phone,Mobile", f"{OTHER},{GOOD}")
    refused = run("contacts import People a.csv", code=2).stderr
    assert "--map Phone=mobile_number or --map Mobile=mobile_number" in refused


def test_every_usual_name_is_known_in_any_case_and_with_signs() -> None:
    for name, rank in ranks().items():
        assert rank_of(name.upper()) == rank
        assert rank_of(f" {name}: ") == rank
    assert rank_of("Name") is rank_of("") is rank_of("12") is None
