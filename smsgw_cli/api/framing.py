"""Finds the end of a response in the bytes of a connection (RFC 9112, 6 and 7)."""

import re
from collections.abc import Callable

LENGTHS = re.compile(rb"\r\n(content-length|transfer-encoding):[ \t]*([^\r\n]*)")
CHUNK = re.compile(rb"([0-9a-f]{1,20})[ \t]*(?:;[^\r\n]*)?")
BODILESS = frozenset({b"204", b"304"})


class Framing:
    """Splits the bytes received on a connection into one response and the surplus after it.

    `request` is the start of the request: a response to HEAD has no body, and CONNECT is for a
    proxy. A response whose end
    is ambiguous never completes, so that its connection is not reused.
    """

    def __init__(self, request: bytes) -> None:
        self.is_complete = False
        self.surplus = b""
        self._method = request.partition(b" ")[0]
        self.is_with_proxy = self._method == b"CONNECT"
        self._partial = b""  # an incomplete head, chunk size or trailer section
        self._left = 0
        self._advance: Callable[[bytes, int], int] = self._head

    def feed(self, data: bytes) -> bytes:
        """The bytes of `data` that belong to the response; the others are added to `surplus`."""
        position = 0
        while position < len(data) and not self.is_complete:
            position = self._advance(data, position)
        if position == len(data):
            return data
        self.surplus += data[position:]
        return data[:position]

    def _head(self, data: bytes, position: int) -> int:
        head, position = self._until(b"\r\n\r\n", data, position)
        if head is None:
            return position
        if _has_bare_newline(head):
            self._advance = self._until_closed
        elif not head[9:12].startswith(b"1") or head[9:12] == b"101":
            self._begin_body(head)
        return position

    def _begin_body(self, head: bytes) -> None:
        status = head[9:12]
        is_tunnel = self._method == b"CONNECT" and status.startswith(b"2")
        if self._method == b"HEAD" or status in BODILESS or is_tunnel:
            self.is_complete = True
            return
        headers = LENGTHS.findall(head.lower())
        codings = [value.strip() for name, value in headers if name == b"transfer-encoding"]
        lengths = {each.strip() for _, value in headers for each in value.split(b",")}
        if codings:
            self._advance = self._chunk_size if codings == [b"chunked"] else self._until_closed
        elif len(lengths) == 1 and (length := lengths.pop()).isdigit():
            self._left, self._advance = int(length), self._body
            self.is_complete = not self._left
        else:
            self._advance = self._until_closed

    def _body(self, data: bytes, position: int) -> int:
        size = min(self._left, len(data) - position)
        self._left -= size
        self.is_complete = not self._left
        return position + size

    def _chunk_size(self, data: bytes, position: int) -> int:
        line, position = self._until(b"\r\n", data, position)
        if line is None:
            return position
        size = CHUNK.fullmatch(line.lower())
        if size is None:
            self._advance = self._until_closed
        elif int(size[1], 16):
            self._left, self._advance = int(size[1], 16) + len(b"\r\n"), self._chunk
        else:
            self._partial, self._advance = b"\r\n", self._trailers
        return position

    def _chunk(self, data: bytes, position: int) -> int:
        size = min(self._left, len(data) - position)
        self._left -= size
        if not self._left:
            self._advance = self._chunk_size
        return position + size

    def _trailers(self, data: bytes, position: int) -> int:
        trailers, position = self._until(b"\r\n\r\n", data, position)
        if trailers is not None:
            self.is_complete = not _has_bare_newline(trailers)
            self._advance = self._until_closed
        return position

    def _until_closed(self, data: bytes, _: int) -> int:
        """Without a length, the body extends to the end of the connection."""
        return len(data)

    def _until(self, end: bytes, data: bytes, position: int) -> tuple[bytes | None, int]:
        """The bytes before `end`, None if they are incomplete, and the position after it."""
        before = len(self._partial)
        buffered = self._partial + data[position:]
        index = buffered.find(end)
        if index < 0:
            self._partial = buffered
            return None, len(data)
        self._partial = b""
        return buffered[:index], position + index + len(end) - before


def _has_bare_newline(text: bytes) -> bool:
    """Whether a line ends ambiguously: parsers may accept a bare LF (RFC 9112, 2.2)."""
    return text.count(b"\n") != text.count(b"\r\n")
