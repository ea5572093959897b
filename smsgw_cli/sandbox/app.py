"""The gateway as an ASGI application: faults, routing, authentication, rate limit, handlers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from email.utils import formatdate
from functools import cached_property, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from smsgw_cli.sandbox import instants, page_faults
from smsgw_cli.sandbox.control import concerns
from smsgw_cli.sandbox.control.request_log import Logged, safe_headers
from smsgw_cli.sandbox.control.states import State, States
from smsgw_cli.sandbox.deliveries import Delivery
from smsgw_cli.sandbox.faults import Fault
from smsgw_cli.sandbox.laravel import HINT, POST_MAX_SIZE, Incoming
from smsgw_cli.sandbox.lenient import relaxed
from smsgw_cli.sandbox.routes import ROUTES
from smsgw_cli.sandbox.routing import DESCRIPTION, PREFIX, Router
from smsgw_cli.sandbox.stale import cached
from smsgw_cli.sandbox.wire import HttpError, Request, Response

if TYPE_CHECKING:
    from smsgw_cli.sandbox.control.address import ControlAddress

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ROUTER = Router(ROUTES)
# Imported when they are first asked, which those of an embedded gateway never are.
CONTROL = "smsgw_cli.sandbox.control.address"
OPENAPI = "smsgw_cli.sandbox.openapi"

log = logging.getLogger(__name__)


class App:
    """The application: the API for each token's state, and the control address.

    `allowed` is who may steer it, `host` the host that is served. `ending` ends what would wait.
    """

    def __init__(self, states: States, allowed: str, host: str) -> None:
        self.states = states
        self.ending = asyncio.Event()
        self._allowed, self._host = allowed, host

    @cached_property
    def _control(self) -> "ControlAddress":
        made: ControlAddress = import_module(CONTROL).ControlAddress(
            self.states, self._allowed, self._host, self.ending
        )
        return made

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if concerns(scope["path"]):
            return await self._control(scope, receive, send)
        incoming = _incoming(scope)
        state = self._state(incoming) or self.states.main
        state.live.refresh()
        body = await _body(receive, whole="size" in state.live.lenient)
        if body is None:
            return None  # the client disconnected before its request was complete
        incoming.body = body
        exchange = Exchange(state, scope, incoming, send)
        injection = state.live.faults.strike(scope["method"], scope["path"].removeprefix(PREFIX))
        if wait := state.live.latency + injection.delay:
            await asyncio.sleep(wait)
        if injection.fault is not None:
            return await self._send_faulty(injection.fault, exchange)
        return await self._send(exchange, self._respond(exchange))

    def _state(self, incoming: Incoming) -> State | None:
        """The state of the token of a request; None if it is unknown."""
        return self.states.find(incoming.token().decode("latin-1"))

    async def _send_faulty(self, fault: Fault, exchange: "Exchange") -> None:
        exchange.fault = fault.text
        if fault.kind == "drop-before":
            return await self._drop(exchange)
        response = fault.replacement() or self._corrupted(fault, exchange)
        if fault.kind == "drop-after":
            return await self._drop(exchange)
        return await self._send(exchange, response, fault)

    def _corrupted(self, fault: Fault, exchange: "Exchange") -> Response:
        with page_faults.at_work(fault.kind):
            response = self._respond(exchange)
        if fault.kind == "cached":
            return exchange.cached(response)
        return fault.corrupted(response)

    def _respond(self, exchange: "Exchange") -> Response:
        incoming, state = exchange.incoming, exchange.state
        relaxed.set(state.live.lenient)
        if incoming.is_preflight:
            return incoming.finished(incoming.preflight())
        limits: dict[str, str] = {}
        try:
            response = self._handle(incoming, state, limits)
        except HttpError as error:
            response = error.response
            incoming.hints.append(error.hint)
        except Exception:
            log.exception("%s %s failed", incoming.method, incoming.path)
            response = Response(500, {"message": "Server Error"})
        state.tell()
        return incoming.finished(response, limits)

    def _handle(self, incoming: Incoming, state: State, limits: dict[str, str]) -> Response:
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
        if self._state(incoming) is not state:
            raise incoming.unauthenticated()
        now = state.now()
        if state.live.limit:
            limits.update(state.live.limit.count(now))
        state.start_due(now)
        url = incoming.host + incoming.path
        request = Request(url, key, given, state.store, now, state.live.behaviour)
        if not route.writes:
            return route.handle(request)
        with state.store.writing():
            return route.handle(request)

    async def _send(
        self, exchange: "Exchange", response: Response, fault: Fault | None = None
    ) -> None:
        content = response.content()
        exchange.log(response, content)
        headers = {
            "Date": _date(exchange.state.now() // instants.SECOND),
            **response.headers,
        }
        if response.status != 204:
            headers["Content-Type"] = response.media_type
            headers["Content-Length"] = str(len(content))
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        start = {"type": "http.response.start", "status": response.status, "headers": encoded}
        delivery = Delivery(start, content, exchange.send, exchange.scope["extensions"]["tcp"])
        await (delivery.go(fault.kind, fault.delay) if fault else delivery.go())

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
    incoming: Incoming
    send: Send
    fault: str | None = None

    def cached(self, fresh: Response) -> Response:
        """What a cache answers; it keeps no other answers than 200 to a GET."""
        if self.scope["method"] != "GET" or fresh.status != 200:
            return fresh
        url = f"{self.incoming.path}?{self.incoming.query.decode('latin-1')}"
        return cached(self.state.live.faults.cache, url, fresh, self.state.now())

    def log(self, response: Response, content: bytes) -> None:
        """Keep it; a connection that was dropped without a response has status 0."""
        incoming = self.incoming
        logged = Logged(
            self.state.now(),
            incoming.method,
            incoming.path,
            incoming.query,
            safe_headers(self.scope["headers"]),
            incoming.body,
            response.status,
            content,
            response.headers.get(HINT),
            self.fault,
        )
        self.state.log.add(logged)


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


def _incoming(scope: Message) -> Incoming:
    headers = dict(scope["headers"])
    host = headers.get(b"host", b"localhost").decode("latin-1")
    return Incoming(
        scope["method"],
        scope["path"],
        f"{scope['scheme']}://{host}",
        headers,
        b"",
        scope["query_string"],
    )
