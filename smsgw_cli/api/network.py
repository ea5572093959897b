"""Connections that keep to a time and a size for each exchange, and give each answer alone."""

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpcore
import httpx

from smsgw_cli.api.framing import Framing

MOST_BYTES = 64 << 20  # of one answer, on the wire and decoded: 100 times a page of messages
PIECE = 1 << 16


class AnswerTooLarge(httpx.RequestError):
    """An answer has more than MOST_BYTES."""

    def __init__(self) -> None:
        super().__init__(f"the response is larger than {MOST_BYTES >> 20} MiB")


class Budget(threading.local):
    """The time and the bytes that the exchange of this thread has left."""

    def __init__(self) -> None:
        self._deadline = 0.0
        self._bytes = 0

    def begin(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._bytes = MOST_BYTES

    def seconds(self, expired: type[Exception]) -> float:
        """The seconds left. Raises `expired` if there are none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise expired("timed out")
        return left

    def count(self, received: int) -> None:
        """Raises AnswerTooLarge."""
        self._bytes -= received
        if self._bytes < 0:
            raise AnswerTooLarge


class Backend(httpcore.NetworkBackend):
    """Opens connections within the budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _addresses(host, port)
        for turn, address in enumerate(addresses):
            # An address that does not answer leaves the others their share of the time.
            share = self._budget.seconds(httpcore.ConnectTimeout) / (len(addresses) - turn)
            try:
                stream = self._backend.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if turn == len(addresses) - 1:
                    raise
            else:
                return Stream(stream, self._budget)
        raise httpcore.ConnectError(f"no usable address for {host}")


class Stream(httpcore.NetworkStream):
    """A connection that hands on one answer for each request, and no byte more.

    Bytes after an answer were never asked for: read as the next answer they would say of one
    request what another one did. The connection counts as readable then, which is how httpcore
    knows one that must not be used again.
    """

    def __init__(self, stream: httpcore.NetworkStream, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget
        self._unsent = b""
        self._answer: Framing | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._answer is None or self._answer.is_over:
            return b""
        with suppress(httpcore.WriteError):  # a server may refuse a request before it has it whole
            self._send()
        data = self._stream.read(max_bytes, self._budget.seconds(httpcore.ReadTimeout))
        self._budget.count(len(data))
        return self._answer.take(data)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._answer is None or self._answer.is_over:
            self._answer = Framing(buffer)
        self._unsent += buffer  # head and body go out together: one call and one packet less

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        if self._answer is not None and self._answer.surplus:
            raise httpcore.ConnectError("the proxy sent data after its response")
        left = self._budget.seconds(httpcore.ConnectTimeout)
        return Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._budget)

    def _send(self) -> None:
        unsent, self._unsent = self._unsent, b""
        for start in range(0, len(unsent), PIECE):
            left = self._budget.seconds(httpcore.WriteTimeout)
            self._stream.write(unsent[start : start + PIECE], left)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable" and self._answer is not None:
            is_clean = self._answer.is_over and not self._answer.surplus
            return not is_clean or self._stream.get_extra_info(info)
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order to try them. Raises httpcore.ConnectError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:  # UnicodeError: no name that could be looked up
        raise httpcore.ConnectError(str(error)) from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
