"""One request made once: what came of it, for those who decide themselves what to do then."""

import json
import time
from collections.abc import Callable
from http.client import HTTPMessage
from typing import Any, NamedTuple

import httpx

from smsgw_cli.api import responses, retry, transport_errors
from smsgw_cli.errors import SmsgwError, Unavailable, Unknown


class Attempt(NamedTuple):
    """`status` None: no answer came; then `was_sent` says if the request may have arrived.

    `body` is the answer's JSON if that is an object, `error` what it would be told as,
    `seconds` how long it took. `remaining` and `most` are what a rate limit said.
    """

    seconds: float
    status: int | None = None
    was_sent: bool = True
    body: dict[str, Any] | None = None
    error: SmsgwError | None = None
    retry_after: float | None = None
    remaining: int | None = None
    most: int | None = None


def attempt(send: Callable[[], httpx.Response], request: httpx.Request, server: str) -> Attempt:
    """Make the request by `send`; never raises what httpx raises for a request."""
    started = time.monotonic()
    try:
        came = send()
    except httpx.RequestError as error:
        return unanswered(error, request, server, time.monotonic() - started)
    seconds = time.monotonic() - started
    return answered(seconds, came.status_code, came.headers, came.content, lambda: came)


def unanswered(
    error: httpx.RequestError, request: httpx.Request, server: str, seconds: float
) -> Attempt:
    """What it is that no answer came."""
    failure = transport_errors.failure(error, request, server, idempotent=False)
    return Attempt(seconds, was_sent=isinstance(failure, Unknown), error=_final(failure, error))


def answered(
    seconds: float,
    status: int,
    headers: httpx.Headers | HTTPMessage,
    content: bytes,
    response: Callable[[], httpx.Response],
) -> Attempt:
    """What an answer is. `response` is all of it, needed only for an error."""
    is_success = 200 <= status < 300
    return Attempt(
        seconds,
        status=status,
        body=_object(content) if is_success else None,
        error=None if is_success else responses.error(response(), idempotent=False),
        retry_after=retry.retry_after_seconds(headers.get("Retry-After")),
        remaining=_whole(headers.get("X-RateLimit-Remaining")),
        most=_whole(headers.get("X-RateLimit-Limit")),
    )


def _final(failure: SmsgwError, error: httpx.RequestError) -> SmsgwError:
    """A certificate that is not trusted is nothing to wait for."""
    if isinstance(failure, Unavailable) and transport_errors.outcome_of(error).trouble is None:
        return SmsgwError(failure.message, hint=failure.hint)
    return failure


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _whole(header: str | None) -> int | None:
    return int(header) if header and header.isascii() and header.isdigit() else None
