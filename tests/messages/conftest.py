"""A gateway outside the test's process, where everything goes wrong that can; places and times."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sandbox.testing import Control
from tests.messages.processes import DROPS, ERRORS, GatewayProcess


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayProcess]:
    """A gateway where all of that happens, as a process, being the server of the environment."""
    with GatewayProcess(tmp_path / "outside.db", *DROPS, *ERRORS) as gateway:
        monkeypatch.setenv("SMSGW_SERVER", gateway.url)
        monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
        yield gateway


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture
def in_2031(server: Gateway) -> Control:
    """The server's clock is at noon in UTC, on Wednesday, 1 January 2031."""
    control = Control(server.url, server.token)
    control.set_clock("2031-01-01T12:00:00Z")
    return control
