"""A gateway with something of everything in it."""

import json
from typing import Any

import pytest

from smsgw_cli.sandbox.seed import seed
from smsgw_cli.sandbox.server import Gateway


@pytest.fixture
def seeded(server: Gateway) -> Gateway:
    """The gateway the environment names, with the demo history: lists Customers and Members,
    servers Textlocal, Twilio and Old provider, calls, campaigns, messages."""
    seed(server.settings.db)
    return server


def row(gateway: Gateway, table: str, identity: int) -> dict[str, Any]:
    """What the gateway holds of one thing, its JSON columns read."""
    found = next(each for each in gateway.store.rows(table) if each["id"] == identity)
    return {key: _read(value) for key, value in found.items()}


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value[:1] in ("{", "[") else value


def changes(gateway: Gateway) -> list[tuple[str, str, int]]:
    """The requests so far that were to change something."""
    return [request for request in gateway.requests if request[0] != "GET"]
