"""Formats requests and responses for --verbose, with secrets masked."""

import httpx

from smsgw_cli import redact
from smsgw_cli.api.transport_errors import describe


def request(sent: httpx.Request) -> str:
    return f"> {sent.method} {sent.url}{_body(sent.content)}"


def answer(came: httpx.Response | httpx.RequestError, seconds: float) -> str:
    """An answer, or what came instead of one, `seconds` after its request."""
    if isinstance(came, httpx.RequestError):
        return f"< {describe(came)} after {seconds:.3f} s"
    status = f"{came.status_code} {came.reason_phrase}"
    return f"< {status} in {seconds:.3f} s{_body(came.content)}"


def _body(content: bytes) -> str:
    return f"\n  {redact.json_text(content)}" if content else ""
