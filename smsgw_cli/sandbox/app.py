"""The gateway as an ASGI application: faults, routing, authentication, rate limit, handlers."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from email.utils import formatdate
from functools import lru_cache
from hmac import compare_digest
from importlib import import_module
from typing import Any

from smsgw_cli.sandbox import instants, runs
from smsgw_cli.sandbox.faults import Fault
from smsgw_cli.sandbox.laravel import POST_MAX_SIZE, Incoming
from smsgw_cli.sandbox.lenient import relaxed
from smsgw_cli.sandbox.live import Live
from smsgw_cli.sandbox.routes import ROUTES
from smsgw_cli.sandbox.routing import DESCRIPTION, PREFIX, Router
from smsgw_cli.sandbox.store import Store
from smsgw_cli.sandbox.wire import HttpError, Request, Response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_LOGGED_REQUESTS = 200
ROUTER = Router(ROUTES)
OPENAPI = "smsgw_cli.sandbox.openapi"  # imported when it is asked for

log = logging.getLogger(__name__)


class App:
    """The application; `requests` holds method, path and status of the last responses.

    A connection that was dropped without a response has status 0.
    """

    def __init__(
        self,
        store: Store,
        token: str,
        live: Live,
        clock: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.live = live
        self.requests: deque[tuple[str, str, int]] = deque(maxlen=MAX_LOGGED_REQUESTS)
        self._token = token.encode()
        self._clock = clock

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await _body(receive, whole="size" in self.live.lenient)
        if body is None:
            return  # the client disconnected before its request was complete
        self.live.refresh()
        injection = self.live.faults.strike(scope["method"], scope["path"].removeprefix(PREFIX))
        if wait := self.live.latency + injection.delay:
            await asyncio.sleep(wait)
        if injection.fault is not None:
            await self._send_faulty(injection.fault, scope, body, send)
        else:
            await self._send(scope, self._respond(scope, body), send)

    async def _send_faulty(self, fault: Fault, scope: Message, body: bytes, send: Send) -> None:
        if fault.kind == "drop-before":
            return await self._drop(scope)
        response = fault.replacement() or fault.corrupted(self._respond(scope, body))
        if fault.kind == "drop-after":
            return await self._drop(scope)
        return await self._send(scope, response, send, truncate=fault.kind == "truncated")

    def _respond(self, scope: Message, body: bytes) -> Response:
        relaxed.set(self.live.lenient)
        incoming = _incoming(scope, body)
        if incoming.is_preflight:
            return incoming.finished(incoming.preflight())
        limits: dict[str, str] = {}
        try:
            response = self._handle(incoming, limits)
        except HttpError as error:
            response = error.response
            incoming.hints.append(error.hint)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            response = Response(500, {"message": "Server Error"})
        return incoming.finished(response, limits)

    def _handle(self, incoming: Incoming, limits: dict[str, str]) -> Response:
        """In Laravel's order: size, input, route, authentication, rate limit, then the handler.

        `limits` takes the headers of the rate limit, which errors of a handler have as well.
        """
        given = incoming.input()
        method = incoming.meant_method(given)
        if incoming.path == DESCRIPTION:
            described: Response = import_module(OPENAPI).respond(method, incoming.host)
            return described
        if method == "OPTIONS":
            return ROUTER.options(incoming.path)
        route, key = ROUTER.match(method, incoming.path)
        if not compare_digest(incoming.token(), self._token):
            raise incoming.unauthenticated()
        now = self._now()
        if self.live.limit:
            limits.update(self.live.limit.count(now))
        runs.start_due(self.store, now, self.live.speed)
        url = incoming.host + incoming.path
        request = Request(url, key, given, self.store, now, self.live.speed)
        if not route.writes:
            return route.handle(request)
        with self.store.writing():
            return route.handle(request)

    def _now(self) -> int:
        return instants.from_datetime(self._clock()) + self.live.clock

    async def _send(
        self, scope: Message, response: Response, send: Send, *, truncate: bool = False
    ) -> None:
        self._log_request(scope, response.status)
        content = response.content()
        headers = {
            "Date": _date(self._now() // instants.SECOND),
            **response.headers,
        }
        if response.status != 204:
            headers["Content-Type"] = response.media_type
            headers["Content-Length"] = str(len(content))
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": encoded})
        # uvicorn closes the connection if a response is left incomplete.
        part = content[: len(content) // 2] if truncate else content
        await send({"type": "http.response.body", "body": part, "more_body": truncate})

    async def _drop(self, scope: Message) -> None:
        """Reset the connection without a response."""
        self._log_request(scope, 0)
        scope["extensions"]["tcp"]["reset"]()
        await asyncio.sleep(0)  # lets the server notice that the client is gone

    def _log_request(self, scope: Message, status: int) -> None:
        self.requests.append((scope["method"], scope["path"], status))


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


async def _body(receive: Receive, *, whole: bool) -> bytes | None:
    """The body of a request, only the beginning of one that is too large unless it is `whole`.

    None if the client disconnects before its end.
    """
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        if whole or size <= POST_MAX_SIZE:
            parts.append(part)
        size += len(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _incoming(scope: Message, body: bytes) -> Incoming:
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"localhost").decode("latin-1")
    return Incoming(
        scope["method"],
        scope["path"],
        f"{scope['scheme']}://{host}",
        headers,
        body,
        scope["query_string"],
    )
