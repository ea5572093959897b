"""Numbers whose messages arrive or fail, and what the server holds."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

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
def held(server: Gateway, tmp_path: Path) -> Held:
    """How often each number got each text."""

    def read() -> Counter[tuple[str, str]]:
        with closing(sqlite3.connect(tmp_path / "gateway.db")) as db:
            return Counter(db.execute("SELECT to_number, content FROM messages").fetchall())

    return read
