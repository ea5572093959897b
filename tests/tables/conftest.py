"""What tables are read into: a list with the fields `name` and `city`, and files of any bytes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

ANN, BOB, CY = "+12025550123", "+12025550124", "+12025550125"

Write = Callable[..., str]
Held = Callable[[], dict[str, Any]]


@pytest.fixture
def people(run: Run, server: Gateway) -> Gateway:
    """A gateway with an empty list `People` that has the fields `name` and `city`."""
    run("contact-lists create People")
    run("fields create People Name --tag name --type text")
    run("fields create People City --tag city --type text")
    return server


@pytest.fixture
def write(home: Path) -> Write:
    """Writes a file, and returns its name."""

    def to_file(content: str | bytes, name: str = "people.csv", encoding: str = "utf-8") -> str:
        raw = content.encode(encoding) if isinstance(content, str) else content
        (home / name).write_bytes(raw)
        return name

    return to_file


@pytest.fixture
def held(run: Run, people: Gateway) -> Held:
    """The names on the list by number."""

    def of_list() -> dict[str, Any]:
        shown = run("contacts list People -o json").json
        return {each["mobile_number"]: each["name"] for each in shown}

    return of_list
