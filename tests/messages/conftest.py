"""A gateway outside the test's process, where everything goes wrong that can."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messages.processes import DROPS, ERRORS, GatewayProcess


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayProcess]:
    """A gateway where all of that happens, as a process, being the server of the environment."""
    with GatewayProcess(tmp_path / "outside.db", *DROPS, *ERRORS) as gateway:
        monkeypatch.setenv("SMSGW_SERVER", gateway.url)
        monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")
        yield gateway
