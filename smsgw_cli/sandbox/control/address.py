"""The control address as an ASGI application: checks, routes, answers."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl

from smsgw_cli.sandbox.control import PREFIX, clock, receiving, settings, waiting, whole_state
from smsgw_cli.sandbox.control.access import HEADERS, Access
from smsgw_cli.sandbox.control.call import Call, Handler, parsed
from smsgw_cli.sandbox.control.states import States
from smsgw_cli.sandbox.page import routes as page
from smsgw_cli.sandbox.page.events import Feeds, stream
from smsgw_cli.sandbox.page.static import static_file
from smsgw_cli.sandbox.wire import HttpError, Response

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MAX_BODY = 2**20
OPEN = "ready"
"""The route that needs no token."""
EVENTS = f"{PREFIX}/events"

ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "ready": {"GET": whole_state.ready},
    "session": {"POST": whole_state.open_session},
    "tokens": {"POST": whole_state.add_token, "DELETE": whole_state.end_token},
    "clock": {"GET": clock.get_clock, "PUT": clock.put_clock},
    "settings": {"GET": settings.get_settings, "PUT": settings.put_settings},
    "faults": {
        "GET": settings.get_faults,
        "POST": settings.add_fault,
        "DELETE": settings.delete_faults,
    },
    "devices/{id}": {"PATCH": settings.patch_device},
    "sims/{id}": {"PATCH": settings.patch_sim},
    "receive": {"POST": receiving.receive},
    "reset": {"POST": whole_state.reset},
    "snapshot": {"POST": whole_state.snapshot},
    "restore": {"POST": whole_state.restore},
    "requests": {"GET": whole_state.get_requests, "DELETE": whole_state.delete_requests},
    "wait": {"GET": waiting.wait},
    "latest": {"GET": waiting.latest},
    **page.ROUTES,
}

log = logging.getLogger(__name__)


class ControlAddress:
    """Answers what is below /__sandbox, until `ending` is set: then the gateway ends.

    `allowed` is who may ask (the key `control`), `host` the host that is served.
    """

    def __init__(self, states: States, allowed: str, host: str, ending: asyncio.Event) -> None:
        self._states = states
        self._access = Access(states, allowed, host)
        self._feeds = Feeds()
        self._ending = ending

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        try:
            self._access.check(scope, headers)
            raw = await _body(receive, headers)
            if scope["path"] == EVENTS:
                await self._stream(scope, headers, receive, send)
                return
            file = static_file(scope["path"]) if scope["method"] in ("GET", "HEAD") else None
            response = file or await self._respond(scope, headers, raw, receive)
        except _Gone:
            return
        except HttpError as error:
            response = error.response
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            response = Response(500, {"message": "Server Error"})
        await _send(response, send)

    async def _stream(
        self, scope: Message, headers: Mapping[str, str], receive: Receive, send: Send
    ) -> None:
        """Send events to the page. Raises HttpError (401, 403, 405)."""
        if scope["method"] != "GET":
            raise HttpError(405, "Use GET.", {"Allow": "GET"})
        _, state = self._access.state(headers)
        last_id = headers.get("last-event-id") or _query(scope).get("after", "")
        await stream(self._feeds.of(state), last_id, receive, send, self._ending)

    async def _respond(
        self, scope: Message, headers: Mapping[str, str], raw: bytes, receive: Receive
    ) -> Response:
        name, handler, key = _route(scope["method"], scope["path"])
        if name == OPEN:
            token, state = "", self._states.main
        else:
            token, state = self._access.state(headers)
        over = (
            asyncio.ensure_future(_disconnected(receive)),
            asyncio.ensure_future(self._ending.wait()),
        )
        try:
            call = Call(
                self._states,
                self._access,
                token,
                state,
                key,
                _query(scope),
                headers,
                parsed(raw),
                scope["scheme"] == "https",
                over,
            )
            state.live.refresh()
            answer = handler(call)
            response = await answer if inspect.isawaitable(answer) else answer
        finally:
            state.tell()
            for each in over:
                each.cancel()
        return response


def _query(scope: Message) -> dict[str, str]:
    return dict(parse_qsl(scope["query_string"].decode(errors="replace")))


def _route(method: str, path: str) -> tuple[str, Handler, str]:
    """Name, handler and key. Raises HttpError (404, 405)."""
    name = path.removeprefix(f"{PREFIX}/")
    key = ""
    if name not in ROUTES and "/" in name:
        first, _, key = name.partition("/")
        name = f"{first}/{{id}}"
    methods = ROUTES.get(name)
    if methods is None:
        raise HttpError(404, f"Nothing is at {path}.")
    handler = methods.get("GET" if method == "HEAD" else method)
    if handler is None:
        allowed = ", ".join(methods)
        raise HttpError(405, f"Use {allowed}.", {"Allow": allowed})
    return name, handler, key


class _Gone(Exception):
    """The client has disconnected before its request was complete."""


async def _body(receive: Receive, headers: Mapping[str, str]) -> bytes:
    """Raises HttpError (413) as soon as it is too large."""
    too_large = HttpError(413, f"The body must be at most {MAX_BODY:,} bytes.")
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length) > MAX_BODY:
        raise too_large
    parts = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        parts += message.get("body", b"")
        more = message.get("more_body", False)
        if len(parts) > MAX_BODY:
            raise too_large
    return bytes(parts)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(response: Response, send: Send) -> None:
    content = response.content()
    headers = {
        **HEADERS,
        "Date": formatdate(usegmt=True),
        "Content-Type": response.media_type,
        **response.headers,
    }
    if response.status != 204:
        headers["Content-Length"] = str(len(content))
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    await send({"type": "http.response.body", "body": content})
