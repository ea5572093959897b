"""Fields: made and changed with their options, and with nothing else touched."""

import json
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.commands.conftest import changes
from tests.conftest import Run

CITY, INTERESTS = 2, 8


def field(run: Run, identity: int) -> dict[str, Any]:
    found: dict[str, Any] = run(f"fields get {identity} -o json").json
    return found


def test_a_field_is_created_with_its_options(run: Run, seeded: Gateway) -> None:
    created = run(
        "fields create Customers --label Size --tag size --type Dropdown --required "
        "--option S --option M=Medium --option 'XL=Very = large' --default M -o json"
    ).json
    assert created == {
        "id": created["id"],
        "label": "Size",
        "tag": "size",
        "type": "dropdown",
        "options": [
            {"label": "S", "value": "S"},
            {"label": "Medium", "value": "M"},
            {"label": "Very = large", "value": "XL"},
        ],
        "default_value": "M",
        "required": True,
    }
    assert field(run, created["id"]) == created


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "John", "John"),
        ("number", "5", 5),
        ("checkbox", "yes", True),
        ("date", "2031-01-31", "2031-01-31"),
        ("multiselect", "a,b", ["a", "b"]),
        ("radio", "b", "b"),
    ],
)
def test_a_default_is_of_the_fields_type(
    run: Run, seeded: Gateway, kind: str, text: str, value: Any
) -> None:
    options = "--option a --option b" if kind in ("multiselect", "radio") else ""
    line = f"fields create 1 --label X --tag x --type {kind} --default {text} {options} -o json"
    assert run(line).json["default_value"] == value


def test_a_default_that_does_not_fit_is_refused_before_anything_is_sent(
    run: Run, seeded: Gateway
) -> None:
    line = "fields create 1 --label X --tag x --type dropdown --option a --default b"
    assert "not one of its options: a" in run(line, code=2).stderr
    assert seeded.requests == []
    failed = run(f"fields update {CITY} --default Paris", code=2)
    assert "Washington, Boston, Chicago" in failed.stderr
    assert changes(seeded) == []


def test_a_type_that_is_none_is_refused_with_those_there_are(run: Run, seeded: Gateway) -> None:
    failed = run("fields create 1 --label X --tag x --type colour", code=2)
    assert "datetime-local" in failed.stderr


def test_what_a_field_needs_is_asked_for(run: Run, seeded: Gateway) -> None:
    assert "no label given" in run("fields create 1", code=2).stderr
    assert seeded.requests == []


def test_tag_and_type_are_derived_from_the_label(run: Run, seeded: Gateway) -> None:
    created = run("fields create 1 'Given Name' -o json").json
    assert (created["label"], created["tag"], created["type"]) == (
        "Given Name",
        "given_name",
        "text",
    )


def test_an_update_keeps_options_default_and_all_else(run: Run, seeded: Gateway) -> None:
    before = field(run, INTERESTS)
    run(f"fields update {INTERESTS} --label 'Likes'")
    assert field(run, INTERESTS) == {**before, "label": "Likes"}
    assert before["default_value"] == ["news"]
    assert len(before["options"]) == 3
    run(f"fields update {INTERESTS} --required --default offers,events")
    assert field(run, INTERESTS) == {
        **before,
        "label": "Likes",
        "required": True,
        "default_value": ["offers", "events"],
    }


def test_options_are_added_renamed_and_taken_out_one_by_one(run: Run, seeded: Gateway) -> None:
    run(f"fields update {CITY} --option Paris --option Boston= --option 'Chicago=Windy City'")
    assert field(run, CITY)["options"] == [
        {"label": "Washington", "value": "Washington"},
        {"label": "Windy City", "value": "Chicago"},
        {"label": "Paris", "value": "Paris"},
    ]


def test_a_new_default_may_be_a_new_option(run: Run, seeded: Gateway) -> None:
    run(f"fields update {CITY} --option Paris --default Paris")
    assert field(run, CITY)["default_value"] == "Paris"
    run(f"fields update {CITY}", "--default", "")
    assert field(run, CITY)["default_value"] is None


def test_contacts_keep_their_values_when_a_field_changes(run: Run, seeded: Gateway) -> None:
    before = run("contacts list Customers -o json").json
    run(f"fields update {CITY} --label Town --tag town")
    after = run("contacts list Customers -o json").json
    assert [each["town"] for each in after] == [each["city"] for each in before]


def test_a_dry_run_changes_nothing(run: Run, seeded: Gateway) -> None:
    before = seeded.store.rows("fields")
    request = run(f"fields update {CITY} --option Paris --dry-run").json
    assert request["body"]["options"][-1] == {"label": "Paris", "value": "Paris"}
    created = run("fields create Customers --label X --tag x --type text --dry-run").json
    assert created == {
        "method": "POST",
        "path": "/api/v1/contact-lists/1/fields",
        "body": {"label": "X", "tag": "x", "type": "text"},
    }
    assert seeded.store.rows("fields") == before


def test_deleting_a_field_takes_its_values_along(run: Run, seeded: Gateway) -> None:
    run(f"fields delete {CITY} --yes")
    assert all("city" not in each for each in run("contacts list Customers -o json").json)
    stored = [json.loads(each["custom"]) for each in seeded.store.rows("contacts")]
    assert all(str(CITY) not in each for each in stored)


def test_a_tag_that_is_taken_is_refused_by_the_server(run: Run, seeded: Gateway) -> None:
    failed = run("fields create Customers --label X --tag city --type text -o json", code=5)
    assert failed.error["errors"]["tag"]


@pytest.mark.parametrize("line", ["get 999", "update 999 --label x", "delete 999 --yes"])
def test_a_field_that_is_not_there_is_not_found(run: Run, seeded: Gateway, line: str) -> None:
    run(f"fields {line}", code=4)
