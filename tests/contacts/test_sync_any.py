"""Whatever a list and a file have in them: afterwards they agree, and nothing is left to do."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

NUMBERS = [f"+1202555012{each}" for each in range(5)]
FIELDS: dict[str, dict[str, Any]] = {
    "text": {},
    "textarea": {"default_value": "none yet"},
    "number": {"default_value": 5},
    "email": {},
    "dropdown": {"options": [("Red wine", "r"), ("White, dry", "w")]},
    "radio": {"options": [("Yes", "y"), ("No", "n")]},
    "multiselect": {"options": [("One", "1"), ("Two", "2"), ("T, h", "t,h")]},
    "checkbox": {"default_value": True},
    "date": {},
    "datetime-local": {},
    "time": {},
}
# Cells of each type, and what the server is to have then; an empty one is added to them all.
CELLS: dict[str, list[tuple[str, Any]]] = {
    "text": [("Ann", "Ann"), (" Ann  ", "Ann"), ("Ärger, \"so\"", 'Ärger, "so"'), ("0", "0")],
    "textarea": [("a\nb", "a\nb"), ("none yet", "none yet"), ("=1+1", "=1+1")],
    "number": [("1", 1), ("1.0", 1), ("-2.50", -2.5), ("1e+21", 1e21), ("5", 5), ("0", 0)],
    "email": [("a@b.cd", "a@b.cd"), (" a@b.cd", "a@b.cd")],
    "dropdown": [("r", "r"), ("Red wine", "r"), ("White, dry", "w")],
    "radio": [("y", "y"), ("No", "n")],
    "multiselect": [("1", {"1"}), ("2,1", {"1", "2"}), ("T, h", {"t,h"}), ('["1"]', {"1"})],
    "checkbox": [("yes", True), ("0", False), ("TRUE", True), ("off", False)],
    "date": [("2031-01-31", "2031-01-31"), ("20310131", "2031-01-31")],
    "datetime-local": [("2031-01-31 17:30:00", "2031-01-31T17:30")],
    "time": [("17:30", "17:30"), ("17:30:00", "17:30")],
}  # fmt: skip
NOTHING: dict[str, Any] = {
    "textarea": "none yet",
    "number": 5,
    "multiselect": set(),
    "checkbox": False,
}
SUBSCRIBED = st.sampled_from([("yes", True), ("no", False), ("", None)])


def cells(kind: str) -> st.SearchStrategy[tuple[str, Any]]:
    return st.sampled_from([*CELLS[kind], ("", NOTHING.get(kind))])


CONTACT = st.fixed_dictionaries({kind: cells(kind) for kind in CELLS})
LIST = st.dictionaries(st.sampled_from(NUMBERS), st.tuples(st.booleans(), CONTACT))
FILE = st.dictionaries(st.sampled_from(NUMBERS), st.tuples(SUBSCRIBED, CONTACT))
COLUMNS = st.sets(st.sampled_from([*CELLS, "subscribed"]))

Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(run: Run, server: Gateway) -> Iterator[Ask]:
    """Requests of our own to a gateway with a list that has a field of every type."""
    headers = {"Authorization": f"Bearer {server.token}"}
    with httpx.Client(base_url=f"{server.url}/api/v1", headers=headers) as client:

        def request(method: str, path: str, body: Any = None) -> httpx.Response:
            return client.request(method, path, json=body).raise_for_status()

        request("POST", "/contact-lists", {"name": "People"})
        for kind, others in FIELDS.items():
            options = [{"label": label, "value": each} for label, each in others.get("options", [])]
            field = {"label": kind, "tag": kind, "type": kind, "required": False, **others}
            request("POST", "/contact-lists/1/fields", {**field, "options": options or None})
        yield request


def held(ask: Ask) -> dict[str, dict[str, Any]]:
    """The contacts by number, options as sets."""
    contacts = ask("GET", "/contact-lists/1/contacts").json()["data"]
    for each in contacts:
        each["multiselect"] = set(each["multiselect"] or ())
        each["checkbox"] = bool(each["checkbox"])
    return {each["mobile_number"]: each for each in contacts}


def fill(ask: Ask, people: dict[str, Any]) -> None:
    for each in held(ask).values():
        ask("DELETE", f"/contacts/{each['id']}")
    for number, (subscribed, values) in people.items():
        said = {kind: sorted(v) if isinstance(v, set) else v for kind, (_, v) in values.items()}
        body = {"mobile_number": number, "subscribed": subscribed, **said}
        ask("POST", "/contact-lists/1/contacts", body)


def write(path: Path, columns: list[str], rows: dict[str, Any]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["phone", *columns])
        for number, (subscribed, values) in rows.items():
            texts = {**values, "subscribed": subscribed}
            writer.writerow([number, *(texts[column][0] for column in columns)])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(there=LIST, rows=FILE, columns=COLUMNS, delete=st.booleans())
def test_afterwards_the_list_is_what_the_file_says(
    run: Run,
    ask: Ask,
    home: Path,
    there: dict[str, Any],
    rows: dict[str, Any],
    columns: set[str],
    delete: bool,
) -> None:
    fill(ask, there)
    before = held(ask)
    write(home / "people.csv", sorted(columns), rows)
    line = f"contacts sync 1 people.csv --max-delete 100% {'--delete' * delete} -o json"
    told = run(f"{line} --yes").json
    after = held(ask)
    assert told["failed"] == 0
    for number, (subscribed, values) in rows.items():
        old, new = before.get(number), after[number]
        for kind in CELLS:
            if kind in columns:
                assert new[kind] == values[kind][1], kind
            elif old:
                assert new[kind] == old[kind], kind
        said = subscribed[1] if "subscribed" in columns else None
        assert new["subscribed"] == (said if said is not None else not old or old["subscribed"])
    gone = before.keys() - rows.keys()
    assert [after[each]["subscribed"] for each in gone if each in after] == [False] * (
        0 if delete else len(gone)
    )
    assert json.loads(run(f"{line} --dry-run").stdout) == []
