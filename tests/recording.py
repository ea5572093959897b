"""A server that answers with the examples of the reference, and remembers what it was asked."""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ENDPOINTS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "endpoints.json").read_text()
)
BY_NAME = {f"{each['method']} {each['path']}": each for each in ENDPOINTS}


@dataclass(frozen=True)
class Request:
    """What the server was asked; `endpoint` is what the reference calls it."""

    endpoint: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    sent: bytes = b""
    at: float = field(default_factory=time.monotonic)


@dataclass
class Recording:
    """The server's address and its requests; `answers` take the place of the examples.

    `has_moved` is whether everything is below /moved now, which each answer says first.
    `first_post` are status, headers and content of the answer to the first POST.
    """

    url: str
    answers: Mapping[str, Any]
    has_moved: bool = False
    first_post: tuple[int, dict[str, str], bytes] | None = None
    requests: list[Request] = field(default_factory=list)


@contextmanager
def recording(answers: Mapping[str, Any] | None = None) -> Iterator[Recording]:
    """The server, running on a free port while the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    record = Recording(f"http://127.0.0.1:{server.server_port}", answers or {})
    server.record = record  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield record
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        record: Recording = self.server.record  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        name = _endpoint(self.command, parts.path.removeprefix("/moved").removeprefix("/api/v1"))
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(sent) if sent else None
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        endpoint, headers = f"{self.command} {name}", dict(self.headers.items())
        record.requests.append(Request(endpoint, parts.path, query, body, headers, sent))
        if record.has_moved and not parts.path.startswith("/moved"):
            status = 302 if self.command == "GET" else 307
            self._send(status, None, {"Location": f"/moved{self.path}"})
        elif record.first_post and self.command == "POST":
            (status, more, content), record.first_post = record.first_post, None
            self._send_content(status, content, more)
        else:
            status, answer = _documented(self.command, name, record.answers)
            self._send(status, _fitting(answer, query, body))

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def _send(self, status: int, answer: Any, more: Mapping[str, str] | None = None) -> None:
        self._send_content(status, b"" if answer is None else json.dumps(answer).encode(), more)

    def _send_content(
        self, status: int, content: bytes, more: Mapping[str, str] | None = None
    ) -> None:
        self.send_response_only(status)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Says nothing: the tests read the requests."""


def _endpoint(method: str, path: str) -> str:
    """The documented path, such as /calls/{id}; a send may be a POST as well."""
    general = re.sub(r"/\d+(?=/|$)", "/{id}", path)
    known = f"{method} {general}" in BY_NAME or (method, general[-5:]) == ("POST", "/send")
    return general if known else f"undocumented {path}"


def _fitting(answer: Any, query: Mapping[str, str], body: Any) -> Any:
    """An example as the answer to this request: with the status asked for, of the phone named."""
    asked = [value for name, value in query.items() if name in ("status", "statuses[]")]
    if asked and isinstance(answer, dict) and isinstance(answer.get("data"), list):
        return {**answer, "data": [{**each, "status": asked[0]} for each in answer["data"]]}
    if isinstance(body, dict) and isinstance(answer, dict) and "mobile_number" in answer:
        return {**answer, "mobile_number": body.get("mobile_number", answer["mobile_number"])}
    return answer


def _documented(method: str, path: str, answers: Mapping[str, Any]) -> tuple[int, Any]:
    name = f"{method} {path}"
    documented = BY_NAME.get(name) or BY_NAME.get(f"GET {path}")
    if documented is None:
        return 404, {"message": "Not Found"}
    return documented["status"], answers.get(name, documented["response_example"])
