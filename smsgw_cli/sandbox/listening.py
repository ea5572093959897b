"""A socket, and uvicorn's server on it, with what it lacks: resets and stopping at once."""

import asyncio
import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from smsgw_cli.sandbox.app import App

BACKLOG = 2048
LAST_ANSWERS = 0.5
"""Seconds that requests under way have when the gateway stops."""

RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""SO_LINGER on, for no time: closing the socket sends a TCP reset."""


class _Protocol(HttpToolsProtocol):
    """Lets the application reset the connection: `scope["extensions"]["tcp"]["reset"]()`."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {"tcp": {"reset": self._reset}}

    def _reset(self) -> None:
        connection = self.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.transport.abort()


class Server(uvicorn.Server):
    """uvicorn's server, told to stop by an event: its own looks ten times a second."""

    def __init__(self, app: App, listener: socket.socket, ready: Callable[[], None]) -> None:
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
                server_header=False,
                date_header=False,  # the application's own follows the clock it was given
            )
        )
        self._listener = listener
        self._ready = ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def listen(self) -> None:
        """Serve until `stop` is called, from wherever."""
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
        """Without uvicorn's tenth of a second of waiting; closing a server closes its sockets."""
        del sockets
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=LAST_ANSWERS)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the caller's business."""
        yield


def listener_on(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or asyncio leaves Nagle's algorithm on: 40 ms an answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two gateways share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
