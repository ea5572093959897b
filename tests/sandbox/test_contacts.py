"""Contacts, and the fields that lists of them have."""

from typing import Any

import pytest

from tests.sandbox.conftest import Api

NUMBER = "+12025550100"
OPTIONS = [{"label": "One", "value": "one"}, {"label": "Two", "value": "two"}]


@pytest.fixture
def contacts(api: Api) -> Api:
    """A gateway with an empty list, whose id is 1."""
    api.create("/contact-lists", name="People")
    return api


def add_field(api: Api, kind: str, *, tag: str = "it", **more: Any) -> dict[str, Any]:
    options = {"options": OPTIONS} if kind in ("dropdown", "radio", "multiselect") else {}
    body = {"label": tag.title(), "tag": tag, "type": kind, **options, **more}
    return api.create("/contact-lists/1/fields", **body)


def add_contact(api: Api, **more: Any) -> dict[str, Any]:
    return api.create("/contact-lists/1/contacts", **{"mobile_number": NUMBER, **more})


def test_custom_fields_sit_beside_the_built_in_ones(contacts: Api) -> None:
    add_field(contacts, "text", tag="first_name")
    created = add_contact(contacts, first_name="Ann")
    assert created.keys() == {
        "id",
        "mobile_number",
        "first_name",
        "subscribed",
        "created_at",
        "updated_at",
    }
    assert contacts.get("/contacts/1") == created == contacts.data("/contact-lists/1/contacts")[0]


def test_keys_that_are_not_fields_of_the_list_are_ignored(contacts: Api) -> None:
    assert "first_name" not in add_contact(contacts, first_name="Ann")


def test_a_contact_is_subscribed_unless_it_says_otherwise(contacts: Api) -> None:
    assert add_contact(contacts)["subscribed"] is True
    other = add_contact(contacts, mobile_number="+12025550101", subscribed="0")
    assert other["subscribed"] is False


def test_a_duplicate_number_in_a_list_is_refused(contacts: Api) -> None:
    add_contact(contacts)
    errors = contacts.errors("/contact-lists/1/contacts", mobile_number=NUMBER)
    assert errors == {"mobile_number": ["The mobile number has already been taken."]}
    contacts.create("/contact-lists", name="Others")
    contacts.create("/contact-lists/2/contacts", mobile_number=NUMBER)


def test_a_contact_may_keep_its_number_but_not_take_anothers(contacts: Api) -> None:
    add_contact(contacts)
    add_contact(contacts, mobile_number="+12025550101")
    contacts.done("PUT", "/contacts/1", mobile_number=NUMBER)
    assert contacts.errors("/contacts/1", "PUT", mobile_number="+12025550101")


@pytest.mark.parametrize("number", ["12025550100", "+0123456789", "+1202", "abc", "+1 202", 5, []])
def test_an_invalid_number_is_refused(contacts: Api, number: object) -> None:
    errors = contacts.errors("/contact-lists/1/contacts", mobile_number=number)
    assert list(errors) == ["mobile_number"]


def test_an_update_replaces_the_whole_contact(contacts: Api) -> None:
    add_field(contacts, "text", tag="first_name")
    add_field(contacts, "text", tag="source", default_value="web")
    add_contact(contacts, first_name="Ann", source="fair", subscribed=False)
    contacts.done("PUT", "/contacts/1", mobile_number="+12025550101")
    after = contacts.get("/contacts/1")
    assert (after["first_name"], after["source"], after["subscribed"]) == (None, "web", True)
    assert contacts.errors("/contacts/1", "PUT", first_name="Ben") == {
        "mobile_number": ["The mobile number field is required."]
    }


def test_a_required_field_is_required_of_an_update_too(contacts: Api) -> None:
    add_field(contacts, "text", tag="first_name", required=True)
    missing = {"first_name": ["The first name field is required."]}
    assert contacts.errors("/contact-lists/1/contacts", mobile_number=NUMBER) == missing
    add_contact(contacts, first_name="Ann")
    assert contacts.errors("/contacts/1", "PUT", mobile_number=NUMBER) == missing


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("text", 5, "The it field must be a string."),
        ("textarea", ["x"], "The it field must be a string."),
        ("number", "many", "The it field must be a number."),
        ("number", "inf", "The it field must be a number."),
        ("email", "ann.example.com", "The it field must be a valid email address."),
        ("date", "31.12.2030", "The it field must match the format Y-m-d."),
        ("date", "2030-02-30", "The it field must match the format Y-m-d."),
        ("datetime-local", "2030-01-01", "The it field must match the format Y-m-d\\TH:i."),
        ("time", "9:00", "The it field must match the format H:i."),
        ("checkbox", "maybe", "The it field must be true or false."),
        ("dropdown", "three", "The selected it is invalid."),
        ("dropdown", ["one"], "The selected it is invalid."),
        ("radio", "three", "The selected it is invalid."),
        ("multiselect", "one", "The it field must be an array."),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_refused(
    contacts: Api, kind: str, value: object, message: str
) -> None:
    add_field(contacts, kind)
    errors = contacts.errors("/contact-lists/1/contacts", mobile_number=NUMBER, it=value)
    assert errors == {"it": [message]}


def test_each_choice_of_a_multiselect_must_be_an_option(contacts: Api) -> None:
    add_field(contacts, "multiselect")
    path = "/contact-lists/1/contacts"
    errors = contacts.errors(path, mobile_number=NUMBER, it=["one", "three"])
    assert errors == {"it.1": ["The selected it.1 is invalid."]}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", "Ann"),
        ("textarea", "Two\nlines"),
        ("number", 5),
        ("number", "2.5"),
        ("email", "ann@example.com"),
        ("date", "2030-12-31"),
        ("datetime-local", "2030-12-31T09:00"),
        ("time", "09:00"),
        ("checkbox", True),
        ("dropdown", "one"),
        ("radio", "two"),
        ("multiselect", ["one", "two"]),
        ("text", None),
    ],
)
def test_a_value_that_fits_comes_out_as_it_went_in(contacts: Api, kind: str, value: object) -> None:
    add_field(contacts, kind)
    assert add_contact(contacts, it=value)["it"] == value


def test_a_field_shows_what_it_was_given(contacts: Api) -> None:
    created = add_field(contacts, "multiselect", default_value=["two"], required=True)
    assert created == {
        "id": 1,
        "label": "It",
        "tag": "it",
        "type": "multiselect",
        "options": OPTIONS,
        "default_value": ["two"],
        "required": True,
    }
    assert contacts.get("/fields/1") == created == contacts.data("/contact-lists/1/fields")[0]


def test_options_of_a_type_without_any_are_not_kept(contacts: Api) -> None:
    assert add_field(contacts, "text", options=OPTIONS)["options"] is None


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"type": "colour"}, "type", "The selected type is invalid."),
        ({"type": None}, "type", "The type field is required."),
        ({"label": None}, "label", "The label field is required."),
        ({"tag": None}, "tag", "The tag field is required."),
        ({"tag": "first name"}, "tag", "The tag field format is invalid."),
        ({"tag": "taken"}, "tag", "The tag has already been taken."),
        ({"tag": "mobile_number"}, "tag", "The tag has already been taken."),
        ({"type": "dropdown"}, "options", "The options field is required when type is dropdown."),
        ({"type": "radio"}, "options", "The options field is required when type is radio."),
        (
            {"type": "multiselect", "options": []},
            "options",
            "The options field is required when type is multiselect.",
        ),
        (
            {"type": "radio", "options": [{"label": "One"}]},
            "options.0.value",
            "The options.0.value field is required.",
        ),
        (
            {"type": "multiselect", "options": OPTIONS, "default_value": "one"},
            "default_value",
            "The default value field must be an array.",
        ),
        ({"required": "perhaps"}, "required", "The required field must be true or false."),
    ],
)
def test_a_field_with_a_mistake_is_refused(
    contacts: Api, change: dict[str, Any], field: str, message: str
) -> None:
    add_field(contacts, "text", tag="taken")
    body = {"label": "It", "tag": "it", "type": "text", **change}
    errors = contacts.errors("/contact-lists/1/fields", **body)
    assert errors[field] == [message]


def test_an_update_replaces_the_whole_field(contacts: Api) -> None:
    add_field(contacts, "dropdown", required=True, default_value="one")
    contacts.done("PUT", "/fields/1", label="Other", tag="it", type="text")
    assert contacts.get("/fields/1") == {
        "id": 1,
        "label": "Other",
        "tag": "it",
        "type": "text",
        "options": None,
        "default_value": None,
        "required": False,
    }
    assert list(contacts.errors("/fields/1", "PUT", label="Other")) == ["tag", "type"]


def test_values_follow_their_field_when_its_tag_changes(contacts: Api) -> None:
    add_field(contacts, "text", tag="first_name")
    add_contact(contacts, first_name="Ann")
    contacts.done("PUT", "/fields/1", label="Given name", tag="given_name", type="text")
    contact = contacts.get("/contacts/1")
    assert contact["given_name"] == "Ann"
    assert "first_name" not in contact


def test_a_field_added_later_is_empty_for_those_already_there(contacts: Api) -> None:
    add_contact(contacts)
    add_field(contacts, "text", tag="late")
    assert contacts.get("/contacts/1")["late"] is None
