"""A gateway over a real socket for every test, and `run`, which runs a command line against it."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import settings
from typer.testing import CliRunner

from smsgw_cli.api import backoff
from smsgw_cli.app import app
from smsgw_cli.commands import TABLE
from smsgw_cli.sandbox.server import Gateway, Settings
from smsgw_cli.sandbox.store import Store

# No test depends on speed; half of the usual examples keep the suite within ten minutes.
settings.register_profile("patient", deadline=None, max_examples=50)
settings.load_profile("patient")

# Built once a process, as for users: building a command takes 3 of the 17 ms of a send.
TABLE.load = cache(TABLE.load)

SPEED = 100_000.0  # phones done before anybody can ask
FOREIGN = ("SMSGW_", "XDG_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy")


@dataclass(frozen=True)
class Result:
    """What a command line printed and how it ended."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)

    @property
    def error(self) -> Any:
        """The error as `-o json` tells it: the last line of stderr."""
        return json.loads(self.stderr.splitlines()[-1])["error"]


class Run(Protocol):
    def __call__(
        self, line: str, *args: str, code: int | None = 0, input: str | bytes = ""
    ) -> Result: ...


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, no setting of whoever runs the tests, and that folder to work in.

    Retries in this process wait for next to nothing.
    """
    for name in os.environ:
        if name.startswith(FOREIGN):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()  # another test may have been elsewhere
    monkeypatch.chdir(folder)
    monkeypatch.setattr(backoff, "FIRST_WAIT", 0.01)
    return folder


@pytest.fixture(scope="session")
def new_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a new gateway, of which each test gets a copy: making one takes longer."""
    path = tmp_path_factory.mktemp("new") / "gateway.db"
    Store(path).close()
    return path


@pytest.fixture
def gateway(new_db: Path, tmp_path: Path) -> Iterator[Gateway]:
    """A fresh gateway: two phones, three SIMs, nothing else."""
    db = tmp_path / "gateway.db"
    shutil.copy(new_db, db)
    with Gateway(Settings(db, speed=SPEED)) as running:
        yield running
        for method, path, status in running.requests:
            print(f"{method} {path} → {status}")  # shown where a test failed


@pytest.fixture
def server(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """The gateway, being what the environment names as the server."""
    monkeypatch.setenv("SMSGW_SERVER", gateway.url)
    monkeypatch.setenv("SMSGW_TOKEN", gateway.token)
    return gateway


@pytest.fixture
def against(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make a URL the server, with the token `hush-hush`."""

    def use(url: str) -> None:
        monkeypatch.setenv("SMSGW_SERVER", url)
        monkeypatch.setenv("SMSGW_TOKEN", "hush-hush")

    return use


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command line as a process of its own."""

    def run_process(line: str, **settings: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "smsgw_cli", *shlex.split(line)],
            **{"capture_output": True, "text": True, "timeout": 60, **settings},
        )

    return run_process


@pytest.fixture
def run() -> Run:
    """Run a command line in this process; `args` are appended as they are, a `code` of None is any
    one."""

    def run_line(line: str, *args: str, code: int | None = 0, input: str | bytes = "") -> Result:
        given = [*shlex.split(line), *args]
        ended = CliRunner().invoke(app, given, input=input)
        print(f"$ smsgw {shlex.join(given)}\n{ended.stdout}{ended.stderr}")
        assert code in (None, ended.exit_code), (
            f"exit code {ended.exit_code}, not {code}: {ended.stderr}"
        )
        return Result(ended.exit_code, ended.stdout, ended.stderr)

    return run_line
