"""Contacts: created and changed with values that fit, and with nothing else touched."""

from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.commands.conftest import changes
from tests.conftest import Run
from tests.recording import recording

ANN = 13  # the first of the list Members, which has a field of every type
CUSTOMER = 1


def contact(run: Run, identity: int) -> dict[str, Any]:
    found: dict[str, Any] = run(f"contacts get {identity} -o json").json
    return found


def unlike(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What has changed, but for the time of the change."""
    return {
        key: value for key, value in after.items() if value != before[key] and key != "updated_at"
    }


def test_a_contact_is_created_with_typed_values(run: Run, seeded: Gateway) -> None:
    created = run(
        "contacts create Members +12025550123 --unsubscribed --field first_name=Ann --field age=41 "
        "--field 'interests=news, Events' --field vip=yes --field city=Boston "
        "--field birthday=19900131 --field calls_after=09:05:00 "
        "--field 'next_visit=2031-01-31 17:30' --field notes='a=b, c' -o json"
    ).json
    assert contact(run, created["id"]) == created
    assert created["subscribed"] is False
    assert created["age"] == 41
    assert created["interests"] == ["news", "events"]
    assert created["vip"] is True
    assert created["birthday"] == "1990-01-31"
    assert created["calls_after"] == "09:05"
    assert created["next_visit"] == "2031-01-31T17:30"
    assert created["notes"] == "a=b, c"


def test_a_number_is_read_as_in_the_profiles_region(run: Run, gateway: Gateway) -> None:
    add = f"profiles add home --server {gateway.url} --token-stdin --region US"
    run(add, input=gateway.token)
    run("contact-lists create Friends")
    created = run("contacts create Friends '(202) 555-0123' -o json").json
    assert created["mobile_number"] == "+12025550123"
    run(f"contacts update {created['id']} --mobile-number 202-555-0199")
    assert contact(run, created["id"])["mobile_number"] == "+12025550199"


@pytest.mark.parametrize(
    ("number", "said"),
    [("2025550123", "no country code"), ("+1202", "not a valid"), ("hello", "not a phone number")],
)
def test_what_is_no_number_is_refused_before_anything_is_sent(
    run: Run, seeded: Gateway, number: str, said: str
) -> None:
    assert said in run(f"contacts create Members {number}", code=2).stderr
    assert said in run(f"contacts update {ANN} --mobile-number {number}", code=2).stderr
    assert seeded.requests == []


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("age=old", "age: 'old' is not a number"),
        ("age=" + "9" * 400, "is too large"),
        ("email=ann", "is not an e-mail address"),
        ("city=Paris", "is not one of its options: Washington, Boston, Chicago"),
        (
            "interests=news,golf",
            "has 'golf', which is not one of its options: news, offers, events",
        ),
        ("vip=maybe", "is not true or false"),
        ("birthday=yesterday", "is not a date such as"),
        ("calls_after=25:00", "is not a time such as"),
        ("next_visit=2031-01-31T17:30Z", "is not a date and time such as"),
        ("first_name=", "first_name: is required"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_before_anything_is_changed(
    run: Run, seeded: Gateway, field: str, said: str
) -> None:
    before = contact(run, ANN)
    assert said in run(f"contacts update {ANN} --field", field, code=2).stderr
    run("contacts create Members +12025550123 --field first_name=A --field", field, code=2)
    assert changes(seeded) == []
    assert contact(run, ANN) == before


def test_a_required_field_that_is_not_given_is_named(run: Run, seeded: Gateway) -> None:
    failed = run("contacts create Members +12025550123", code=2)
    assert "missing required fields: first_name" in failed.stderr
    assert changes(seeded) == []


def test_an_unknown_field_is_refused_with_those_there_are(run: Run, seeded: Gateway) -> None:
    created = run("contacts create Customers +12025550123 --field nmae=Ann -o json", code=2)
    assert created.error["hint"] == "fields: city, name"
    updated = run(f"contacts update {CUSTOMER} --field nmae=Ann -o json", code=2)
    assert updated.error["hint"] == "fields: city, name"


def test_one_value_is_one_value(run: Run, seeded: Gateway) -> None:
    failed = run(f"contacts update {ANN} --field age=4 --field age=5", code=2)
    assert "given 2 times" in failed.stderr


@pytest.mark.parametrize("mistake", ["first_name", "=Ann"])
def test_a_field_is_given_as_tag_and_value(run: Run, seeded: Gateway, mistake: str) -> None:
    assert "TAG=VALUE" in run(f"contacts update {ANN} --field {mistake}", code=2).stderr
    assert seeded.requests == []


def test_an_update_keeps_all_that_it_does_not_name(run: Run, seeded: Gateway) -> None:
    before = contact(run, ANN)
    run(f"contacts update {ANN} --field age=42")
    assert unlike(before, contact(run, ANN)) == {"age": 42}
    run(f"contacts update {ANN} --unsubscribed")
    assert unlike(before, contact(run, ANN)) == {"age": 42, "subscribed": False}
    run(f"contacts update {ANN} --mobile-number +12025550999")
    assert unlike(before, contact(run, ANN)) == {
        "age": 42,
        "subscribed": False,
        "mobile_number": "+12025550999",
    }


@pytest.mark.parametrize(
    ("tag", "value"),
    [("last_name", None), ("age", None), ("city", None), ("vip", False), ("interests", [])],
)
def test_a_field_can_be_emptied(run: Run, seeded: Gateway, tag: str, value: Any) -> None:
    before = contact(run, ANN)
    run(f"contacts update {ANN} --field {tag}=")
    after = contact(run, ANN)
    assert after[tag] == value
    assert set(unlike(before, after)) <= {tag}


def test_a_multiselect_may_be_given_option_by_option_or_as_json(run: Run, seeded: Gateway) -> None:
    run(f"contacts update {ANN} --field interests=events --field interests=news")
    assert contact(run, ANN)["interests"] == ["events", "news"]
    run(f"contacts update {ANN} --field", 'interests=["offers", "news"]')
    assert contact(run, ANN)["interests"] == ["offers", "news"]


def test_an_option_may_have_a_comma_in_its_name(run: Run, server: Gateway) -> None:
    run("contact-lists create Friends")
    run("fields create Friends --label L --tag l --type multiselect --option 'a, b' --option c")
    created = run("contacts create Friends +12025550123 --field 'l=a, b' --field l=c -o json").json
    assert created["l"] == ["a, b", "c"]


def test_where_lists_differ_the_list_has_to_be_named(run: Run, server: Gateway) -> None:
    for name, kind in (("Texts", "text"), ("Numbers", "number")):
        run(f"contact-lists create {name}")
        run(f"fields create {name} --label Code --tag code --type {kind}")
    run("contacts create Texts +12025550123 --field code=x")
    failed = run("contacts update 1 --field code=5 -o json", code=2)
    assert "--list" in failed.error["hint"]
    run("contacts update 1 --field code=5 --list Texts")
    assert contact(run, 1)["code"] == "5"


def test_true_and_1_are_not_taken_for_the_same(run: Run, server: Gateway) -> None:
    for name, kind in (("Checks", "checkbox"), ("Numbers", "number")):
        run(f"contact-lists create {name}")
        run(f"fields create {name} --label Code --tag code --type {kind}")
    run("contacts create Checks +12025550123")
    run("contacts update 1 --field code=1", code=2)
    run("contacts update 1 --field code=1 --list Checks")
    assert contact(run, 1)["code"] is True


def test_a_list_that_the_contact_cannot_be_on_is_refused(run: Run, seeded: Gateway) -> None:
    failed = run(f"contacts update {ANN} --list Customers --field city=Boston", code=2)
    assert "not on that list" in failed.stderr
    assert changes(seeded) == []


def test_a_dry_run_shows_the_whole_contact_and_writes_nothing(run: Run, seeded: Gateway) -> None:
    before = contact(run, ANN)
    request = run(f"contacts update {ANN} --field age=42 --dry-run").json
    assert (request["method"], request["path"]) == ("PUT", f"/api/v1/contacts/{ANN}")
    assert request["body"] == {
        key: 42 if key == "age" else value
        for key, value in before.items()
        if key not in ("id", "created_at", "updated_at")
    }
    assert contact(run, ANN) == before


def test_an_update_of_nothing_says_what_there_is_to_update(run: Run, seeded: Gateway) -> None:
    assert "--mobile-number" in run(f"contacts update {ANN}", code=2).stderr
    assert "--mobile-number" in run(f"contacts update {ANN} --list Members", code=2).stderr
    assert seeded.requests == []


def test_a_number_the_list_has_already_is_refused_by_the_server(run: Run, seeded: Gateway) -> None:
    failed = run("contacts create Customers +12025550200 -o json", code=5)
    assert "taken" in failed.error["errors"]["mobile_number"][0]


@pytest.mark.parametrize(
    "line", ["get 999", "update 999 --subscribed", "delete 999 --yes", "update 999 --field a=b"]
)
def test_a_contact_that_is_not_there_is_not_found(run: Run, seeded: Gateway, line: str) -> None:
    run(f"contacts {line}", code=4)


def test_a_contact_has_no_name_to_be_called_by(run: Run, seeded: Gateway) -> None:
    assert "invalid contact id 'Ann'" in run("contacts get Ann", code=2).stderr
    assert seeded.requests == []


def test_a_list_that_names_nothing_is_not_found(run: Run, seeded: Gateway) -> None:
    run("contacts create Nobodies +12025550123", code=4)
    run("contacts list Nobodies", code=4)
    run(f"contacts update {ANN} --list Nobodies --field age=5", code=4)
    assert changes(seeded) == []


def test_a_contact_whose_fields_no_list_has_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where fields are changed while we read."""
    shown = {"id": 1, "mobile_number": "+12025550123", "subscribed": True, "nick": "Ann"}
    with recording({"GET /contacts/{id}": shown}) as other:
        monkeypatch.setenv("SMSGW_SERVER", other.url)
        monkeypatch.setenv("SMSGW_TOKEN", "s3cret")
        failed = run("contacts update 1 --field nick=Bob -o json", code=2)
        assert "--list" in failed.error["hint"]
        assert all(made.endpoint.startswith("GET ") for made in other.requests)


def test_a_field_that_the_server_does_not_show_is_set_where_the_list_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recording() as other:
        monkeypatch.setenv("SMSGW_SERVER", other.url)
        monkeypatch.setenv("SMSGW_TOKEN", "s3cret")
        run("contacts update 1 --field sed=in", code=2)
        run("contacts update 1 --field sed=in,hic --list 1")
        assert other.requests[-1].body == {
            "mobile_number": "+19475350806",
            "subscribed": True,
            "sed": ["in", "hic"],
        }


@pytest.fixture
def two_lists(run: Run, server: Gateway) -> Gateway:
    """Ann is on both lists, Bob on the second."""
    for name in ("Friends", "Customers"):
        run(f"contact-lists create {name}")
        run(f"contacts create {name} +12025550123")
    run("contacts create Customers +12025550124")
    return server


def test_a_number_is_found_on_all_lists(run: Run, two_lists: Gateway) -> None:
    found = run("contacts list --number 2025550123 --set region=US -o json").json
    assert sorted((each["contact_list"], each["mobile_number"]) for each in found) == [
        (1, "+12025550123"),
        (2, "+12025550123"),
    ]
    assert run("contacts list 2 --number +12025550124 -q").stdout == "3\n"
    assert run("contacts list 1 --number +12025550124 -o json").json == []


def test_a_list_or_a_number_is_needed(run: Run, two_lists: Gateway) -> None:
    assert "--number" in run("contacts list", code=2).stderr


def test_a_contact_of_a_list_is_named_by_its_number(run: Run, two_lists: Gateway) -> None:
    assert run("contacts get +12025550123 --list Customers -o json").json["id"] == 2
    run("contacts update +12025550124 --list Customers --unsubscribed")
    assert run("contacts get 3 -o json").json["subscribed"] is False
    run("contacts delete +12025550123 +12025550124 --list Customers --yes")
    assert run("contacts list Customers -o json").json == []
    assert len(run("contacts list Friends -o json").json) == 1


def test_digits_are_the_id_of_a_contact_on_that_list(run: Run, two_lists: Gateway) -> None:
    """A number without its + must not be taken for the id of a stranger."""
    assert run("contacts get 2 --list Customers -o json").json["id"] == 2
    for line in ("get 1", "get 12025550123", "delete 1"):
        failed = run(f"contacts {line} --list Customers --yes", code=4)
        assert "is not on list 2" in failed.stderr
    assert len(two_lists.store.rows("contacts")) == 3


def test_a_number_without_a_list_is_refused(run: Run, two_lists: Gateway) -> None:
    assert "--list LIST" in run("contacts get +12025550123", code=2).stderr
    assert "--list LIST" in run("contacts delete +12025550123 --yes", code=2).stderr
