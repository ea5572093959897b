"""Formats requests and responses for --verbose, with secrets masked."""

import httpx

from smsgw_cli import redact
from smsgw_cli.api.transport_errors import describe


def request(sent: httpx.Request) -> str:
    """`> GET https://…`, and the body on a second line."""
    return f"> {sent.method} {sent.url}{_body(sent.content)}"


def outcome(received: httpx.Response | httpx.RequestError, seconds: float) -> str:
    """`< 200 OK in 0.012 s` and the body, or the failure; `seconds` after the request."""
    if isinstance(received, httpx.RequestError):
        return f"< {describe(received)} after {seconds:.3f} s"
    status = f"{received.status_code} {received.reason_phrase}"
    return f"< {status} in {seconds:.3f} s{_body(received.content)}"


def _body(content: bytes) -> str:
    return f"\n  {redact.json_text(content)}" if content else ""
