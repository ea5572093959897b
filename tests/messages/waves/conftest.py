"""Numbers whose messages arrive or fail, and what the server holds."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control

Held = Callable[[], Counter[tuple[str, str]]]
Write = Callable[[list[str]], str]


def good(count: int, start: int = 0) -> list[str]:
    """Numbers whose messages arrive."""
    return [f"+1202{2_000_200 + each}" for each in range(start, start + count)]


def bad(count: int) -> list[str]:
    """Numbers whose messages fail."""
    return [f"+1202{201 + each}0199" for each in range(count)]


@pytest.fixture
def numbers(home: Path) -> Write:
    """Write numbers to a file; returns the argument of --to."""

    def write(found: list[str]) -> str:
        (home / "numbers.txt").write_text("\n".join(found) + "\n")
        return "@numbers.txt"

    return write


@pytest.fixture
def control(server: Gateway) -> Control:
    return Control(server.url, server.token)


@pytest.fixture
def held(server: Gateway) -> Iterator[Held]:
    """How often each number got each text."""
    with httpx.Client(
        base_url=f"{server.url}/api/v1",
        headers={"Authorization": f"Bearer {server.token}", "Accept": "application/json"},
        trust_env=False,
    ) as api:

        def read() -> Counter[tuple[str, str]]:
            found: Counter[tuple[str, str]] = Counter()
            page = 1
            while rows := api.get("/messages", params={"page": page}).json()["data"]:
                found.update((each["to"], each["content"]) for each in rows)
                page += 1
            return found

        yield read
