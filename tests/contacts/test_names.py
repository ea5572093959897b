"""Names of columns and fields: which are the same, and the tags that new fields get."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.tables.names import TAG, normalized, tag_of, unique_tag
from tests.conftest import Run

LETTERS = st.text(st.characters(categories=["L", "M", "N"]))


def write(home: Path, *lines: str) -> None:
    (home / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def held(run: Run) -> dict[str, object]:
    (contact,) = run("contacts list People -o json").json
    return dict(contact)


@pytest.mark.parametrize(
    ("label", "column"),
    [
        ("Städte", unicodedata.normalize("NFD", "Städte")),
        ("Straße", "STRASSE"),
        ("First Name", "first-name"),
        ("Größe", "ＧＲÖＳＳＥ"),
        ("Zip\u200bcode", "zip code"),
        ("#", "#"),
    ],
)
def test_names_that_differ_in_form_alone_are_the_same(
    run: Run, people: Gateway, home: Path, label: str, column: str
) -> None:
    run(f"fields create People '{label}' --tag other")
    write(home, f"phone,{column}", "+12025550123,x")
    run("contacts import People a.csv")
    assert held(run)["other"] == "x"


@pytest.mark.parametrize(
    ("label", "column"),
    [("पता", "पति"), ("#", "%"), ("Bär", "Bar"), ("ที่", "ที"), ("قلم", "قلب"), ("+", "")],
)
def test_names_with_other_letters_marks_or_signs_are_not(
    run: Run, people: Gateway, home: Path, label: str, column: str
) -> None:
    run(f"fields create People '{label}' --tag other")
    write(home, f"phone,{column or 'x'}", "+12025550123,x")
    assert "no field for the columns" in run("contacts import People a.csv", code=2).stderr


def test_the_exact_label_comes_first_then_the_tag(run: Run, people: Gateway, home: Path) -> None:
    run("fields create People Name --tag nick")
    write(home, "phone,Name", "+12025550123,Annie")
    run("contacts import People a.csv")
    assert (held(run)["nick"], held(run)["name"]) == ("Annie", None)
    write(home, "phone,NAME,nick", "+12025550123,Ann,An")
    run("contacts import People a.csv --existing update")
    assert (held(run)["nick"], held(run)["name"]) == ("An", "Ann")


def test_a_name_of_several_fields_is_refused_with_the_options_that_decide(
    run: Run, people: Gateway, home: Path
) -> None:
    for tag in ("a", "b"):
        run(f"fields create People Note --tag {tag}")
    write(home, "phone,Note", "+12025550123,x")
    assert "--map Note=a or --map Note=b" in run("contacts import People a.csv", code=2).stderr
    run("contacts import People a.csv --map Note=b")
    assert held(run)["b"] == "x"


@pytest.mark.parametrize(
    ("column", "tag"),
    [
        ("Straße", "strasse"),
        ("Größe (cm)", "grosse_cm"),
        ("город", "gorod"),
        ("电话号", "dianhuahao"),
        ("2nd  Name", "2nd_name"),
        ("Ⅷ", "viii"),
        ("%", "field"),
    ],
)
def test_a_new_field_keeps_the_heading_and_gets_an_ascii_tag(
    run: Run, people: Gateway, home: Path, column: str, tag: str
) -> None:
    write(home, f"phone,{column}", "+12025550123,x")
    run("contacts import People a.csv --create-fields")
    field = people.store.rows("fields")[-1]
    assert (field["label"], field["tag"]) == (" ".join(column.split()), tag)
    assert held(run)[tag] == "x"
    run("contacts import People a.csv --existing update")  # the heading finds the field


def test_new_tags_are_unique(run: Run, people: Gateway, home: Path) -> None:
    write(home, "phone,Größe,Grosse,Namé,field,%", "+12025550123,a,b,c,d,e")
    run("contacts import People a.csv --create-fields")
    tags = ("grosse", "grosse_2", "name_2", "field", "field_2")
    assert [held(run)[tag] for tag in tags] == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("maps", "said"),
    [
        ("--map b=größe:text", "such as grosse"),
        ("--map b='my tag:text'", "such as my_tag"),
        ("--map b=created_at:text", "created_at is set by the server"),
        ("--map b=id", "id is set by the server"),
        ("--map b=c:dropdown", "needs its options"),
    ],
)
def test_all_new_fields_are_checked_before_the_first_is_made(
    run: Run, people: Gateway, home: Path, maps: str, said: str
) -> None:
    write(home, "phone,a,b", "+12025550123,x,y")
    assert said in run(f"contacts import People a.csv --create-fields {maps}", code=2).stderr
    assert [row["tag"] for row in people.store.rows("fields")] == ["name"]


def test_columns_of_the_server_are_left_out_by_name(run: Run, people: Gateway, home: Path) -> None:
    write(home, "ID,phone,name", "0042,+12025550123,Ann")
    said = run("contacts import People a.csv").stderr
    assert "columns skipped, as the server sets its own: ID" in said
    assert "--map ID=id_2:text" in said
    run("contacts import People a.csv --existing update --create-fields --map ID=id_2:text")
    assert held(run)["id_2"] == "0042"


@given(LETTERS)
def test_letters_of_a_name_are_kept(name: str) -> None:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = [each for each in folded if unicodedata.category(each)[0] in "LMN"]
    selectors = {chr(code) for code in range(0xFE00, 0xFE10)} | {
        chr(code) for code in range(0xE0100, 0xE01F0)
    }
    expected = "".join(each for each in kept if each not in selectors)
    assert normalized(name) == expected or not expected
    assert normalized(f" {name}-") == normalized(name) or not expected


@given(st.text(), st.sets(st.sampled_from(["field", "field_2", "a"])))
def test_a_tag_is_one_that_laravel_takes_and_free(name: str, taken: set[str]) -> None:
    assert TAG.fullmatch(tag_of(name))
    assert unique_tag(name, taken) not in taken
