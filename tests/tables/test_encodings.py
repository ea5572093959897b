"""Files in any encoding: UTF-8 and UTF-16 are read, others are told, and a doubt is no guess."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run
from tests.output.terminal import on_terminal
from tests.tables.conftest import ANN, BOB, Held, Write

SEND = "messages send --csv people.csv -m 'Hi {name}' --dry-run"
READERS = [
    "contacts import People people.csv",
    "contacts sync People people.csv --yes",
    "messages send --csv people.csv -m 'Hi {name}' --yes",
]
WESTERN = f"phone,name,city\n{ANN},Jörg,Köln\n{BOB},Müller,Oslo\n"
CZECH = f"phone,name,city\n{ANN},Jiří Dvořák,Plzeň\n{BOB},Tomáš,Třebíč\n"
RUSSIAN = f"phone;name\n{ANN};Анна\n{BOB};Борис\n"


def changes(server: Gateway) -> list[str]:
    return [path for method, path, _ in server.requests if method != "GET"]


@pytest.mark.parametrize("line", READERS)
def test_certain_text_of_old_spreadsheets_is_read_and_told(
    run: Run, write: Write, held: Held, line: str
) -> None:
    write(WESTERN, encoding="cp1252")
    assert "note: read as cp1252 (override with --encoding)" in run(line).stderr
    if line.startswith("messages"):
        assert "Hi Jörg" in run("messages list -c content").stdout
    else:
        assert held()[ANN] == "Jörg"


@pytest.mark.parametrize("line", READERS)
@pytest.mark.parametrize("content", [CZECH, RUSSIAN], ids=["Czech", "Russian"])
def test_what_could_be_read_otherwise_is_refused_off_a_terminal(
    run: Run, people: Gateway, write: Write, line: str, content: str
) -> None:
    encoding = "cp1250" if content == CZECH else "cp1251"
    write(content, encoding=encoding)
    before = changes(people)
    failed = run(line, code=2)
    assert "its encoding is not certain; row 2, name: " in failed.stderr
    assert f"--encoding {encoding}" in failed.stderr
    assert changes(people) == before  # --yes is no answer to it


@pytest.mark.parametrize(
    ("content", "encoding"),
    [(CZECH, "cp1250"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (WESTERN, "mac-roman")],
    ids=["cp1250", "cp1251", "koi8-r", "mac-roman"],
)
def test_an_encoding_that_is_given_is_taken(
    run: Run, write: Write, held: Held, content: str, encoding: str
) -> None:
    write(content, encoding=encoding)
    run(f"contacts import People people.csv --ignore-extra --encoding {encoding}")
    assert held()[ANN] in content


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("山田太郎", "shift_jis"),
        ("张三", "gbk"),
        ("김철수", "euc-kr"),
        ("สมชาย", "cp874"),
        ("Γιώργος", "cp1253"),
        ("Wałęsa", "cp1250"),
        ("Jörg", "mac-roman"),  # Jšrg in cp1252, which reads well
        ("Jörg", "cp850"),
        ("Çağrı", "cp1254"),
        ("Žydrūnas", "cp1257"),
        ("O’Brien", "cp1252"),  # OíBrien on a Mac
        ("5 €", "iso-8859-15"),
    ],
)
def test_names_that_other_encodings_read_well_are_asked_for(
    run: Run, people: Gateway, write: Write, content: str, encoding: str
) -> None:
    write(f"phone,name\n{ANN},{content}\n", encoding=encoding)
    assert "--encoding" in run(SEND, code=2).stderr


@pytest.mark.parametrize(
    ("content", "encoding", "hints"),
    [
        ("Jörg Müller", "mac-roman", "--encoding cp1252 or --encoding mac-roman"),
        ("Jörg Müller", "cp850", "--encoding cp437 or --encoding cp1252"),
        ("Анна Петрова", "cp866", "--encoding cp866"),
        ("Ayşe Yıldız", "cp1254", "--encoding cp1252 or --encoding cp1254"),
        ("O’Brien – Lee", "cp1252", "--encoding cp1252\n"),
    ],
)
def test_the_hint_names_the_encodings_that_make_text_of_the_cell(
    run: Run, people: Gateway, write: Write, content: str, encoding: str, hints: str
) -> None:
    write(f"phone,name\n{ANN},{content}\n", encoding=encoding)
    for line in (SEND, "contacts import People people.csv"):
        failed = run(f"{line} --output table", code=2).stderr
        assert repr(content) in failed
        assert f"hint: set it, as with {hints}" in failed


@pytest.mark.parametrize("name", ["Zoë", "José", "François", "Søren", "Núñez", "Straße", "João"])
def test_a_single_western_name_is_certain(
    run: Run, server: Gateway, write: Write, name: str
) -> None:
    write(f"phone,name\n{ANN},{name}\n", encoding="cp1252")
    assert run(SEND).json[0]["body"]["message"] == f"Hi {name}"


def test_columns_that_are_not_used_do_not_matter(run: Run, people: Gateway, write: Write) -> None:
    write(RUSSIAN, encoding="cp1251")
    sent = run("messages send --csv people.csv -m Hello --dry-run")
    assert "read as cp1251" in sent.stderr
    assert len(sent.json) == 1
    run("contacts import People people.csv --map name= --dry-run")


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1)])
def test_a_terminal_is_shown_the_first_cell_and_asked(
    people: Gateway, write: Write, held: Held, answer: str, code: int
) -> None:
    write(f"phone;name\n+12025550100;Ann\n{ANN};Анна\n", encoding="cp1251")
    seen = on_terminal("contacts import People people.csv", answer=lambda: answer)
    assert seen.exit_code == code
    assert "row 3, name: 'Анна' (cp1251) or 'Àííà' (cp1252, iso-8859-15, cp1254)" in seen.shown
    assert "Read it as cp1251?" in seen.shown
    assert held().get(ANN) == ("Анна" if code == 0 else None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"phone,name\n{ANN},Jörg\n".encode() + b"+12025550124,S\xf8ren\n", "line 3 is not UTF-8"),
        (b"phone,name\n+12025550123,S\xf8ren\n" * 3 + "+12025550124,Jörg\n".encode(),
         "line 7 is UTF-8, but 3 other lines are not (first: line 2)"),
        (f"phone,name\n{ANN},Jörg\n{BOB},Zoë".encode()[:-1], "line 3 is not UTF-8"),
    ],
    ids=["one foreign line", "one UTF-8 line", "cut inside a character"],
)  # fmt: skip
@pytest.mark.parametrize("line", READERS)
def test_a_file_in_two_encodings_is_refused_with_the_line(
    run: Run, people: Gateway, write: Write, line: str, content: bytes, said: str
) -> None:
    write(content)
    before = changes(people)
    failed = run(line, code=2)
    assert said in failed.stderr
    assert "--encoding" in failed.stderr
    assert changes(people) == before


def test_of_a_file_in_two_encodings_one_can_be_chosen(run: Run, write: Write, held: Held) -> None:
    write(f"phone,name\n{ANN},Jorg\n".encode() + b"+12025550124,S\xf8ren\n# \xc3\xb6,\n")
    run("contacts import People people.csv --encoding cp1252 --skip-bad", code=7)
    assert held() == {ANN: "Jorg", BOB: "Søren"}


@pytest.mark.parametrize(
    "encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-8-sig", "utf-8"]
)
@pytest.mark.parametrize("content", [WESTERN, RUSSIAN], ids=["Western", "Russian"])
def test_unicode_is_recognized_with_and_without_a_mark(
    run: Run, write: Write, held: Held, encoding: str, content: str
) -> None:
    write(content, encoding=encoding)
    shown = run("contacts import People people.csv")
    assert "read as" not in shown.stderr
    assert len(held()) == 2
    assert held()[ANN] in content


def test_the_line_that_does_not_fit_the_given_encoding_is_named(
    run: Run, people: Gateway, write: Write
) -> None:
    write(WESTERN, encoding="cp1252")
    failed = run("contacts import People people.csv --encoding utf-8", code=2)
    assert "is not utf-8 text, line 2" in failed.stderr


@pytest.mark.parametrize("line", [*READERS, "suppress add @people.csv --map phone=mobile_number"])
@pytest.mark.parametrize(
    "name", ["hex", "rot13", "klingon", "utf-99", "idna", "punycode", "unicode_escape", "undefined"]
)
def test_an_unknown_encoding_is_refused(
    run: Run, people: Gateway, write: Write, line: str, name: str
) -> None:
    write(WESTERN)
    assert f"unknown encoding '{name}'" in run(f"{line} --encoding {name}", code=2).stderr


@pytest.mark.parametrize(
    "line",
    [
        "suppress add @people.csv --map phone=mobile_number",
        "suppress remove @people.csv --map phone=mobile_number",
        "messages send --to @people.csv --map phone=mobile_number -m Hi",
        "messages send --to +12025550177 --exclude @people.csv --map phone=mobile_number -m Hi",
        "messages preview --csv people.csv -m 'Hi {name}'",
    ],
)
def test_every_command_that_reads_a_table_tells_a_foreign_encoding(
    run: Run, server: Gateway, write: Write, line: str
) -> None:
    run(f"suppress add {ANN} {BOB} +12025550199")
    write(RUSSIAN.replace("name", "name;x"), encoding="cp1251")
    allow = " --allow suppressed" if line.startswith("messages") else ""
    assert "read as cp1251" in run(f"{line}{allow}").stderr


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "cp1251", "utf-8"])
def test_a_file_of_numbers_may_have_comments_in_any_encoding(
    run: Run, server: Gateway, write: Write, encoding: str
) -> None:
    comment = "# Анна" if encoding == "cp1251" else "# geschäftlich"
    write(f"{comment}\n+1 202 555 0123 {comment}\r\n{BOB}\n", "numbers.txt", encoding)
    run("suppress add @numbers.txt")
    assert {each["number"] for each in run("suppress list -o json").json} == {ANN, BOB}


def test_comments_in_two_encodings_are_no_reason_to_refuse_numbers(
    run: Run, server: Gateway, write: Write, home: Path
) -> None:
    write(f"{ANN} # Jörg\n".encode() + b"+12025550124 # S\xf8ren\n", "numbers.txt")
    sent = run("messages send --to @numbers.txt -m Hi --dry-run").json
    assert sent["body"]["mobile_numbers"] == [ANN, BOB]


def test_a_mark_of_utf8_is_no_part_of_a_name_though_the_encoding_is_given(
    run: Run, write: Write, held: Held
) -> None:
    write(f"phone,name\n{ANN},Jörg\n", encoding="utf-8-sig")
    run("contacts import People people.csv --encoding UTF-8")
    assert held() == {ANN: "Jörg"}


def test_an_encoding_that_was_confirmed_is_not_asked_for_when_the_import_is_resumed(
    run: Run, people: Gateway, write: Write, held: Held
) -> None:
    people.faults.add("429 POST /contact-lists/*/contacts after=1 times=1 retry-after=9999")
    write(RUSSIAN, encoding="cp1251")
    line = "contacts import People people.csv --workers 1"
    assert on_terminal(line, answer=lambda: "y\n").exit_code == 7
    run("imports resume 1")
    assert held() == {ANN: "Анна", BOB: "Борис"}


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16"), ("utf-32",) * 2],
)
def test_wide_encodings_can_be_given(
    run: Run, write: Write, held: Held, encoding: str, name: str
) -> None:
    write(WESTERN, encoding=encoding)
    run(f"contacts import People people.csv --encoding {name}")
    assert held() == {ANN: "Jörg", BOB: "Müller"}


@pytest.mark.parametrize("encoding", ["shift-jis", "utf-8", "utf-16"])
def test_the_encoding_of_csv_is_that_of_the_excluded_file_if_it_can_be(
    run: Run, server: Gateway, write: Write, encoding: str
) -> None:
    write(f"電話,name\n{ANN},山本太郎\n{BOB},花子\n", encoding="shift-jis")
    write(f"電話,name\n{ANN},山本太郎\n", "stop.csv", encoding)
    options = "--exclude stop.csv --map 電話=mobile_number --encoding shift-jis --dry-run"
    sent = run(f"messages send --csv people.csv -m Hi {options}").json
    assert [each["body"]["mobile_numbers"] for each in sent] == [[BOB]]
    alone = run(f"messages send --to {ANN},{BOB} -m Hi {options}")
    assert alone.json["body"]["mobile_numbers"] == [BOB]
