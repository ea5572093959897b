"""A gateway on a real socket for each test, with a clock that the test moves."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from smsgw_cli.sandbox.seed import seed
from smsgw_cli.sandbox.server import Gateway, Settings

MONDAY_NOON = datetime(2030, 6, 3, 12, tzinfo=UTC)

JsonObject = dict[str, Any]


class MovingClock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = MONDAY_NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class Api:
    """A client of the gateway under test; paths are relative to /api/v1."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.http = httpx.Client(
            base_url=f"{gateway.url}/api/v1",
            headers={
                "Authorization": f"Bearer {gateway.token}",
                "Accept": "application/json",
            },
            trust_env=False,
            timeout=20,
            verify=False,  # plain HTTP: nothing to verify, and no certificates to load
        )

    def get(self, path: str, **query: Any) -> Any:
        """The body of a GET that is answered with 200."""
        answer = self.http.get(path, params=query or None)
        assert answer.status_code == 200, (answer.text, self.gateway.requests[-5:])
        return answer.json()

    def data(self, path: str, **query: Any) -> list[JsonObject]:
        """The first page of a list."""
        rows: list[JsonObject] = self.get(path, **query)["data"]
        return rows

    def create(self, path: str, **body: Any) -> JsonObject:
        """The body of a POST that is answered with 201."""
        answer = self.http.post(path, json=body)
        assert answer.status_code == 201, (answer.text, self.gateway.requests[-5:])
        created: JsonObject = answer.json()
        return created

    def done(self, method: str, path: str, **body: Any) -> None:
        """A PUT or DELETE that is answered with 204 and nothing else."""
        answer = self.http.request(method, path, json=body)
        assert (answer.status_code, answer.content) == (204, b""), answer.text

    def errors(self, path: str, method: str = "POST", **body: Any) -> dict[str, list[str]]:
        """The errors of a request that is answered with 422."""
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == 422, (answer.status_code, answer.text)
        errors: dict[str, list[str]] = answer.json()["errors"]
        return errors

    def send(self, **body: Any) -> JsonObject:
        """Send an SMS to a number that is always delivered, and ask for the report of it, unless
        `body` says otherwise."""
        usual = {"mobile_numbers": ["+12025550123"], "message": "Hi", "delivery_report": True}
        return self.create("/messages/send", **{**usual, **body})

    def statuses(self, **query: Any) -> list[str]:
        return [message["status"] for message in self.data("/messages", **query)]


Start = Callable[..., Api]


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def start(tmp_path: Path, clock: MovingClock) -> Iterator[Start]:
    """Starts gateways with the settings given; the default is an empty one."""
    running: list[Api] = []

    def started(**settings: Any) -> Api:
        gateway = Gateway(replace(Settings(tmp_path / "sandbox.db", clock=clock), **settings))
        gateway.start()
        running.append(Api(gateway))
        return running[-1]

    yield started
    for api in running:
        api.http.close()
        api.gateway.stop()


@pytest.fixture
def api(start: Start) -> Api:
    """A gateway as a new database has it: two phones, three SIMs."""
    return start()


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seeded") / "sandbox.db"
    seed(path)
    return path


@pytest.fixture
def seeded(start: Start, seeded_file: Path, tmp_path: Path) -> Api:
    """A gateway with the demo history."""
    copy = tmp_path / "seeded.db"
    shutil.copy(seeded_file, copy)
    return start(db=copy)
