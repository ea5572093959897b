"""The sandbox in tests: a gateway of its own for each test, steered from Python.

In `conftest.py`::

    pytest_plugins = ["smsgw_cli.sandbox.testing"]

In a test::

    def test_a_code_is_sent(sandbox):
        my_program.run(server=sandbox.url, token=sandbox.token)
        assert "4711" in sandbox.wait(to="+12025550123", timeout=5)["content"]

Without pytest::

    with Sandbox(speed=1000, fault="503 POST /messages/send times=1") as sandbox:
        subprocess.run(["smsgw", "messages", "send", ...], env={**os.environ, **sandbox.env})

It needs the packages of `smsgw-cli[sandbox]`. Nothing is ever really sent.
"""

import json
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode, urlsplit

from smsgw_cli.sandbox import control, routing
from smsgw_cli.sandbox.server import Gateway, Settings

Object = dict[str, Any]

SLACK = 30.0
"""Seconds that an answer may take, beyond those that are asked for."""


class Refused(Exception):
    """The control address refused a request: `status` and its message.

    400 and 422: invalid; 401: the token has ended; 403: not allowed; 404: no such thing; 409: not
    in this state.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{message} ({status})")
        self.status = status


class Control:
    """A client of the control address /__sandbox of a running gateway, by its URL and a token.

    Works with every gateway: that of a `Sandbox`, or one that `smsgw sandbox serve` runs, from the
    same machine. `context` is for a gateway with `--tls`: `ssl.create_default_context(cafile=…)`.
    What is stored belongs to the token. Every method raises Refused, and OSError if no gateway
    answers. A message is an object as the API has it: {"id", "from", "to", "content", "type",
    "status", "sent_at", "delivered_at", …}.
    """

    def __init__(self, url: str, token: str, context: ssl.SSLContext | None = None) -> None:
        self.url = url
        self.token = token
        self._context = context

    @property
    def api(self) -> str:
        """The address of the API: paths such as /messages are below it."""
        return f"{self.url}{routing.PREFIX}"

    @property
    def env(self) -> dict[str, str]:
        """The variables that make it the server of `smsgw`: SMSGW_SERVER and SMSGW_TOKEN."""
        return {"SMSGW_SERVER": self.url, "SMSGW_TOKEN": self.token}

    def ready(self) -> bool:
        """Whether it answers. Raises OSError if nothing does."""
        return bool(self._ask("GET", "ready")["ready"])

    def tokens(self) -> "Control":
        """A new token with a fresh state, so that tests run side by side on one gateway."""
        return Control(self.url, self._ask("POST", "tokens")["token"], self._context)

    def end(self) -> None:
        """End a token made by `tokens`, and delete its state."""
        self._ask("DELETE", "tokens")

    def clock(self) -> Object:
        """{"now": "2030-06-03T12:00:00Z", "ahead": seconds before real time}."""
        found: Object = self._ask("GET", "clock")
        return found

    def set_clock(self, now: str | None) -> Object:
        """Set the clock to a time in ISO 8601, None for real time; answers as `clock` does.

        Everything that was due by then happens, in order of time.
        """
        found: Object = self._ask("PUT", "clock", {"now": now})
        return found

    def advance(self, duration: str | float) -> Object:
        """Move the clock on by "2h", "1d12h" or seconds; answers as `clock` does."""
        found: Object = self._ask("PUT", "clock", {"advance": duration})
        return found

    def settings(self) -> Object:
        """The keys of `smsgw sandbox set` that are the gateway's own, and their values."""
        found: Object = self._ask("GET", "settings")
        return found

    def set(self, **keys: Any) -> Object:
        """Set these keys, None for the default: `set(rate="600/min", fail_rate="2%")`.

        Answers as `settings` does.
        """
        found: Object = self._ask("PUT", "settings", keys)
        return found

    def set_device(self, device: int | str, **keys: Any) -> None:
        """Set keys of a device by its id or name: `set_device(1, battery=8, silent="3h")`."""
        self._ask("PATCH", f"devices/{quote(str(device), safe='')}", keys)

    def set_sim(self, sim: int | str, **keys: Any) -> None:
        """Set keys of a SIM by its id, number, label or name: `set_sim(2, active=False)`."""
        self._ask("PATCH", f"sims/{quote(str(sim), safe='')}", keys)

    def receive(
        self, text: str = "", *, sender: str = "+12025550123", to: int | str = 1, **fields: Any
    ) -> Object:
        """Let a message come in from a number on a SIM; returns it.

        `type` is "SMS" (the default), "MMS", "WhatsApp", "call" (with `duration` in seconds, missed
        without) or "USSD" (the answer to the code that waits on the SIM); `attachments` has URLs.
        """
        sent = {"text": text, "to": to, **fields}
        if fields.get("type", "").lower() == "call":
            del sent["text"]
        if fields.get("type", "").lower() != "ussd":
            sent["from"] = sender
        found: Object = self._ask("POST", "receive", sent)
        return found

    def wait(self, *, timeout: float = 10.0, **filters: Any) -> Object:
        """The oldest message that matches, once there is one. Raises TimeoutError without any.

        Filters are `to`, `sender`, `status`, `since` (an id: only later ones), and `text`: a part
        of it, or a /regular expression/.
        """
        try:
            found: Object = self._ask(
                "GET", "wait", query={**filters, "timeout": timeout}, wait=timeout
            )
        except Refused as error:
            if error.status != 404:
                raise
            raise TimeoutError(str(error)) from error
        return found

    def latest(self, **filters: Any) -> Object | None:
        """The newest message that matches the filters of `wait`; None if none does."""
        try:
            found: Object = self._ask("GET", "latest", query=filters)
        except Refused as error:
            if error.status != 404:
                raise
            return None
        return found

    def requests(self, **filters: Any) -> list[Object]:
        """What the API was asked, oldest first, the last 1,000: to assert on.

        [{"id", "method", "path", "query", "headers", "body", "status", "answer", "fault", …}];
        status 0 means that the connection was dropped. Filters are `method`, `path`, `status` and
        `since` (an id).
        """
        found: list[Object] = self._ask("GET", "requests", query=filters)["data"]
        return found

    def clear_requests(self) -> None:
        self._ask("DELETE", "requests")

    def faults(self) -> list[Object]:
        """[{"fault": its text, "seen": requests that it matched, "struck": those it changed}]."""
        found: list[Object] = self._ask("GET", "faults")["data"]
        return found

    def add_fault(self, text: str) -> None:
        """Add a fault: `add_fault("drop-after POST /messages/send times=1")`.

        `smsgw help sandbox` lists the kinds, and whether the request is handled.
        """
        self._ask("POST", "faults", {"fault": text})

    def remove_faults(self, text: str | None = None) -> None:
        """Remove the faults with this text, or all."""
        self._ask("DELETE", "faults", None if text is None else {"fault": text})

    def snapshot(self) -> str:
        """Keep a copy of everything that is stored; returns its id for `restore`."""
        return str(self._ask("POST", "snapshot")["id"])

    def restore(self, snapshot: str) -> None:
        """Everything is as it was then, but for the token and the log of requests."""
        self._ask("POST", "restore", {"id": snapshot})

    def reset(self) -> None:
        """As new: two phones with three SIMs, nothing sent, nothing set, no requests."""
        self._ask("POST", "reset")

    def _ask(
        self,
        method: str,
        path: str,
        body: Object | None = None,
        *,
        query: Object | None = None,
        wait: float = 0.0,
    ) -> Any:
        """The JSON of the answer, None if it has none; it may take `wait` seconds."""
        connection = self._connection(SLACK + wait)
        try:
            connection.request(
                method,
                f"{control.PREFIX}/{path}?{urlencode(_named(query or {}))}",
                json.dumps(body) if body else None,
                {"Authorization": f"Bearer {self.token}"},
            )
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        found: Any = json.loads(content) if content else None
        if answer.status >= 400:
            raise Refused(answer.status, found["message"])
        return found

    def _connection(self, timeout: float) -> HTTPConnection:
        address = urlsplit(self.url)
        if address.scheme == "https":
            return HTTPSConnection(address.netloc, timeout=timeout, context=self._context)
        return HTTPConnection(address.netloc, timeout=timeout)


class Sandbox(Control):
    """A gateway in a thread of this process: `with Sandbox() as sandbox: …`.

    It is on a free port of this machine, with a token and a state of its own, which end with it:
    two phones with three SIMs. `keys` are those of `smsgw sandbox set`, such as `speed=1000`:
    without it, a message takes as long as on a real phone, unless the clock is moved. Raises
    Refused for an invalid key.
    """

    def __init__(self, **keys: Any) -> None:
        super().__init__("", "")
        self._keys = keys
        self._running = ExitStack()

    def start(self) -> None:
        """Start; returns when clients can connect. `url` and `token` are those of the gateway."""
        with ExitStack() as stack:
            folder = stack.enter_context(
                TemporaryDirectory(prefix="smsgw-sandbox-", ignore_cleanup_errors=True)
            )
            gateway = stack.enter_context(Gateway(Settings(Path(folder) / "sandbox.db")))
            self.url, self.token = gateway.url, gateway.token
            if self._keys:
                self.set(**self._keys)
            self._running = stack.pop_all()

    def stop(self) -> None:
        """Stop, and delete what is stored; may be called repeatedly."""
        self._running.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _named(filters: Object) -> Object:
    """With `from`, which is no name in Python, for `sender`; without those that are None."""
    names = {"sender": "from"}
    return {names.get(name, name): value for name, value in filters.items() if value is not None}


def _fixture(function: Callable[[], Iterator[Sandbox]]) -> Any:
    """A fixture of pytest where pytest loads this module; else nothing is imported for it."""
    pytest = sys.modules.get("pytest")
    return pytest.fixture(function) if pytest else function


@_fixture
def sandbox() -> Iterator[Sandbox]:
    """A fresh gateway for the test, 1,000 times as fast as real phones."""
    with Sandbox(speed=1000) as running:
        yield running
