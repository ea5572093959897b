"""The gateway as an ASGI application: rate limit, faults, routing, authentication, handlers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any

from smsgw_cli.sandbox import instants
from smsgw_cli.sandbox.control.access import Access, bearer
from smsgw_cli.sandbox.control.address import ControlAddress, concerns
from smsgw_cli.sandbox.control.request_log import Logged
from smsgw_cli.sandbox.control.states import State, States
from smsgw_cli.sandbox.faults import Fault
from smsgw_cli.sandbox.routes import ROUTES
from smsgw_cli.sandbox.routing import PREFIX, Router
from smsgw_cli.sandbox.wire import HttpError, Request, Response, parse_body, parse_form

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ROUTER = Router(ROUTES)

log = logging.getLogger(__name__)


class App:
    """The application: the API for each token's state, and the control address."""

    def __init__(self, states: States, access: Access) -> None:
        self.states = states
        self.control = ControlAddress(states, access)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if concerns(scope["path"]):
            return await self.control(scope, receive, send)
        body = await _body(receive)
        if body is None:
            return None  # the client disconnected before its request was complete
        exchange = Exchange(self._state(scope) or self.states.main, scope, body, send)
        state = exchange.state
        state.live.refresh()
        injection = state.live.faults.strike(scope["method"], scope["path"].removeprefix(PREFIX))
        if wait := state.live.latency + injection.delay:
            await asyncio.sleep(wait)
        if injection.fault is not None:
            return await self._send_faulty(injection.fault, exchange)
        return await self._send(exchange, self._respond(exchange))

    def _state(self, scope: Message) -> State | None:
        """The state of the token of a request; None if it is unknown."""
        headers = dict(scope["headers"])
        return self.states.find(bearer(headers.get(b"authorization", b"").decode("latin-1")))

    async def _send_faulty(self, fault: Fault, exchange: "Exchange") -> None:
        exchange.fault = fault.text
        if fault.kind == "drop-before":
            return await self._drop(exchange)
        response = fault.replacement() or fault.corrupted(self._respond(exchange))
        if fault.kind == "drop-after":
            return await self._drop(exchange)
        return await self._send(exchange, response, truncate=fault.kind == "truncated")

    def _respond(self, exchange: "Exchange") -> Response:
        headers: dict[str, str] = {}
        scope, state = exchange.scope, exchange.state
        try:
            now = state.now()
            if state.live.limit:
                headers = state.live.limit.count(now)
            response = self._handle(exchange, now)
        except HttpError as error:
            response = error.response
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            response = Response(500, {"message": "Server Error"})
        state.tell()
        return replace(response, headers={**headers, **response.headers}) if headers else response

    def _handle(self, exchange: "Exchange", now: int) -> Response:
        scope, state = exchange.scope, exchange.state
        route, key = ROUTER.match(scope["method"], scope["path"])
        request_headers = dict(scope["headers"])
        if self._state(scope) is not state:
            raise HttpError(401, "Unauthenticated.")
        state.start_due(now)
        request = Request(
            _url(scope, request_headers),
            key,
            parse_form(scope["query_string"]),
            parse_body(exchange.body, request_headers.get(b"content-type", b"")),
            state.store,
            now,
            state.live.behaviour,
        )
        if not route.writes:
            return route.handle(request)
        with state.store.writing():
            return route.handle(request)

    async def _send(
        self, exchange: "Exchange", response: Response, *, truncate: bool = False
    ) -> None:
        content = response.content()
        exchange.log(response, content)
        headers = {
            "Date": formatdate(exchange.state.now() // instants.SECOND, usegmt=True),
            "Content-Type": response.media_type,
            **response.headers,
        }
        if response.status != 204:
            headers["Content-Length"] = str(len(content))
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        start = {"type": "http.response.start", "status": response.status, "headers": encoded}
        await exchange.send(start)
        # uvicorn closes the connection if a response is left incomplete.
        part = content[: len(content) // 2] if truncate else content
        await exchange.send({"type": "http.response.body", "body": part, "more_body": truncate})

    async def _drop(self, exchange: "Exchange") -> None:
        """Reset the connection without a response."""
        exchange.log(Response(0), b"")
        exchange.scope["extensions"]["tcp"]["reset"]()
        await asyncio.sleep(0)  # lets the server notice that the client is gone


@dataclass(slots=True)
class Exchange:
    """A request and whom its answer goes to; `fault` is the text of the fault that it met."""

    state: State
    scope: Message
    body: bytes
    send: Send
    fault: str | None = None

    def log(self, response: Response, content: bytes) -> None:
        """Keep it; a connection that was dropped without a response has status 0."""
        scope = self.scope
        logged = Logged(
            self.state.now(),
            scope["method"],
            scope["path"],
            scope["query_string"],
            scope["headers"],
            self.body,
            response.status,
            content,
            response.headers.get("X-Sandbox-Hint"),
            self.fault,
        )
        self.state.log.add(logged)


async def _body(receive: Receive) -> bytes | None:
    parts = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _url(scope: Message, headers: dict[bytes, bytes]) -> str:
    host = headers.get(b"host", b"localhost").decode("latin-1")
    return f"{scope['scheme']}://{host}{scope['path']}"
