"""What imports are tried on: a list, files of any length, and importers as processes."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

Import = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def people(run: Run, server: Gateway) -> Gateway:
    """A gateway that remembers all its answers, with an empty list `People` with a field `name`."""
    log = server._states.main.log
    log.most = log.most_bytes = sys.maxsize  # of the last ones alone a long import tells nothing
    run("contact-lists create People")
    run("fields create People --label 'Full Name' --tag name --type text")
    return server


@pytest.fixture
def importer(home: Path) -> Import:
    """Starts `contacts import People FILE` with these options, as a process."""
    return partial(_started, "import")


@pytest.fixture
def syncer(home: Path) -> Import:
    """Starts `contacts sync People FILE` with these options, as a process."""
    return partial(_started, "sync")


def _started(verb: str, file: Path, *options: str, **settings: Any) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "smsgw_cli", "contacts", verb, "People", str(file)]
    return subprocess.Popen(
        [*line, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **settings,
    )


def file_of(home: Path, rows: int, name: str = "people.csv") -> Path:
    """A file with so many rows, each with a number of its own."""
    path = home / name
    lines = [f"+1202{2_000_000 + each},Person {each}" for each in range(rows)]
    path.write_text("\n".join(["phone,name", *lines]) + "\n")
    return path


def answers(gateway: Gateway) -> Counter[int]:
    """How often each status was the answer to a contact that was sent."""
    return Counter(
        status
        for method, path, status in gateway.requests
        if method == "POST" and path.endswith("/contacts")
    )


def on_list(gateway: Gateway) -> int:
    return int(gateway.store.one("SELECT COUNT(*) AS n FROM contacts", {})["n"])


def each_once(gateway: Gateway, rows: int) -> bool:
    """Whether every row of `file_of` is on the list, once."""
    found = sorted(contact["mobile_number"] for contact in gateway.store.rows("contacts"))
    return found == [f"+1202{2_000_000 + each}" for each in range(rows)]


def delete_list(gateway: Gateway) -> None:
    """Delete the list `People`, as somebody else would meanwhile."""
    httpx.delete(
        f"{gateway.url}/api/v1/contact-lists/1",
        headers={"Authorization": f"Bearer {gateway.token}"},
    ).raise_for_status()
