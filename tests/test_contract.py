"""Every endpoint of the reference, and the command line that reaches it as it is documented."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Run
from tests.recording import BY_NAME, ENDPOINTS, Recording, recording

SCHEDULE = (
    "--random-sender --delay 60 --prioritize --name 'My Campaign' --at 2021-01-01T12:00:00Z "
    "--every '1 day' --until 2021-01-01T12:00:00Z --timezone UTC --days mon "
    "--active-hours 08:00-17:00 --allow past"
)
A_FIELD = (
    "--label 'First Name' --tag first_name --type text --default John --optional "
    "--option 'option_1=Option 1'"
)
A_SERVER = (
    "--name Twilio --driver twilio --type MMS --disabled "
    "--config account_sid=ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX "
    "--config auth_token=your_auth_token --config from=+15017122661"
)
A_CONTACT = "--unsubscribed --field first_name=John --field last_name=Doe"

LINES = {
    "GET /calls": "calls list --type Incoming --sim 1 --unanswered",
    "DELETE /calls/{id}": "calls delete 1 --yes",
    "GET /campaigns": "campaigns list --status Sent --type MMS --recurring "
    "--after 2021-01-01 --before 2025-01-01",
    "GET /campaigns/{id}": "campaigns get 1",
    "GET /campaigns/{id}/devices": "campaigns devices 1",
    "GET /campaigns/{id}/sending-servers": "campaigns sending-servers 1",
    "PUT /campaigns/{id}": "campaigns update 1 --name 'New Campaign'",
    "DELETE /campaigns/{id}": "campaigns delete 1 --yes",
    "GET /contact-lists": "contact-lists list",
    "GET /contact-lists/{id}": "contact-lists get 1",
    "POST /contact-lists": "contact-lists create 'My List'",
    "PUT /contact-lists/{id}": "contact-lists update 1 --name 'My List'",
    "DELETE /contact-lists/{id}": "contact-lists delete 1 --yes",
    "GET /contact-lists/{id}/fields": "fields list 1",
    "GET /fields/{id}": "fields get 1",
    "POST /contact-lists/{id}/fields": f"fields create 1 {A_FIELD}",
    "PUT /fields/{id}": f"fields update 1 {A_FIELD}",
    "DELETE /fields/{id}": "fields delete 1 --yes",
    "GET /contact-lists/{id}/contacts": "contacts list 1",
    "GET /contacts/{id}": "contacts get 1",
    "POST /contact-lists/{id}/contacts": f"contacts create 1 +12025886500 {A_CONTACT}",
    "PUT /contacts/{id}": f"contacts update 1 --list 1 --mobile-number +12025886500 {A_CONTACT}",
    "DELETE /contacts/{id}": "contacts delete 1 --yes",
    "GET /devices": "devices list",
    "GET /devices/{id}": "devices get 1",
    "PUT /devices/{id}": "devices update 1 --name 'My Device'",
    "DELETE /devices/{id}": "devices delete 1 --yes",
    "GET /messages/send": "messages send --sim 1 --sender-id 1 --list 1 --to +12345678901 "
    "--type SMS --message 'Hello, World!' --attachment https://example.com/image.jpg "
    f"--delivery-report {SCHEDULE}",
    "GET /messages": "messages list --user 1 --campaign 1 --sim 1 --message 'Hello, World!' "
    "--type SMS --status Queued --after 2021-01-01 --before 2024-01-01",
    "GET /messages/{id}": "messages get 1",
    "DELETE /messages/{id}": "messages delete 1 --yes",
    "GET /sender-ids": "sender-ids list",
    "GET /sender-ids/{id}": "sender-ids get 1",
    "POST /sending-servers/{id}/sender-ids": "sender-ids create 1 MySenderID",
    "DELETE /sender-ids/{id}": "sender-ids delete 1 --yes",
    "GET /sending-servers": "sending-servers list",
    "GET /sending-servers/{id}": "sending-servers get 1",
    "POST /sending-servers": f"sending-servers create {A_SERVER}",
    # Those are taken out that the documented example has and the documented body has not.
    "PUT /sending-servers/{id}": f"sending-servers update 1 {A_SERVER} "
    "--config url= --config test= --config api_key=",
    "DELETE /sending-servers/{id}": "sending-servers delete 1 --yes",
    "GET /ussd-pulls/send": f"ussd-pulls send --sim 1 --code '*123#' {SCHEDULE}",
    "GET /ussd-pulls": "ussd-pulls list --user 1 --campaign 1 --sim 1 --status Queued "
    "--after 2021-01-01 --before 2021-01-01",
    "GET /ussd-pulls/{id}": "ussd-pulls get 1",
    "DELETE /ussd-pulls/{id}": "ussd-pulls delete 1 --yes",
}

# What the examples say no to, and what can only be said by saying yes to it.
SAID_YES = ("random_sender", "prioritize", "recurring", "delivery_report")

# The examples of contacts have values for fields that the example of a list's fields has not.
FIELDS = {
    "data": [
        {"id": id, "label": tag, "tag": tag, "type": "text", "required": False}
        for id, tag in enumerate(("first_name", "last_name"))
    ],
    "meta": {"last_page": 1, "total": 2},
}


@pytest.fixture
def documented(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    """A server that answers as the reference has it."""
    with recording() as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        yield server


def test_every_endpoint_has_a_command_line() -> None:
    assert len(ENDPOINTS) == 44
    assert set(LINES) == set(BY_NAME)


@pytest.mark.parametrize("name", LINES)
def test_a_command_line_makes_the_documented_request(
    run: Run, documented: Recording, name: str
) -> None:
    if name.endswith((" /contacts/{id}", "/{id}/contacts")):
        documented.answers = {"GET /contact-lists/{id}/fields": FIELDS}
    run(f"{LINES[name]} -o json")
    made = documented.requests[-1]
    assert made.endpoint == _as_it_goes_out(name)
    assert made.path == "/api/v1" + BY_NAME[name]["path"].replace("{id}", "1")
    assert made.query == _query(name)
    assert made.body == _body(name)


@pytest.mark.parametrize("name", [name for name in LINES if name.endswith("/send")])
def test_a_send_goes_out_as_the_documented_get_where_the_profile_says_so(
    run: Run, documented: Recording, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("SMSGW_SERVER")
    monkeypatch.delenv("SMSGW_TOKEN")
    add = f"profiles add old --server {documented.url} --token-stdin --send-method get"
    run(add, input="token")
    run(f"{LINES[name]} -o json")
    made = documented.requests[-1]
    assert (made.endpoint, made.query, made.body) == (name, {}, _body(name))


@pytest.mark.parametrize(
    "name", [name for name in LINES if not name.startswith("GET") or name.endswith("/send")]
)
def test_a_dry_run_prints_the_documented_request_and_changes_nothing(
    run: Run, documented: Recording, name: str
) -> None:
    if name.endswith((" /contacts/{id}", "/{id}/contacts")):
        documented.answers = {"GET /contact-lists/{id}/fields": FIELDS}
    printed = run(f"{LINES[name]} --dry-run --show-secrets -o json").json
    request = printed[0] if isinstance(printed, list) else printed
    assert f"{request['method']} {request['path']}" == _as_it_goes_out(name).replace(
        "{id}", "1"
    ).replace(" /", " /api/v1/", 1)
    assert request.get("body") == _body(name)
    assert all(made.endpoint.startswith("GET ") for made in documented.requests)
    assert not any(made.endpoint.endswith("/send") for made in documented.requests)


@pytest.mark.parametrize("name", LINES)
def test_any_endpoint_can_be_asked_by_hand(run: Run, documented: Recording, name: str) -> None:
    method, path = _as_it_goes_out(name).replace("{id}", "1").split()
    body = BY_NAME[name]["body_example"] or {}
    options = [f"-F{key}:={json.dumps(value)}" for key, value in body.items()]
    options += [f"-f{key}={value}" for key, value in _query(name).items()]
    run(f"api {method} {path}", *options)
    made = documented.requests[-1]
    assert (made.endpoint, made.query) == (_as_it_goes_out(name), _query(name))
    assert made.body == BY_NAME[name]["body_example"]


def _as_it_goes_out(name: str) -> str:
    """The sends are documented as GET, and go out as POST."""
    return name.replace("GET", "POST") if name.endswith("/send") else name


def _query(name: str) -> dict[str, str]:
    documented = BY_NAME[name]["query_example"] or {}
    return {key.replace("[0]", "[]"): value for key, value in documented.items()}


def _body(name: str) -> Any:
    documented = BY_NAME[name]["body_example"]
    if not name.endswith("/send"):
        return documented
    return {key: True if key in SAID_YES else value for key, value in documented.items()}
