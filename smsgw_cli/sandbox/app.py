"""The gateway as an ASGI application: limit, faults, route, token, handler, answer."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from datetime import datetime
from email.utils import formatdate
from hmac import compare_digest
from typing import Any

from smsgw_cli.sandbox import instants, runs
from smsgw_cli.sandbox.faults import Fault, Faults
from smsgw_cli.sandbox.limits import RateLimit
from smsgw_cli.sandbox.routes import ROUTES
from smsgw_cli.sandbox.routing import PREFIX, Router
from smsgw_cli.sandbox.store import Store
from smsgw_cli.sandbox.wire import Answer, RefusalError, Request, parse_body, parse_form

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

REMEMBERED = 200
ROUTER = Router(ROUTES)

log = logging.getLogger(__name__)


class App:
    """The application; `requests` has the method, path and status of the last answers.

    A connection that was dropped instead of answered has status 0.
    """

    def __init__(
        self,
        store: Store,
        token: str,
        *,
        speed: float,
        latency: float,
        limit: RateLimit | None,
        faults: Faults,
        clock: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.faults = faults
        self.requests: deque[tuple[str, str, int]] = deque(maxlen=REMEMBERED)
        self._authorization = f"Bearer {token}".encode()
        self._speed = speed
        self._latency = latency
        self._limit = limit
        self._clock = clock

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            return  # the client left before its request was complete
        strike = self.faults.strike(scope["method"], scope["path"].removeprefix(PREFIX))
        if wait := self._latency + strike.delay:
            await asyncio.sleep(wait)
        if strike.fault is not None:
            await self._faulty(strike.fault, scope, body, send)
        else:
            await self._send(scope, self._answer(scope, body), send)

    async def _faulty(self, fault: Fault, scope: Message, body: bytes, send: Send) -> None:
        if fault.kind == "drop-before":
            return await self._drop(scope)
        answer = fault.instead() or fault.spoiled(self._answer(scope, body))
        if fault.kind == "drop-after":
            return await self._drop(scope)
        return await self._send(scope, answer, send, cut_short=fault.kind == "truncated")

    def _answer(self, scope: Message, body: bytes) -> Answer:
        headers: dict[str, str] = {}
        try:
            now = self._now()
            if self._limit:
                headers = self._limit.count(now)
            answer = self._handled(scope, body, now)
        except RefusalError as refused:
            answer = refused.answer
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            answer = Answer(500, {"message": "Server Error"})
        return replace(answer, headers={**headers, **answer.headers}) if headers else answer

    def _handled(self, scope: Message, body: bytes, now: int) -> Answer:
        route, key = ROUTER.match(scope["method"], scope["path"])
        given = dict(scope["headers"])
        if not compare_digest(given.get(b"authorization", b""), self._authorization):
            raise RefusalError(401, "Unauthenticated.")
        runs.start_due(self.store, now, self._speed)
        request = Request(
            _url(scope, given),
            key,
            parse_form(scope["query_string"]),
            parse_body(body, given.get(b"content-type", b"")),
            self.store,
            now,
            self._speed,
        )
        if not route.writes:
            return route.handle(request)
        with self.store.writing():
            return route.handle(request)

    def _now(self) -> int:
        return instants.from_datetime(self._clock())

    async def _send(
        self, scope: Message, answer: Answer, send: Send, *, cut_short: bool = False
    ) -> None:
        self._remember(scope, answer.status)
        content = answer.content()
        headers = {
            "Date": formatdate(self._now() // instants.SECOND, usegmt=True),
            "Content-Type": answer.media_type,
            **answer.headers,
        }
        if answer.status != 204:
            headers["Content-Length"] = str(len(content))
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
        # The server closes the connection of an answer that is not completed.
        part = content[: len(content) // 2] if cut_short else content
        await send({"type": "http.response.body", "body": part, "more_body": cut_short})

    async def _drop(self, scope: Message) -> None:
        """Reset the connection instead of answering."""
        self._remember(scope, 0)
        scope["extensions"]["tcp"]["reset"]()
        await asyncio.sleep(0)  # lets the server see that nobody is there to answer

    def _remember(self, scope: Message, status: int) -> None:
        self.requests.append((scope["method"], scope["path"], status))


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
