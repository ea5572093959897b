"""Connections with limits of time and size for each exchange, and exactly one response each."""

import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from smsgw_cli.api.framing import Framing

if TYPE_CHECKING:
    import ssl

MAX_BYTES = 64 << 20  # of one response, on the wire and decoded: 100 times a page of messages
WRITE_SIZE = 1 << 16


class ResponseTooLarge(httpx.RequestError):
    """A response has more than MAX_BYTES."""

    def __init__(self) -> None:
        super().__init__(f"the response is larger than {MAX_BYTES >> 20} MiB")


class Budget(threading.local):
    """The time and bytes left to the current exchange of this thread."""

    def __init__(self) -> None:
        self._deadline = 0.0
        self._bytes = 0

    def start(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._bytes = MAX_BYTES

    def seconds(self, expired: type[Exception]) -> float:
        """The seconds left. Raises `expired` if the time is over."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise expired("timed out")
        return left

    def count(self, received: int) -> None:
        """Count received bytes. Raises ResponseTooLarge if there are too many."""
        self._bytes -= received
        if self._bytes < 0:
            raise ResponseTooLarge


class Backend(httpcore.NetworkBackend):
    """Opens connections within the budget: to the server, or to a proxy."""

    def __init__(self, budget: Budget, *, is_proxied: bool = False) -> None:
        self._budget = budget
        self._is_proxied = is_proxied
        self._backend = httpcore.SyncBackend()
        self._last: Stream | None = None

    def close(self) -> None:
        """Close the last connection: httpcore leaves it open where SOCKS fails."""
        if self._last is not None:
            self._last.close()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            return self._connected(host, port, local_address, socket_options)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            if self._is_proxied:
                raise httpcore.ProxyError(f"no connection: {error}") from error
            raise

    def _connected(
        self,
        host: str,
        port: int,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore.NetworkStream:
        addresses = _addresses(host, port)
        for index, address in enumerate(addresses):
            # Divide the time, so that an unresponsive address leaves some for the others.
            share = self._budget.seconds(httpcore.ConnectTimeout) / (len(addresses) - index)
            try:
                stream = self._backend.connect_tcp(
                    address,  # type: ignore[arg-type]
                    port,
                    share,
                    local_address,
                    socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if index == len(addresses) - 1:
                    raise
            else:
                self._last = Stream(stream, self._budget)
                return self._last
        raise httpcore.ConnectError(f"no usable address for {host}")


class Greeting:
    """Stands for the framing of the bytes before the first request, as of SOCKS."""

    is_complete = False
    is_with_proxy = True
    surplus = b""

    def feed(self, data: bytes) -> bytes:
        return data


GREETING = Greeting()


class Stream(httpcore.NetworkStream):
    """A connection that returns one response per request, and not a byte more.

    Surplus bytes would be read as the response to the next request. A connection with surplus
    bytes reports itself as readable, so that httpcore does not reuse it.
    """

    def __init__(
        self, stream: httpcore.NetworkStream, budget: Budget, *, is_secure: bool = False
    ) -> None:
        self._stream = stream
        self._budget = budget
        self._is_secure = is_secure
        self._unsent = b""
        self._framing: Framing | Greeting | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._framing is None or self._framing.is_complete:
            return b""
        with suppress(httpcore.WriteError):  # a server may respond before it has read all
            self._send()
        data = self._received(max_bytes, self._framing)
        self._budget.count(len(data))
        return self._framing.feed(data)

    def _received(self, max_bytes: int, framing: Framing | Greeting) -> bytes:
        """What comes next. Where a proxy does not open the way, the request was not sent."""
        try:
            data = self._stream.read(max_bytes, self._budget.seconds(httpcore.ReadTimeout))
        except (httpcore.ReadError, httpcore.ReadTimeout) as error:
            if framing.is_with_proxy:
                raise httpcore.ProxyError(f"no answer: {error}") from error
            raise
        if not data and framing.is_with_proxy:
            raise httpcore.ProxyError("it closed the connection")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer[:1].isalpha() and self._framing in (None, GREETING):
            self._framing = GREETING
        elif self._framing in (None, GREETING) or self._framing.is_complete:
            self._framing = Framing(buffer)
        self._unsent += buffer  # head and body are sent together: one call and one packet less

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: "ssl.SSLContext",
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        if self._framing is not None and self._framing.surplus:
            raise httpcore.ConnectError("the proxy sent data after its response")
        left = self._budget.seconds(httpcore.ConnectTimeout)
        secure = self._stream.start_tls(ssl_context, server_hostname, left)
        return Stream(secure, self._budget, is_secure=True)

    def _send(self) -> None:
        unsent, self._unsent = self._unsent, b""
        for start in range(0, len(unsent), WRITE_SIZE):
            left = self._budget.seconds(httpcore.WriteTimeout)
            self._stream.write(unsent[start : start + WRITE_SIZE], left)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self._framing is not None:
            is_clean = self._framing.is_complete and not self._framing.surplus
            return not is_clean or self._stream.get_extra_info(info)
        if info == "ssl_object" and not self._is_secure:
            return None  # known without the module ssl, which takes 4 ms to load
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int) -> list[bytes]:
    """The addresses of a host in order of preference. Raises httpcore.ConnectError.

    As bytes, for which `socket` needs no codec of international names: it takes 1 ms to import.
    """
    try:
        results = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: not a valid host name
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(address[0]).encode() for *_, address in results))
