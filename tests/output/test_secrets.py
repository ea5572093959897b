"""Secrets are masked where people look over shoulders, and shown on request."""

from contextlib import closing

import pytest

from smsgw_cli import redact
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.store import Store
from tests.conftest import Run
from tests.output.printing import printed, printed_one

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
