"""Every request of every command line, byte by byte: what the reference asks for, and no more."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from smsgw_cli import __version__
from smsgw_cli.api.paging import UNIQUE
from smsgw_cli.app import app
from tests.conftest import Run
from tests.recording import BY_NAME, Recording, Request, recording
from tests.test_contract import FIELDS, LINES

ALWAYS = {
    "Host",
    "Authorization",
    "Accept",
    "Accept-Encoding",
    "Cache-Control",
    "User-Agent",
}
OF_A_BODY = {"Content-Type", "Content-Length"}
CONTACTS = {
    "data": [
        {"id": 5, "mobile_number": "+12025550123", "subscribed": True, "first_name": "Ann"},
        {"id": 6, "mobile_number": "+12025550199", "subscribed": True, "first_name": "Cid"},
    ],
    "meta": {"last_page": 1, "total": 2},
}
ANN = {**CONTACTS["data"][0], "created_at": "2021-01-01T00:00:00Z"}  # type: ignore[index]
BULK = {
    "contacts import 1 people.csv": ["POST /contact-lists/{id}/contacts"],
    "contacts import 1 people.csv --existing update": [
        "GET /contacts/{id}",
        "POST /contact-lists/{id}/contacts",
        "PUT /contacts/{id}",
    ],
    "contacts sync 1 people.csv --delete --max-delete 100% --yes": [
        "DELETE /contacts/{id}",
        "GET /contacts/{id}",
        "POST /contact-lists/{id}/contacts",
        "PUT /contacts/{id}",
    ],
    "messages send --csv people.csv -m 'Hi {first_name}'": ["POST /messages/send"] * 2,
    "contacts export 1": [],
    "messages tail --no-follow --since 1h": [],
    "campaigns watch 1 --timeout 1": [],
    "doctor": [],
    "profiles test": [],
}


@pytest.fixture
def documented(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Recording]:
    """A server that answers as the reference has it; a file of two people, one on its list."""
    (home / "people.csv").write_text("phone,first_name\n+12025550123,Bob\n+12025550124,Eve\n")
    with recording() as server:
        monkeypatch.setenv("SMSGW_SERVER", server.url)
        monkeypatch.setenv("SMSGW_TOKEN", "token")
        server.answers = {
            "GET /contact-lists/{id}/fields": FIELDS,
            "GET /contact-lists/{id}/contacts": CONTACTS,
            "GET /contacts/{id}": ANN,
        }
        yield server


def check(request: Request) -> None:
    """Raises AssertionError for what the reference does not ask for."""
    method = request.endpoint.partition(" ")[0]
    has_body = request.sent != b""
    assert request.endpoint in BY_NAME or request.endpoint.endswith("/send")
    assert set(request.headers) == ALWAYS | (OF_A_BODY if has_body else set())
    assert request.headers["Authorization"] == "Bearer token"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert request.headers["Cache-Control"] == "no-cache"
    assert request.headers["User-Agent"] == f"smsgw/{__version__}"
    assert has_body == (method in ("POST", "PUT"))
    if has_body:
        assert request.headers["Content-Type"] == "application/json"
        assert isinstance(json.loads(request.sent), dict)
        assert not request.query
    known = BY_NAME.get(request.endpoint, {}).get("query_example") or {}
    allowed = {"page", UNIQUE, *(name.replace("[0]", "[]") for name in known)}
    assert set(request.query) <= allowed


@pytest.mark.parametrize("name", LINES)
def test_a_command_line_sends_nothing_that_the_reference_does_not_ask_for(
    run: Run, documented: Recording, name: str
) -> None:
    run(f"{LINES[name]} -o json")
    assert documented.requests
    for request in documented.requests:
        check(request)


@pytest.mark.parametrize("line", BULK)
def test_bulk_work_sends_nothing_that_the_reference_does_not_ask_for(
    documented: Recording, line: str
) -> None:
    CliRunner().invoke(app, shlex.split(line))
    for request in documented.requests:
        check(request)
    made = sorted(
        request.endpoint
        for request in documented.requests
        if request.sent or request.endpoint in ("GET /contacts/{id}", "DELETE /contacts/{id}")
    )
    assert made == BULK[line]


def test_an_update_says_the_whole_contact_with_what_the_row_says(
    run: Run, documented: Recording
) -> None:
    run("contacts import 1 people.csv --existing update")
    bodies = {request.endpoint: _body(request) for request in documented.requests if request.sent}
    assert bodies["PUT /contacts/{id}"] == {
        "mobile_number": "+12025550123", "subscribed": True, "first_name": "Bob",
    }  # fmt: skip


def _body(request: Request) -> Any:
    return json.loads(request.sent)
