"""What was made on the gateway, and a list to import into."""

from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

NUMBER = "+12025550123"


def numbers(rows: int) -> list[str]:
    return [f"+1202555{each:04d}" for each in range(1000, 1000 + rows)]


def write_people(file: Path, rows: int) -> None:
    """A file of this many people to import."""
    file.write_text("phone\n" + "".join(f"{each}\n" for each in numbers(rows)))


def campaigns(gateway: Gateway) -> list[dict[str, Any]]:
    return gateway.store.rows("campaigns")


def contacts(gateway: Gateway) -> list[str]:
    """The numbers that the gateway holds, in order, doubled ones as often as they are there."""
    return sorted(row["mobile_number"] for row in gateway.store.rows("contacts"))


def sends(gateway: Gateway) -> int:
    """How many requests to send reached the gateway."""
    return sum(path.endswith("/messages/send") for _, path, _ in gateway.requests)


@pytest.fixture
def people(server: Gateway, run: Run) -> Gateway:
    """The gateway with an empty list, People, made without anything between."""
    run("contact-lists create People")
    return server
