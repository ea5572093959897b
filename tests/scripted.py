"""A server that says exactly what it is told to say, byte by byte: for answers no gateway gives."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PAGE = b'{"data": [], "links": {}, "meta": {"current_page": 1, "last_page": 1, "total": 0}}'
"""A page of an empty list."""


@dataclass
class Scripted:
    """Answers each connection with the next of `answers`, the last one for ever.

    `closed` is released for each connection that was closed.
    """

    answers: list[bytes]
    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    closed: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """An HTTP/1.1 answer that closes its connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def scripted(*answers: bytes, tls: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    """The server, running on a free port while the block lasts."""
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if tls else "http"
    script = Scripted(list(answers), f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
    thread = threading.Thread(target=_serve, args=(listener, script, tls), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        # shutdown wakes the thread that waits in accept; close alone does not
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _serve(listener: socket.socket, script: Scripted, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        with suppress(OSError), plain:
            connection = tls.wrap_socket(plain, server_side=True) if tls else plain
            with connection:
                script.requests.append(read_request(connection))
                turn = min(len(script.requests), len(script.answers)) - 1
                connection.sendall(script.answers[turn])
        script.closed.release()


def read_request(connection: socket.socket) -> bytes:
    """A whole request: its head, and as much body as that says."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += _more(connection)
    return head + b"\r\n\r\n" + body


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("the client hung up")
    return received
