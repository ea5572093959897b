"""Stands in for the control address until that exists: sessions, and the little the page needs.

To be deleted when the control address is merged; nothing else may import it but app.py.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from typing import Any, Protocol
from urllib.parse import parse_qsl

from smsgw_cli.sandbox import instants, runs, steering, store
from smsgw_cli.sandbox.keys import STEERED, Change
from smsgw_cli.sandbox.live import Live
from smsgw_cli.sandbox.page.events import feed_of, stream
from smsgw_cli.sandbox.page.static import HEADERS, PREFIX, static_file
from smsgw_cli.sandbox.page.views import view
from smsgw_cli.sandbox.store import Store
from smsgw_cli.sandbox.wire import HttpError, Response

COOKIE = "smsgw_sandbox"
MAX_BODY = 1_000_000
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Body = dict[str, Any]


class Application(Protocol):
    """What is used of the gateway's application."""

    store: Store
    live: Live
    requests: Any

    def now(self) -> int: ...


class StandIn:
    """Answers what is below /__sandbox."""

    def __init__(self, app: Application, token: str) -> None:
        self._app = app
        self._token = token
        self.ending = asyncio.Event()

    @property
    def store(self) -> Store:
        return self._app.store

    @property
    def live(self) -> Live:
        return self._app.live

    def now(self) -> int:
        return self._app.now()

    def catch_up(self) -> None:
        self.live.refresh()
        runs.start_due(self.store, self.now(), self.live.speed)

    def last_request(self) -> object:
        return len(self._app.requests), self._app.requests and id(self._app.requests[-1])

    async def respond(self, scope: Message, body: bytes, receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        path = scope["path"].removeprefix(f"{PREFIX}/")
        query = dict(parse_qsl(scope["query_string"].decode(errors="replace")))
        self.live.refresh()
        try:
            self._guard(headers)
            if path == "events" and self._authenticated(headers):
                last = headers.get("last-event-id") or query.get("after", "")
                await stream(feed_of(self), last, receive, send, self.ending)
                return
            response = self._respond(scope, path, query, headers, body)
        except HttpError as error:
            response = error.response
        except (ValueError, KeyError, TypeError) as error:
            response = Response(422, {"message": str(error)})
        await _send(response, send)

    def _respond(
        self, scope: Message, path: str, query: dict[str, str], headers: Body, body: bytes
    ) -> Response:
        method = scope["method"]
        if method == "GET" and (found := static_file(scope["path"])):
            return found
        if path == "ready":
            return Response(payload={"ready": True})
        if not self._authenticated(headers):
            raise HttpError(401, "Unauthenticated.")
        if method == "GET" and (found := view(self, path, query)):
            return found
        if len(body) > MAX_BODY:
            raise HttpError(413, "Content Too Large")
        handler = HANDLERS.get((method, path.split("/")[0]))
        if handler is None:
            raise HttpError(404, "Not Found")
        return handler(self, path, json.loads(body) if body else query)

    def _guard(self, headers: Body) -> None:
        host = headers.get("host", "")
        if host.rpartition(":")[0] not in LOOPBACK:
            raise HttpError(421, "Misdirected Request")
        if headers.get("origin", f"http://{host}") != f"http://{host}":
            raise HttpError(403, "Forbidden")

    def _authenticated(self, headers: Body) -> bool:
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if not given:
            with suppress(CookieError, KeyError):
                given = SimpleCookie(headers.get("cookie", ""))[COOKIE].value
        return compare_digest(given.encode(), self._token.encode())

    def session(self, path: str, body: Body) -> Response:
        cookie = f"{COOKIE}={self._token}; HttpOnly; SameSite=Strict; Path={PREFIX}"
        return Response(204, headers={"Set-Cookie": cookie})

    def clock(self, path: str, body: Body) -> Response:
        now, moved = self.now(), None
        if "advance" in body:
            moved = _seconds(body["advance"]) * 1000
        elif body["now"] is not None:
            moved = instants.from_datetime(datetime.fromisoformat(body["now"])) - now
        steering.change(self.store.path, Change({"clock": moved}))
        self.live.refresh()
        at = instants.to_datetime(self.now(), UTC)
        return Response(
            payload={"now": f"{at:%Y-%m-%dT%H:%M:%SZ}", "ahead": self.live.clock // 1000}
        )

    def settings(self, path: str, body: Body) -> Response:
        known = {name: value for name, value in body.items() if name in STEERED}
        steering.change(self.store.path, Change(known))
        return Response(payload=body)

    def faults(self, path: str, body: Body) -> Response:
        return Response(payload={"data": self._faults()})

    def add_fault(self, path: str, body: Body) -> Response:
        faults = [each["fault"] for each in self._faults()]
        STEERED["fault"].check(body["fault"])
        steering.change(self.store.path, Change({"fault": [*faults, body["fault"]]}))
        self.live.refresh()
        return Response(201, body)

    def remove_faults(self, path: str, body: Body) -> Response:
        kept = [each["fault"] for each in self._faults() if body and each["fault"] != body["fault"]]
        steering.change(self.store.path, Change({"fault": kept}))
        self.live.refresh()
        return Response(204)

    def _faults(self) -> list[Body]:
        entry = self.store.entries().get("fault")
        armed = self.live.faults._armed
        return [
            {"fault": text, "seen": each.seen, "struck": each.struck}
            for text, each in zip(entry.value or () if entry else (), armed, strict=False)
        ]

    def patch(self, path: str, body: Body) -> Response:
        kind, _, key = path.partition("/")
        steering.change(self.store.path, Change(parts={kind.removesuffix("s"): (int(key), body)}))
        return Response(payload=body)

    def receive(self, path: str, body: Body) -> Response:
        row = store.receive(self.store.path, sender=body["from"], sim=body["to"], text=body["text"])
        return Response(201, {"id": row["id"]})

    def reset(self, path: str, body: Body) -> Response:
        store.reset(self.store.path)
        feed_of(self).reload()
        return Response(204)

    def requests(self, path: str, query: Body) -> Response:
        rows = [
            {
                "id": number,
                "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "method": method,
                "path": path,
                "query": "",
                "headers": {},
                "body": "",
                "status": status,
                "answer": "",
                "hint": None,
                "fault": None,
            }
            for number, (method, path, status) in enumerate(self._app.requests, start=1)
            if number > int(query.get("since") or 0)
        ]
        return Response(payload={"data": rows})


def _seconds(text: Any) -> int:
    units = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
    if isinstance(text, str) and text[-1:] in units:
        return int(text[:-1]) * units[text[-1]]
    return int(text)


HANDLERS: dict[tuple[str, str], Callable[[StandIn, str, Body], Response]] = {
    ("POST", "session"): StandIn.session,
    ("PUT", "clock"): StandIn.clock,
    ("PUT", "settings"): StandIn.settings,
    ("GET", "faults"): StandIn.faults,
    ("POST", "faults"): StandIn.add_fault,
    ("DELETE", "faults"): StandIn.remove_faults,
    ("PATCH", "devices"): StandIn.patch,
    ("PATCH", "sims"): StandIn.patch,
    ("POST", "receive"): StandIn.receive,
    ("POST", "reset"): StandIn.reset,
    ("GET", "requests"): StandIn.requests,
}


async def _send(response: Response, send: Send) -> None:
    content = response.content()
    headers = {**HEADERS, "Content-Type": response.media_type, **response.headers}
    if response.status != 204:
        headers["Content-Length"] = str(len(content))
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    await send({"type": "http.response.body", "body": content})
