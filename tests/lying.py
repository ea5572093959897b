"""A proxy before the gateway that changes what it says: for answers that only look like its own."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Exchange:
    """A request, and the gateway's answer to it, which may be changed.

    `date` is the Date header, None for the time it is; `has_date` whether there is one.
    """

    method: str
    path: str
    query: dict[str, str]
    status: int
    content: bytes
    headers: dict[str, str] = field(default_factory=dict)
    date: str | None = None
    has_date: bool = True

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @json.setter
    def json(self, value: Any) -> None:
        self.content = json.dumps(value).encode()

    def is_of(self, method: str, ending: str) -> bool:
        return self.method == method and self.path.endswith(ending)


Twist = Callable[[Exchange], None]


@dataclass
class Lying:
    """The proxy's address, and what went through it: `GET /api/v1/messages?page=2`."""

    url: str
    asked: list[str] = field(default_factory=list)


class _Quiet(ThreadingHTTPServer):
    """Closes the connection where the gateway closed its own, without a traceback."""

    request_queue_size = 128

    def handle_error(self, *_: Any) -> None: ...


@contextmanager
def lying(gateway: str, twist: Twist, ask: Callable[[str], str] = str) -> Iterator[Lying]:
    """The proxy, running on a free port while the block lasts.

    `ask` changes the address (path and query) that the gateway is asked for.
    """
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            proxy.asked.append(f"{self.command} {self.path}")
            status, content = _forwarded(self, gateway + ask(self.path), sent)
            parts = urlsplit(self.path)
            exchange = Exchange(
                self.command, parts.path, dict(parse_qsl(parts.query)), status, content
            )
            with lock:  # twists may count
                twist(exchange)
            self.send_response_only(exchange.status)
            if exchange.has_date:
                self.send_header("Date", exchange.date or self.date_time_string())
            for name, value in exchange.headers.items():
                self.send_header(name, value)
            if exchange.status != 204:
                self.send_header("Content-Length", str(len(exchange.content)))
            self.end_headers()
            self.wfile.write(exchange.content)

        do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Says nothing: the tests read `asked`."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy = Lying(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _forwarded(handler: BaseHTTPRequestHandler, url: str, sent: bytes) -> tuple[int, bytes]:
    names = ("Authorization", "Content-Type", "Accept")
    headers = {name: handler.headers[name] for name in names if name in handler.headers}
    request = urllib.request.Request(
        url, data=sent or None, headers=headers, method=handler.command
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
