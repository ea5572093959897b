"""A line to the server for one thread: the standard library's HTTP at a third of httpx's CPU.

Thousands of small requests cost what the client's own work costs: 200 µs each here, 600 with
httpx. A line does no more than that work needs, JSON in and out over one connection; who must
go through a proxy, wants to see requests, or is redirected is served by `Client` instead.
"""

import json
import select
import socket
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from ssl import SSLContext
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies, proxy_bypass

import httpx

from smsgw_cli.api.attempt import Attempt, answered, unanswered
from smsgw_cli.config.address import is_loopback
from smsgw_cli.errors import Usage

if TYPE_CHECKING:
    from smsgw_cli.api.client import Client

REDIRECTED = frozenset({307, 308})  # the server took nothing, and names another address


class Line:
    """Makes requests below `base`, which is the API's whole address.

    `timeout` is in seconds. `other` makes what takes over once the server redirects us,
    `guard` is the client's: it sees every request before it is made.
    """

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        *,
        timeout: float,
        tls: SSLContext,
        other: "Callable[[], Client]",
        guard: Callable[[str, None, Any], None] | None = None,
    ) -> None:
        self._base = httpx.URL(base)
        self._path = self._base.raw_path.decode().rstrip("/")
        self._headers = {**headers, "Content-Type": "application/json"}
        self._other = other
        self._guard = guard
        self._instead: Client | None = None
        self._connection = _connection(self._base, timeout, tls)

    def attempt(self, method: str, path: str, body: Any = None) -> Attempt:
        """A request made once, whatever comes of it.

        Raises Usage if the body cannot be sent, and what the guard raises.
        """
        if self._instead is not None:
            return self._instead.attempt(method, path, body)
        if self._guard is not None:
            self._guard(path, None, body)
        content = None if body is None else _encoded(body)
        started = time.monotonic()
        try:
            self._connect()
            status, headers, came = self._exchange(method, path, content)
        except httpx.RequestError as error:
            self._connection.close()
            request = self._request(method, path, content)
            return unanswered(error, request, str(self._base), time.monotonic() - started)
        if status in REDIRECTED:
            self._instead = self._other()
            return self._instead.attempt(method, path, body)

        def response() -> httpx.Response:
            request = self._request(method, path, content)
            return httpx.Response(status, headers=headers.items(), content=came, request=request)

        return answered(time.monotonic() - started, status, headers, came, response)

    def close(self) -> None:
        self._connection.close()
        if self._instead is not None:
            self._instead.close()

    def _connect(self) -> None:
        """A connection that is still open. Raises httpx.ConnectError: nothing was sent."""
        connection = self._connection
        # What can be read between two answers is the end of the connection.
        if connection.sock is not None and _is_readable(connection.sock):
            connection.close()
        if connection.sock is not None:
            return
        try:
            connection.connect()
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(str(error)) from error

    def _exchange(
        self, method: str, path: str, content: bytes | None
    ) -> tuple[int, HTTPMessage, bytes]:
        """Status, headers and body. Raises httpx's errors: it may have been carried out."""
        try:
            self._connection.request(method, f"{self._path}/{path}", content, self._headers)
            response = self._connection.getresponse()
            return response.status, response.headers, _decoded(response)
        except TimeoutError as error:
            raise httpx.ReadTimeout(str(error)) from error
        except (OSError, HTTPException) as error:
            raise httpx.RemoteProtocolError(str(error) or type(error).__name__) from error

    def _request(self, method: str, path: str, content: bytes | None) -> httpx.Request:
        """The request as errors tell of it."""
        return httpx.Request(method, f"{self._base}/{path}", headers=self._headers, content=content)


def is_direct(server: str) -> bool:
    """Whether the environment names no proxy for the server."""
    url = httpx.URL(server)
    has_proxy = not getproxies().keys().isdisjoint((url.scheme, "all"))
    return is_loopback(server) or not has_proxy or bool(proxy_bypass(url.host))


def _is_readable(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0)[0])


class _Whole(HTTPConnection):
    """Sends head and body of a request at once: a packet and a call to the system less."""

    _unsent = b""

    def send(self, data: Any) -> None:
        self._unsent += data

    def request(self, *given: Any, **options: Any) -> None:
        self._unsent = b""
        super().request(*given, **options)
        super().send(self._unsent)


class _WholeTls(_Whole, HTTPSConnection):
    """The same over TLS."""


def _decoded(response: HTTPResponse) -> bytes:
    """The body; decoded, where a server encodes what nobody asked it to."""
    content, headers = response.read(), response.headers
    if "Content-Encoding" in headers:
        content = httpx.Response(200, headers=headers.items(), content=content).content
        del headers["Content-Encoding"]
    return content


def _connection(url: httpx.URL, timeout: float, tls: SSLContext) -> HTTPConnection:
    host = url.raw_host.decode()
    if url.scheme == "https":
        return _WholeTls(host, url.port, timeout=timeout, context=tls)
    return _Whole(host, url.port, timeout=timeout)


def _encoded(body: Any) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise Usage(f"this cannot be sent: {error}") from error
