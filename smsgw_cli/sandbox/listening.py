"""A socket and uvicorn's server on it, extended with connection resets and an immediate stop."""

import asyncio
import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from smsgw_cli.sandbox.app import App

if TYPE_CHECKING:
    from smsgw_cli.sandbox.certificate import Certificate

BACKLOG = 2048
LAST_ANSWERS = 0.5
"""Seconds that running requests are given when the gateway stops."""

RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""SO_LINGER with a timeout of zero: closing the socket sends a TCP reset."""


class _Joining:
    """A transport that sends what is written in one turn of the loop at once.

    uvicorn writes head and body of a response one after the other; a system call takes about as
    long as creating a contact in the database.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        self._parts.clear()
        self._transport.abort()

    def _flush(self) -> None:
        if self._parts:
            self._transport.write(b"".join(self._parts))
            self._parts.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _Protocol(HttpToolsProtocol):
    """Gives the application its connection, as functions in `scope["extensions"]["tcp"]`.

    `reset()` resets it, `write(data)` sends bytes that belong to no response, `is_open()` tells
    whether the client is still there.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, _Joining(transport)))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {
            "tcp": {
                "reset": self._reset,
                "write": self.transport.write,
                "is_open": lambda: not self.transport.is_closing(),
            }
        }

    def _reset(self) -> None:
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.transport.abort()


TURNS = 5  # of the loop, until a connection that was being accepted is there


class Server(uvicorn.Server):
    """uvicorn's server, stopped by an event: its own loop polls ten times a second.

    With a certificate it speaks HTTPS.
    """

    def __init__(
        self,
        app: App,
        listener: socket.socket,
        ready: Callable[[], None],
        certificate: "Certificate | None" = None,
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http=_Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,  # there is no proxy in front of it
                server_header=False,
                date_header=False,  # the application sends one that follows its own clock
                ssl_certfile=certificate and certificate.chain,
                ssl_keyfile=certificate and certificate.key,
            )
        )
        self._app = app
        self._listener = listener
        self._ready = ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def listen(self) -> None:
        """Serve until `stop` is called, from any thread."""
        self.run(sockets=[self._listener])

    def stop(self) -> None:
        self.should_exit = True
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Skip uvicorn's wait of 0.1 s; closing a server closes its sockets."""
        del sockets
        self._app.ending.set()  # ends long polls
        with suppress(NotImplementedError):  # Windows, where a connection is accepted in one step
            asyncio.get_running_loop().remove_reader(self._listener)
        await asyncio.sleep(0)  # a closed server would fail to take one just accepted
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=LAST_ANSWERS)
        for _ in range(TURNS):
            await asyncio.sleep(0)
            for connection in list(self.server_state.connections):
                connection.transport.abort()  # a client that reads no more would keep it open

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: signals are handled by the caller."""
        yield


def listener_on(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With IPPROTO_TCP asyncio turns Nagle's algorithm off, which costs 40 ms a response.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # on Windows it would let two gateways share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
