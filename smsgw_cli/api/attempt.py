"""One request made once: what came of it, for those who decide themselves what to do then."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from smsgw_cli.api import answers, retry, troubles
from smsgw_cli.errors import SmsgwError, Unavailable, Unknown


@dataclass(frozen=True)
class Attempt:
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
        response = send()
    except httpx.RequestError as error:
        seconds = time.monotonic() - started
        failure = troubles.failure(error, request, server, idempotent=False)
        return Attempt(seconds, was_sent=isinstance(failure, Unknown), error=_final(failure, error))
    return _answered(response, time.monotonic() - started)


def _final(failure: SmsgwError, error: httpx.RequestError) -> SmsgwError:
    """A certificate that is not trusted is nothing to wait for."""
    if isinstance(failure, Unavailable) and troubles.outcome_of(error).trouble is None:
        return SmsgwError(failure.message, hint=failure.hint)
    return failure


def _answered(response: httpx.Response, seconds: float) -> Attempt:
    headers = response.headers
    return Attempt(
        seconds,
        status=response.status_code,
        body=_object(response) if response.is_success else None,
        error=None if response.is_success else answers.error(response, idempotent=False),
        retry_after=retry.retry_after_seconds(headers.get("Retry-After")),
        remaining=_whole(headers.get("X-RateLimit-Remaining")),
        most=_whole(headers.get("X-RateLimit-Limit")),
    )


def _object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _whole(header: str | None) -> int | None:
    return int(header) if header and header.isascii() and header.isdigit() else None
