"""Values as spreadsheets, databases and people write them: kept as they are, or refused."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsgw_cli.contacts.field_plan import TypeInference
from smsgw_cli.contacts.number_values import is_exact, number
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sms.notation import Notation
from tests.conftest import Run

OPTIONS = {"gold": "Gold", "s": "Silver", "x,y": "Very large", "None": "None"}
KINDS = ("number", "date", "time", "datetime-local", "checkbox", "text", "dropdown", "multiselect")


@pytest.fixture
def fields(people: Gateway) -> Gateway:
    """`People` with a field of each kind, whose tag is the kind."""
    choices = json.dumps([{"value": value, "label": label} for value, label in OPTIONS.items()])
    with people.store.writing():
        for kind in KINDS:
            options = choices if kind in ("dropdown", "multiselect") else None
            field = {"contact_list_id": 1, "label": kind, "tag": kind, "type": kind}
            people.store.insert(
                "fields", {**field, "options": options, "required": 0, "created_at": 0}
            )
    return people


def write(home: Path, tag: str, text: str, delimiter: str = ",") -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    (home / "a.csv").write_text(f"phone{delimiter}{tag}\n+12025550123{delimiter}{quoted}\n")


def held(run: Run, tag: str) -> Any:
    return run("contacts list People -o json").json[0][tag]


def refused(run: Run, line: str = "") -> str:
    found = run(f"contacts import People a.csv {line} -o json", code=2).error
    ((reason,),) = found["errors"].values()
    return str(reason)


TAKEN = [
    ("date", "2031-01-31 00:00:00", "2031-01-31"),
    ("date", "2031-01-31T00:00:00.000Z", "2031-01-31"),
    ("date", "1/31/2031 12:00:00 AM", "2031-01-31"),
    ("date", "31.01.2031", "2031-01-31"),
    ("date", "31. 1. 2031", "2031-01-31"),
    ("date", "1/31/2031", "2031-01-31"),
    ("date", "31-01-2031", "2031-01-31"),
    ("date", "2/2/2031", "2031-02-02"),
    ("date", "2031/1/31", "2031-01-31"),
    ("date", "20310131", "2031-01-31"),
    ("date", "2031年1月31日", "2031-01-31"),
    ("date", "31-Jan-2031", "2031-01-31"),
    ("date", "January 31st, 2031", "2031-01-31"),
    ("date", "0000-00-00", None),
    ("date", "0000-00-00 00:00:00", None),
    ("date", "0/0/00", None),
    ("time", "9:30", "09:30"),
    ("time", "9:30:00", "09:30"),
    ("time", "3:10 pm", "15:10"),
    ("time", "12:00 AM", "00:00"),
    ("time", "12:05 p.m.", "12:05"),
    ("time", "3pm", "15:00"),
    ("time", "23:59:00.000", "23:59"),
    ("datetime-local", "2031-01-31 17:30", "2031-01-31T17:30"),
    ("datetime-local", "31.1.2031 17:30:00", "2031-01-31T17:30"),
    ("datetime-local", "1/31/2031, 5:30 PM", "2031-01-31T17:30"),
    ("datetime-local", "Jan 31, 2031 17:30", "2031-01-31T17:30"),
    ("datetime-local", "2031-01-31", "2031-01-31T00:00"),
    ("number", "1,234", 1234),
    ("number", "1,234.50", 1234.5),
    ("number", "1.234,50", 1234.5),
    ("number", "1 234.5", 1234.5),
    ("number", "1'234'567", 1234567),
    ("number", "12,34,567", 1234567),
    ("number", "−5.0", -5),
    ("number", "0.50", 0.5),
    ("number", "9007199254740993", 9007199254740993),
    ("dropdown", "gold ", "gold"),
    ("dropdown", "GOLD", "gold"),
    ("dropdown", "silver", "s"),
    ("dropdown", "very  Large", "x,y"),
    ("dropdown", "None", "None"),
    ("dropdown", "NULL", None),
    ("multiselect", "gold;s", ["gold", "s"]),
    ("multiselect", "Gold | Very large", ["gold", "x,y"]),
    ("multiselect", "gold\nSILVER", ["gold", "s"]),
    ("multiselect", "x,y", ["x,y"]),
    ("multiselect", "gold, Silver", ["gold", "s"]),
    ("text", r"\N", None),
    ("text", "#N/A", None),
    ("text", "#NV", None),
    ("text", "NaN", None),
    ("text", "Null", "Null"),
    ("text", "NA", "NA"),
    ("text", '="0042"', "0042"),
    ("text", "0042", "0042"),
    ("text", "'Tis", "'Tis"),
    ("text", "'-5 %", "'-5 %"),
]


@pytest.mark.parametrize(("tag", "text", "value"), TAKEN)
def test_a_value_is_taken_however_it_is_written(
    run: Run, fields: Gateway, home: Path, tag: str, text: str, value: Any
) -> None:
    write(home, tag, text)
    run("contacts import People a.csv")
    assert held(run, tag) == value


@pytest.mark.parametrize(
    ("tag", "text", "said"),
    [
        (
            "date",
            "1/2/2031",
            "first; --map date=date:dmy or --map date=date:mdy says which",
        ),
        ("date", "01.02.2031", "may be day or month first"),
        ("date", "1/2/31", "year of two digits"),
        ("date", "45321", "number of a day in a spreadsheet (2024-01-30)"),
        ("date", "31.02.2031", "is not a date"),
        ("date", "2031-01-31 14:00:00", "has a time of day, which a date would lose"),
        ("date", "1/31/2031 2:00 PM", "has a time of day"),
        ("date", "soon", "is not a date"),
        ("time", "24:00", "is not a time"),
        ("time", "13:10 pm", "is not a time"),
        ("time", "930", "is not a time"),
        ("time", "9", "is not a time"),
        ("time", "09:30:00.5", "fraction of a second"),
        ("datetime-local", "2031-01-31T17:30Z", "without a time zone"),
        ("number", "01067", "begins with a zero"),
        ("number", "+5", "is not a number"),
        ("number", "1e5", "is not a number"),
        ("number", "6.28E+11", "is not a number"),
        ("number", "12,5", "--set decimal=,"),
        ("number", "5 %", "is not a number"),
        ("number", "1,23", "is not a number"),
        ("number", "0.12345678901234567890", "more digits than a number can hold"),
        ("number", "12345678901234567890123", "more digits than a number can hold"),
        ("number", "١٢", "is not a number"),
        ("dropdown", "gol", "is not one of its options"),
        ("dropdown", "gold+", "is not one of its options"),
        ("multiselect", "gold;bronze", "has 'bronze', which is not one of its options"),
        ("checkbox", "maybe", "is not true or false"),
        ("text", "#REF!", "is a spreadsheet error"),
        ("text", "#DIV/0!", "is a spreadsheet error"),
    ],
)
def test_a_value_that_would_become_another_one_is_refused(
    run: Run, fields: Gateway, home: Path, tag: str, text: str, said: str
) -> None:
    write(home, tag, text)
    assert said in refused(run)
    assert fields.store.rows("contacts") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", 12.5),
        ("1.234,50", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u202f234,5", 1234.5),
        ("1,234", 1.234),
        ("12.5", 12.5),
        ("0.125", 0.125),
        ("1.234.567", 1234567),
        ("-0,50", -0.5),
    ],
)
def test_a_file_with_semicolons_has_decimal_commas(
    run: Run, fields: Gateway, home: Path, text: str, value: float
) -> None:
    write(home, "number", text, ";")
    run("contacts import People a.csv")
    assert held(run, "number") == value


def test_thousands_that_may_be_a_fraction_are_refused_until_the_sign_is_known(
    run: Run, fields: Gateway, home: Path
) -> None:
    write(home, "number", "1.234", ";")
    assert "--set decimal=, or --set decimal=." in refused(run)
    run("contacts import People a.csv --set decimal=,")
    assert held(run, "number") == 1234
    run("contacts import People a.csv --set decimal=. --existing update")
    assert held(run, "number") == 1.234


@pytest.mark.parametrize(
    ("options", "day"),
    [
        ("--map date=date:dmy", "2031-02-01"),
        ("--map date=date:mdy", "2031-01-02"),
        ("--set dates=dmy", "2031-02-01"),
        ("--set dates=mdy --map date=date:dmy", "2031-02-01"),
        ("--region DE", "2031-02-01"),
        ("--region US", "2031-01-02"),
    ],
)
@pytest.mark.parametrize("verb", ["import", "sync"])
def test_the_order_of_day_and_month_is_known_from_options_or_the_region(
    run: Run, fields: Gateway, home: Path, options: str, day: str, verb: str
) -> None:
    write(home, "date", "1/2/2031")
    run(f"contacts {verb} People a.csv {options} --yes")
    assert held(run, "date") == day


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ("--region US", "31/1/2031"),
        ("--region US", "1.2.2031"),
        ("--region CA", "1/2/2031"),
        ("--region CN", "1/2/2031"),
        ("--map date=date:dmy", "1/31/2031"),
        ("--set dates=ymd", "31.1.2031"),
    ],
)
def test_a_date_that_contradicts_the_order_is_refused(
    run: Run, fields: Gateway, home: Path, options: str, text: str
) -> None:
    write(home, "date", text)
    assert "date" in refused(run, options)


@pytest.mark.parametrize("text", ["1.234", "0.5", "12,5"])
def test_no_fraction_is_inferred_where_a_point_may_separate_thousands(
    run: Run, people: Gateway, home: Path, text: str
) -> None:
    write(home, "new", text, ";")
    run("contacts import People a.csv --create-fields")
    assert held(run, "new") == text


def test_an_order_makes_a_new_field_a_date(run: Run, people: Gateway, home: Path) -> None:
    write(home, "Born", "1/2/2031")
    run("contacts import People a.csv --create-fields --map Born=born:dmy")
    assert held(run, "born") == "2031-02-01"
    assert people.store.rows("fields")[-1]["type"] == "date"
    write(home, "name", "1/2/2031")
    said = run("contacts import People a.csv --map name=name:dmy", code=2).stderr
    assert "the type of the field name is text, not date or datetime-local" in said


def test_a_resumed_import_converts_as_it_began(run: Run, fields: Gateway, home: Path) -> None:
    rows = "".join(f"+1202555012{n};1/2/203{n};1.23{n}\n" for n in range(3))
    (home / "a.csv").write_text(f"phone;date;number\n{rows}")
    fields.faults.add("401 POST /contact-lists/*/contacts after=1")
    options = "--set dates=mdy --set decimal=, --workers 1"
    run(f"contacts import People a.csv {options}", code=7)
    fields.faults.clear()
    run("imports resume 1")
    contacts = run("contacts list People -o json").json
    assert {each["date"] for each in contacts} == {f"203{n}-01-02" for n in range(3)}
    assert {each["number"] for each in contacts} == {1230, 1231, 1232}


YES_AND_NO = [
    ("WAHR", "FALSCH"),
    ("VRAI", "FAUX"),
    ("VERDADERO", "FALSO"),
    ("VERO", "FALSO"),
    ("VERDADEIRO", "FALSO"),
    ("WAAR", "ONWAAR"),
    ("PRAWDA", "FAŁSZ"),
    ("PRAVDA", "NEPRAVDA"),
    ("IGAZ", "HAMIS"),
    ("SANT", "FALSKT"),
    ("TOSI", "EPÄTOSI"),
    ("DOĞRU", "YANLIŞ"),
    ("ИСТИНА", "ЛОЖЬ"),
    ("ΑΛΗΘΗΣ", "ΨΕΥΔΗΣ"),
    ("ja", "Nein"),
    ("oui", "NON"),
    ("sí", "no"),
    ("t", "f"),
    ("✓", "✗"),
    ("是", "否"),
]


@pytest.mark.parametrize(("yes", "no"), YES_AND_NO)
def test_yes_and_no_are_read_in_the_languages_of_spreadsheets(
    run: Run, fields: Gateway, home: Path, yes: str, no: str
) -> None:
    (home / "a.csv").write_text(
        f"phone,checkbox,subscribed\n+12025550123,{yes},{no}\n+12025550124,{no},{yes}\n"
    )
    run("contacts import People a.csv")
    found = {
        each["mobile_number"][-1]: (each["checkbox"], each["subscribed"])
        for each in run("contacts list People -o json").json
    }
    assert found == {"3": (True, False), "4": (False, True)}


def test_cells_that_say_null_are_empty_and_counted(run: Run, people: Gateway, home: Path) -> None:
    names = ["NULL", "None", "NULL", "Ann", r"\N"]
    rows = "".join(f"+1202555012{n},{name}\n" for n, name in enumerate(names))
    (home / "a.csv").write_text(f"phone,name\n{rows}")
    said = run("contacts import People a.csv").stderr
    assert r"cells read as empty: NULL (2), None (1), \N (1)" in said
    held = [each["name"] for each in run("contacts list People -o json").json]
    assert sorted(map(str, held)) == ["Ann", "None", "None", "None", "None"]
    assert held.count(None) == 4
    sent = run("messages send --csv a.csv -m 'Hi {name|there}'").stderr
    assert "NULL (2)" in sent
    texts = {row["content"] for row in people.store.rows("messages")}
    assert texts == {"Hi there", "Hi Ann"}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["10.50"], "text"),
        (["1.10", "2"], "text"),
        (["1.000"], "text"),
        (["1.0"], "text"),
        (["0.00001"], "text"),
        (["-0"], "text"),
        (["+5"], "text"),
        (["12,5"], "text"),
        (["10.5", "0", "-3"], "number"),
        (["1", "NULL"], "number"),
        (["2031-01-31", "0000-00-00"], "date"),
        (["1/31/2031"], "text"),
    ],
)
def test_a_new_field_has_the_type_that_changes_no_spelling(
    run: Run, people: Gateway, home: Path, values: list[str], kind: str
) -> None:
    rows = "".join(f'+1202555012{n},"{text}"\n' for n, text in enumerate(values))
    (home / "a.csv").write_text(f"phone,new\n{rows}")
    run("contacts import People a.csv --create-fields")
    assert people.store.rows("fields")[-1]["type"] == kind


@given(st.lists(st.floats(allow_nan=False).map(repr) | st.decimals().map(str) | st.text()))
def test_an_inferred_number_is_spelt_as_it_was(texts: list[str]) -> None:
    inference = TypeInference()
    for text in texts:
        inference.observe(text)
    if inference.kind == "number":
        for text in filter(None, map(str.strip, texts)):
            assert json.dumps(number(text)) == text


@given(
    st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([None, "."]),
)
def test_a_number_of_json_is_the_same_again(value: float, decimal: str | None) -> None:
    assert number(json.dumps(value), Notation(decimal=decimal)) == value


@given(st.text("0123456789.,-' e+", min_size=1, max_size=12), st.sampled_from([None, ".", ","]))
@example(",0000001", ",")
def test_a_number_has_the_digits_of_its_text(text: str, decimal: str | None) -> None:
    try:
        value = number(text, Notation(decimal=decimal, usual_decimal=decimal or "."))
    except ValueError:
        return
    if "e" in text:
        return
    digits = "".join(filter(str.isdigit, text))
    written = "".join(filter(str.isdigit, f"{Decimal(repr(value)):f}"))
    assert written.strip("0") == digits.strip("0")
    assert decimal == "," or not is_exact(text) or json.dumps(value) == text
