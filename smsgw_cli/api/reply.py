"""Answers and failures of the transport as attempts."""

import json
from typing import Any

import httpx

from smsgw_cli.api import responses, transport_errors
from smsgw_cli.api.attempt import Attempt, Reply
from smsgw_cli.api.outcome import Answer, Disposition, Intent, disposition
from smsgw_cli.api.retry import retry_after_seconds
from smsgw_cli.errors import SmsgwError


def reply_of(response: httpx.Response, seconds: float) -> Reply:
    headers = response.headers
    return Reply(
        seconds,
        response.status_code,
        retry_after_seconds(headers.get("Retry-After")),
        _whole_number(headers.get("X-RateLimit-Remaining")),
        _whole_number(headers.get("X-RateLimit-Limit")),
    )


def answered(response: httpx.Response, seconds: float, intent: Intent) -> Attempt:
    """What an answer means."""
    body = _object(response.content) if response.is_success else None
    kind = responses.body_of(response.content, body)
    found = disposition(intent, responses.answer(response, kind))
    return Attempt(found, reply_of(response, seconds), body, _error(response, intent, found))


def unanswered(
    error: httpx.RequestError, request: httpx.Request, server: str, seconds: float, intent: Intent
) -> Attempt:
    """What it means that no answer came."""
    answer = Answer(failure=transport_errors.failure_kind(error))
    failure = transport_errors.as_error(error, request, server, intent)
    return Attempt(disposition(intent, answer), Reply(seconds), error=failure)


def _error(response: httpx.Response, intent: Intent, found: Disposition) -> SmsgwError | None:
    if not response.is_success:
        return responses.error(response, intent)
    if found is Disposition.DONE:
        return None
    return responses.unreadable(response, "does not match the documentation of the API", intent)


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _whole_number(header: str | None) -> int | None:
    return int(header) if header and header.isascii() and header.isdigit() else None
