"""How a response goes out on the connection: whole, cut off, twice, byte by byte, without end."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

BLANKS = b" " * 1024
"""A piece of the end that never comes: JSON allows white space after a value (RFC 8259, 2)."""


class Delivery:
    """One response to send. `tcp` are the functions of the connection (listening.py)."""

    def __init__(self, start: Message, content: bytes, send: Send, tcp: Message) -> None:
        self._start = start
        self._content = content
        self._send = send
        self._tcp = tcp

    async def go(self, kind: str = "", delay: float = 0.0) -> None:
        """Send it as the kind of fault has it; `delay` is in seconds between two pieces."""
        match kind:
            case "truncated":
                # uvicorn closes the connection if a response is left incomplete.
                await self._begin()
                await self._body(self._content[: len(self._content) // 2], more=True)
            case "drip":
                await self._drip(delay)
            case "endless":
                await self._endless(delay)
            case "twice":
                await self._whole()
                # Before the server reads on: the next request on the connection finds it.
                self._tcp["write"](self._raw())
            case _:
                await self._whole()

    async def _whole(self) -> None:
        await self._begin()
        await self._body(self._content)

    async def _drip(self, delay: float) -> None:
        await self._begin()
        for position in range(len(self._content)):
            if not self._tcp["is_open"]():
                return
            await self._body(self._content[position : position + 1], more=True)
            await asyncio.sleep(delay)
        await self._body(b"")

    async def _endless(self, delay: float) -> None:
        # Without a length the body is chunked: it is as long as it is.
        headers = [each for each in self._start["headers"] if each[0].lower() != b"content-length"]
        self._start["headers"] = headers
        await self._begin()
        await self._body(self._content, more=True)
        while self._tcp["is_open"]():
            await asyncio.sleep(delay)
            await self._body(BLANKS, more=True)

    async def _begin(self) -> None:
        await self._send(self._start)

    async def _body(self, part: bytes, *, more: bool = False) -> None:
        await self._send({"type": "http.response.body", "body": part, "more_body": more})

    def _raw(self) -> bytes:
        """The response as bytes of HTTP/1.1."""
        status = HTTPStatus(self._start["status"])
        lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
        lines += [name + b": " + value for name, value in self._start["headers"]]
        return b"\r\n".join([*lines, b"", self._content])
