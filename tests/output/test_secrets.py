"""Secrets are masked where people look over shoulders, and shown on request."""

import json
import shlex
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from typer.testing import CliRunner

from smsgw_cli import redact
from smsgw_cli.app import app
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.store import Store
from tests.conftest import Run
from tests.output.printing import printed, printed_one
from tests.scripted import answer, scripted

SECRET = "s3cr3t-v4lue"
CONFIG = f'{{"url": "https://x.example", "pin": 4711, "deep": ["{SECRET}"], "test": true, "a": ""}}'


@pytest.fixture
def sending_server(server: Gateway) -> None:
    """A sending server with the id 1 and a secret in its config."""
    row = {"name": "Textlocal", "driver": "Textlocal", "supported_types": '["SMS"]', "enabled": 1}
    with closing(Store(server.settings.db)) as store, store.writing():
        store.insert("sending_servers", {**row, "config": CONFIG, "created_at": 0})


@pytest.mark.usefixtures("sending_server")
@pytest.mark.parametrize(
    "line",
    [
        "get 1 -o table",
        "get 1 -o table -c config.deep",
        "list -o table -c id,config",
        "list -o table --query '[].{x: config.deep}'",
        "get 1 -o table --query config",
        "get 1 -o table --query config.deep",
    ],
)
def test_the_config_of_a_sending_server_is_masked_in_tables(run: Run, line: str) -> None:
    shown = run(f"sending-servers {line}").stdout
    assert SECRET not in shown
    assert "4711" not in shown
    assert redact.MASK in shown
    assert SECRET in run(f"sending-servers {line} --show-secrets").stdout


@pytest.mark.usefixtures("sending_server")
@pytest.mark.parametrize("format", ["json", "ndjson", "csv", "tsv"])
def test_data_is_whole(run: Run, format: str) -> None:
    assert SECRET in run(f"sending-servers get 1 -o {format}").stdout


@pytest.mark.usefixtures("sending_server")
@pytest.mark.parametrize("option", ["-v", "--debug"])
def test_what_is_told_of_requests_is_masked(run: Run, server: Gateway, option: str) -> None:
    told = run(f"sending-servers get 1 -o json {option}").stderr
    assert "GET" in told
    assert SECRET not in told
    assert server.token not in told


@pytest.mark.parametrize(
    "key",
    ["token", "access_token", "accessToken", "password", "client_secret", "api_key", "apiKey"],
)
def test_what_is_called_a_secret_is_masked_wherever_it_is(key: str) -> None:
    assert SECRET not in printed_one({"options": [{key: SECRET}]}, "table")
    assert SECRET not in printed([{key: {"value": SECRET}}], "table")
    assert SECRET in printed([{key: SECRET}], "table", show_secrets=True)


def test_what_is_empty_or_a_switch_is_no_secret() -> None:
    config = {"token": None, "password": "", "test": True, "key": "x"}
    assert redact.data({"config": config})["config"] == {**config, "key": redact.MASK}


@pytest.mark.parametrize("key", ["monkey", "token_source", "keyword", "id", "content"])
def test_what_only_sounds_like_a_secret_is_shown(key: str) -> None:
    assert redact.data({key: "x"}) == {key: "x"}


TOKEN = "12|s3cr3t/half-of-it"
HALF = "s3cr3t/half-of-it"
ECHOES = [TOKEN, HALF, json.dumps(TOKEN), HALF.replace("/", "\\/"), quote(TOKEN, safe="")]


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("status", ["201 Created", "422 Unprocessable Content", "500 Oops"])
@pytest.mark.parametrize(
    "line",
    [
        "contact-lists create VIP",
        "contact-lists create VIP -o json",
        "contact-lists create VIP -v",
        "contact-lists create VIP --query 'abs(name)' -o json",
        "messages send --to +12025550123 -m x --yes --settle 0 --retries 0",
        "doctor",
        "api POST things -i",
    ],
)
def test_a_token_that_a_server_repeats_is_masked_everywhere(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, line: str, status: str, echo: str
) -> None:
    monkeypatch.setenv("SMSGW_TOKEN", TOKEN)
    body = {"id": 7, "name": f"Bearer {echo}", "message": f"bad token {echo}"}
    page = answer(status, json.dumps(body).encode(), f"X-RateLimit-Limit: {echo}")
    with scripted(page, page) as script:
        monkeypatch.setenv("SMSGW_SERVER", script.url)
        ended = CliRunner().invoke(app, shlex.split(line))
    assert script.requests
    assert HALF not in ended.output.replace("\\/", "/").replace("%2F", "/")
    for path in home.rglob("*"):
        assert not path.is_file() or HALF.encode() not in path.read_bytes().replace(b"\\/", b"/")


def test_a_short_token_masks_no_ordinary_word() -> None:
    shown = "the token, Bearer tok, is wrong"
    assert redact.text(shown, "tok") == f"the token, {redact.MASK}, is wrong"
    assert redact.text("12 of 12 contacts", "12|abc") == "12 of 12 contacts"
