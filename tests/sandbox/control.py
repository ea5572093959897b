"""A client of the control address, over a real socket."""

from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Api


class Steering:
    """Requests to /__sandbox with a token, by default that of the gateway."""

    def __init__(self, api: Api, token: str | None = None) -> None:
        self.token = token or api.gateway.token
        self.http = httpx.Client(
            base_url=f"{api.gateway.url}/__sandbox/",
            headers={"Authorization": f"Bearer {self.token}"},
            trust_env=False,
            timeout=20,
            verify=False,  # plain HTTP: nothing to verify, and no certificates to load
        )

    def ask(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        """The body of an answer with this status; None if it has none."""
        answer = self.http.request(method, path, json=body if body else None)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query)

    def refused(self, method: str, path: str, body: Any, status: int = 422) -> str:
        """The message of a request that is refused with this status."""
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == status, (answer.status_code, answer.text)
        message: str = answer.json()["message"]
        return message

    def fresh(self, api: Api) -> "Steering":
        """With a token of its own."""
        return Steering(api, self.ask("POST", "tokens", 201)["token"])


@pytest.fixture
def steering(api: Api) -> Any:
    found = Steering(api)
    yield found
    found.http.close()
