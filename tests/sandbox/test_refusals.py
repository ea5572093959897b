"""What the gateway refuses, and how Laravel says it."""

from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tests.sandbox.conftest import MONDAY_NOON, Api


def test_a_request_without_a_token_is_unauthenticated(api: Api) -> None:
    for authorization in ("", "Bearer wrong", "Basic x", api.gateway.token):
        answer = api.http.get("/devices", headers={"Authorization": authorization})
        assert (answer.status_code, answer.json()) == (401, {"message": "Unauthenticated."})


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/campaigns/99", "Campaign"),
        ("/campaigns/99/devices", "Campaign"),
        ("/contacts/99", "Contact"),
        ("/contact-lists/99", "ContactList"),
        ("/contact-lists/99/contacts", "ContactList"),
        ("/devices/99", "Device"),
        ("/fields/99", "Field"),
        ("/messages/99", "Message"),
        ("/sender-ids/99", "SenderId"),
        ("/sending-servers/99", "SendingServer"),
        ("/ussd-pulls/99", "UssdPull"),
    ],
)
def test_an_unknown_id_is_not_found(api: Api, path: str, model: str) -> None:
    answer = api.http.get(path)
    message = f"No query results for model [App\\Models\\{model}] 99"
    assert (answer.status_code, answer.json()) == (404, {"message": message})


@pytest.mark.parametrize("key", ["abc", "-1", "1.0", "9" * 40, "%00", "²"])
def test_what_cannot_be_an_id_is_not_found(api: Api, key: str) -> None:
    assert api.http.delete(f"/contacts/{key}").status_code == 404


@pytest.mark.parametrize("path", ["/nothing", "/devices/1/sims", "/", "/fields"])
def test_an_unknown_route_is_not_found(api: Api, path: str) -> None:
    answer = api.http.get(path, headers={"Authorization": ""})
    message = f"The route {('api/v1' + path).strip('/')} could not be found."
    assert (answer.status_code, answer.json()) == (404, {"message": message})


def test_a_wrong_method_names_the_right_ones(api: Api) -> None:
    answer = api.http.post("/contacts/1")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, PUT, PATCH, DELETE"
    assert answer.json()["message"] == (
        "The POST method is not supported for route api/v1/contacts/1. "
        "Supported methods: GET, HEAD, PUT, PATCH, DELETE."
    )


def test_a_head_request_gets_the_headers_alone(api: Api) -> None:
    answer = api.http.head("/devices")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["/devices", "/nothing", "/contacts/99"])
def test_every_answer_is_json_and_dated(api: Api, path: str) -> None:
    answer = api.http.get(path)
    assert answer.headers["Content-Type"] == "application/json"
    assert parsedate_to_datetime(answer.headers["Date"]) == MONDAY_NOON


@pytest.mark.parametrize(
    "content",
    [
        b'{"name": 1e999}',
        b"{",
        b"",
        b"[1]",
        b"7",
        b'{"name": NaN}',
        b'{"name": "\\ud800"}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_a_body_that_is_no_json_object_is_empty_input(api: Api, content: bytes) -> None:
    answer = api.http.post(
        "/contact-lists", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json() == {
        "message": "The name field is required.",
        "errors": {"name": ["The name field is required."]},
    }


def test_a_form_is_input_too(api: Api) -> None:
    assert api.http.post("/contact-lists", data={"name": "Formed"}).json()["name"] == "Formed"


def test_texts_are_trimmed_and_empty_ones_are_missing(api: Api) -> None:
    assert api.create("/contact-lists", name="  My list ")["name"] == "My list"
    assert api.errors("/contact-lists", name="  ")


def test_the_summary_counts_the_other_errors(api: Api) -> None:
    answer = api.http.post("/sending-servers", json={})
    assert answer.json()["message"] == "The name field is required. (and 2 more errors)"
    answer = api.http.post("/sending-servers", json={"name": "A"})
    assert answer.json()["message"] == "The driver field is required. (and 1 more error)"


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({"sims": [99]}, "sims.0", "The selected sims.0 is invalid."),
        ({"sims": [1, "x"]}, "sims.1", "The sims.1 field must be an integer."),
        ({"sims": 1}, "sims", "The sims field must be an array."),
        ({"sender_ids": [99]}, "sender_ids.0", "The selected sender_ids.0 is invalid."),
        ({"contact_lists": [99]}, "contact_lists.0", "The selected contact_lists.0 is invalid."),
        ({"message": ""}, "message", "The message field is required."),
        ({"message": 7}, "message", "The message field must be a string."),
        ({"type": "Fax"}, "type", "The selected type is invalid."),
        ({"type": []}, "type", "The selected type is invalid."),
        (
            {"type": "MMS", "message": None},
            "message",
            "The message field is required when attachments is not present.",
        ),
        (
            {"type": "MMS", "attachments": ["cake.jpg"]},
            "attachments.0",
            "The attachments.0 field must be a valid URL.",
        ),
        (
            {"mobile_numbers": ["12"]},
            "mobile_numbers.0",
            "The mobile_numbers.0 field must be a valid number.",
        ),
        (
            {"mobile_numbers": []},
            "mobile_numbers",
            "The mobile numbers field is required when contact lists is not present.",
        ),
        ({"delay": -1}, "delay", "The delay field must be at least 0."),
        ({"delay": "soon"}, "delay", "The delay field must be an integer."),
        ({"delay": 86_401}, "delay", "The delay field must not be greater than 86400."),
        ({"prioritize": "yes"}, "prioritize", "The prioritize field must be true or false."),
        ({"timezone": "Mars/One"}, "timezone", "The timezone field must be a valid timezone."),
        ({"timezone": "../etc"}, "timezone", "The timezone field must be a valid timezone."),
        (
            {"scheduled_at": "31/12/2030"},
            "scheduled_at",
            "The scheduled at field must be a valid date.",
        ),
        ({"scheduled_at": 5}, "scheduled_at", "The scheduled at field must be a valid date."),
        (
            {"recurring": True, "frequency_unit": "day"},
            "frequency",
            "The frequency field is required when recurring is true.",
        ),
        (
            {"recurring": True, "frequency": 1},
            "frequency_unit",
            "The frequency unit field is required when recurring is true.",
        ),
        ({"frequency": 0}, "frequency", "The frequency field must be at least 1."),
        ({"frequency_unit": "Day"}, "frequency_unit", "The selected frequency unit is invalid."),
        (
            {
                "recurring": True,
                "frequency": 1,
                "frequency_unit": "day",
                "ends_at": "2030-06-01",
            },
            "ends_at",
            "The ends at field must be a date after or equal to scheduled at.",
        ),
        ({"days_of_week": [1, 8]}, "days_of_week.1", "The selected days_of_week.1 is invalid."),
        ({"days_of_week": [0]}, "days_of_week.0", "The selected days_of_week.0 is invalid."),
        ({"active_hours": "8-17"}, "active_hours", "The active hours field must be an array."),
        (
            {"active_hours": {"start": "08:00"}},
            "active_hours.end",
            "The active hours.end field is required when active hours is present.",
        ),
        (
            {"active_hours": {"start": "8:00", "end": "25:00"}},
            "active_hours.start",
            "The active hours.start field must match the format H:i.",
        ),
        (
            {"active_hours": {"start": "17:00", "end": "08:00"}},
            "active_hours.end",
            "The active hours.end field must be a date after active hours.start.",
        ),
    ],
)
def test_a_send_with_a_mistake_is_refused(
    api: Api, body: dict[str, Any], field: str, message: str
) -> None:
    given: dict[str, Any] = {"mobile_numbers": ["+12025550123"], "message": "Hi", **body}
    errors = api.errors("/messages/send", **given)
    assert errors[field] == [message]
    assert api.gateway.store.rows("campaigns") == []


def test_a_send_to_nobody_with_nothing_says_everything_that_is_missing(api: Api) -> None:
    assert list(api.errors("/messages/send")) == ["contact_lists", "mobile_numbers", "message"]
    assert api.errors("/ussd-pulls/send") == {"ussd_codes": ["The ussd codes field is required."]}


@pytest.mark.parametrize("code", ["123", "*12a#", "", None, "*123"])
def test_a_code_that_is_no_ussd_code_is_refused(api: Api, code: str | None) -> None:
    assert list(api.errors("/ussd-pulls/send", ussd_codes=[code])) == ["ussd_codes.0"]


def test_a_sim_that_is_not_active_is_refused(seeded: Api) -> None:
    assert not seeded.get("/devices/3")["sims"][1]["active"]
    body: dict[str, Any] = {"sims": [5], "mobile_numbers": ["+12025550123"], "message": "Hi"}
    assert seeded.errors("/messages/send", **body) == {
        "sims.0": ["The selected sims.0 is invalid."]
    }
    assert "sims.0" in seeded.errors("/ussd-pulls/send", sims=[5], ussd_codes=["*123#"])


@pytest.mark.parametrize(
    ("sender_id", "kind"), [(3, "SMS"), (1, "MMS")], ids=["disabled", "not supported"]
)
def test_a_server_that_cannot_send_it_is_refused(seeded: Api, sender_id: int, kind: str) -> None:
    body: dict[str, Any] = {"mobile_numbers": ["+12025550123"], "message": "Hi", "type": kind}
    errors = seeded.errors("/messages/send", sender_ids=[sender_id], **body)
    assert errors == {"sender_ids.0": ["The selected sender_ids.0 is invalid."]}


def test_a_send_that_is_not_recurring_need_not_end_after_it_starts(api: Api) -> None:
    assert api.send(ends_at="2021-01-01", recurring=False)["ends_at"] is None
