"""What was exported is imported and synced again without a difference, with any option."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

NASTY = [
    "'", "''", "'Tis", "'-5", "'=1", "''Quoted''", "=1+1", "+49 151", "-5 %", "@home", '="0042"',
    "\t=1", r"\N", "#N/A", "NULL", "None", "NaN", "0042", "1.10", "1e5", "0000-00-00", "#REF!",
    r"a\tb", r"C:\temp\new", "\\", "a,b;c|d", "a\nb", 'say "hi"', "＝1", "true", "[1]",
]  # fmt: skip
PIECES = [
    "'",
    "=",
    "+",
    "-",
    "@",
    '"',
    "\\",
    "N",
    "#",
    "/",
    "A",
    "0",
    ",",
    ";",
    "\n",
    "\t",
    " ",
    "ü",
]
TEXTS = (
    st.sampled_from(NASTY)
    | st.lists(st.sampled_from(PIECES)).map("".join)
    | st.text(st.characters(exclude_categories=["Cc", "Cs"]))
)
VALUES = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "number": st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False),
        "checkbox": st.booleans(),
        "many": st.sets(st.sampled_from(["a", "b,c"])).map(sorted),
    }
)
EXPORTS = [
    "contacts export 1 -o csv",
    "contacts export 1 -o excel",
    "contacts list 1 -o csv",
    "contacts list 1 -o excel",
]


@pytest.fixture
def client(run: Run, people: Gateway) -> Iterator[httpx.Client]:
    for kind in ("number", "checkbox", "date", "time"):
        run(f"fields create People {kind} --type {kind}")
    run("fields create People many --type multiselect --option a=A --option 'b,c=B;C'")
    headers = {"Authorization": f"Bearer {people.token}"}
    with httpx.Client(base_url=f"{people.url}/api/v1", headers=headers) as found:
        yield found


def hold(client: httpx.Client, people: Sequence[dict[str, Any]]) -> None:
    """Make the list hold a contact with each of these values."""
    for contact in client.get("contact-lists/1/contacts").json()["data"]:
        client.delete(f"contacts/{contact['id']}").raise_for_status()
    for number, values in enumerate(people, start=100):
        body = {"mobile_number": f"+12025550{number}", "subscribed": number % 2 == 0, **values}
        client.post("contact-lists/1/contacts", json=body).raise_for_status()


def assert_nothing_to_do(run: Run, home: Path, command: str) -> None:
    before = run("contacts list 1 -o json").json
    (home / "a.csv").write_text(run(command).stdout, encoding="utf-8", newline="")
    assert run("contacts sync 1 a.csv --dry-run -o json").json == []
    run("contacts import 1 a.csv --existing update")
    after = run("contacts list 1 -o json").json
    assert [{**each, "updated_at": 0} for each in after] == [
        {**each, "updated_at": 0} for each in before
    ]


@pytest.mark.parametrize("command", EXPORTS)
def test_texts_are_the_same_again(run: Run, client: httpx.Client, home: Path, command: str) -> None:
    hold(client, [{"name": text, "date": "2031-01-02", "time": "09:30"} for text in NASTY])
    assert_nothing_to_do(run, home, command)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(VALUES, max_size=5), command=st.sampled_from(EXPORTS))
@example(people=[{"name": "'", "number": 2.0**63}], command=EXPORTS[1])
def test_any_values_are_the_same_again(
    run: Run, client: httpx.Client, home: Path, people: list[dict[str, Any]], command: str
) -> None:
    hold(client, people)
    assert_nothing_to_do(run, home, command)


QUOTED = ['"', '""', '"Ann"', '"Ann" Lee', 'Ann "Lee"', ' "Ann"', "a\\nb\tc", '"\n"', "'Ann'"]


def test_tab_separated_values_are_the_same_again(
    run: Run, client: httpx.Client, home: Path
) -> None:
    hold(client, [{"name": text} for text in [*NASTY, *QUOTED]])
    assert_nothing_to_do(run, home, "contacts list 1 -o tsv")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(VALUES, max_size=5))
def test_any_tab_separated_values_are_the_same_again(
    run: Run, client: httpx.Client, home: Path, people: list[dict[str, Any]]
) -> None:
    hold(client, people)
    assert_nothing_to_do(run, home, "contacts list 1 -o tsv")


def test_rejects_of_tab_separated_values_are_the_same_again(
    run: Run, client: httpx.Client, home: Path
) -> None:
    hold(client, [{"name": text} for text in QUOTED])
    whole = run("contacts list 1 -o tsv").stdout
    (home / "a.tsv").write_text(whole.replace("+1", "x1"), encoding="utf-8", newline="")
    run("contacts import 1 a.tsv --skip-bad", code=7)
    rejects = (home / "a.tsv.rejects.csv").read_bytes().replace(b"x1", b"+1")
    (home / "b.tsv").write_bytes(rejects)
    assert run("contacts sync 1 b.tsv --dry-run -o json").json == []


@pytest.mark.parametrize("output", ["csv", "excel"])
def test_chosen_columns_are_the_same_again(
    run: Run, client: httpx.Client, home: Path, output: str
) -> None:
    texts = ["'Tis", "'-5", "''x''", "=1+1", "+49 151", "-5 %", "0042", "1.10"]
    hold(client, [{"name": text} for text in texts])
    assert_nothing_to_do(run, home, f"contacts list 1 -o {output} -c mobile_number,name")


def test_guards_of_other_programs_are_taken_off(run: Run, people: Gateway, home: Path) -> None:
    rows = "'+12025550123,'-5 %\n'+12025550124,'Tis\n"
    (home / "a.csv").write_text(f"mobile,name\n{rows}")
    run("contacts import People a.csv")
    (home / "b.csv").write_text("mobile,name\n202-555-0125,'=1\n'(202) 555 0126,''tis''\n")
    run("contacts import People b.csv --region US")
    held = {each["mobile_number"]: each["name"] for each in run("contacts list 1 -o json").json}
    assert {number[-1]: name for number, name in held.items()} == {
        "3": "-5 %",
        "4": "'Tis",
        "5": "=1",
        "6": "'tis''",
    }
