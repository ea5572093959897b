"""Where the answer to a request ends in the bytes of a connection (RFC 9112, 6 and 7)."""

import re
from collections.abc import Callable

LENGTHS = re.compile(rb"\r\n(content-length|transfer-encoding):[ \t]*([^\r\n]*)")
CHUNK = re.compile(rb"([0-9a-f]{1,20})[ \t]*(?:;[^\r\n]*)?")
BODILESS = frozenset({b"204", b"304"})


class Framing:
    """Splits what a connection gives into one answer and the bytes after it.

    `request` is how the request begins, as a HEAD has an answer without a body. Where the end of
    an answer cannot be known for certain it is never over, so its connection is not used again.
    """

    def __init__(self, request: bytes) -> None:
        self.is_over = False
        self.surplus = b""
        self._method = request.partition(b" ")[0]
        self._partial = b""  # a head, a chunk's size or trailers, not yet whole
        self._left = 0
        self._advance: Callable[[bytes, int], int] = self._head

    def take(self, data: bytes) -> bytes:
        """The bytes of `data` that belong to the answer; what follows them is the surplus."""
        position = 0
        while position < len(data) and not self.is_over:
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
            self._advance = self._rest
        elif not head[9:12].startswith(b"1") or head[9:12] == b"101":
            self._begin_body(head)
        return position

    def _begin_body(self, head: bytes) -> None:
        status = head[9:12]
        is_tunnel = self._method == b"CONNECT" and status.startswith(b"2")
        if self._method == b"HEAD" or status in BODILESS or is_tunnel:
            self.is_over = True
            return
        found = LENGTHS.findall(head.lower())
        codings = [value.strip() for name, value in found if name == b"transfer-encoding"]
        lengths = {each.strip() for _, value in found for each in value.split(b",")}
        if codings:
            self._advance = self._chunk_size if codings == [b"chunked"] else self._rest
        elif len(lengths) == 1 and (length := lengths.pop()).isdigit():
            self._left, self._advance = int(length), self._body
            self.is_over = not self._left
        else:
            self._advance = self._rest

    def _body(self, data: bytes, position: int) -> int:
        taken = min(self._left, len(data) - position)
        self._left -= taken
        self.is_over = not self._left
        return position + taken

    def _chunk_size(self, data: bytes, position: int) -> int:
        line, position = self._until(b"\r\n", data, position)
        if line is None:
            return position
        size = CHUNK.fullmatch(line.lower())
        if size is None:
            self._advance = self._rest
        elif int(size[1], 16):
            self._left, self._advance = int(size[1], 16) + len(b"\r\n"), self._chunk
        else:
            self._partial, self._advance = b"\r\n", self._trailers
        return position

    def _chunk(self, data: bytes, position: int) -> int:
        taken = min(self._left, len(data) - position)
        self._left -= taken
        if not self._left:
            self._advance = self._chunk_size
        return position + taken

    def _trailers(self, data: bytes, position: int) -> int:
        trailers, position = self._until(b"\r\n\r\n", data, position)
        if trailers is not None:
            self.is_over = not _has_bare_newline(trailers)
            self._advance = self._rest
        return position

    def _rest(self, data: bytes, _: int) -> int:
        """Everything up to the end of the connection."""
        return len(data)

    def _until(self, end: bytes, data: bytes, position: int) -> tuple[bytes | None, int]:
        """What ends so, if it is whole by now, and the position behind it."""
        before = len(self._partial)
        whole = self._partial + data[position:]
        place = whole.find(end)
        if place < 0:
            self._partial = whole
            return None, len(data)
        self._partial = b""
        return whole[:place], position + place + len(end) - before


def _has_bare_newline(text: bytes) -> bool:
    """Which some parsers take for the end of a line and others do not (RFC 9112, 2.2)."""
    return text.count(b"\n") != text.count(b"\r\n")
