"""Turns responses and transport failures into attempts."""

import json
from typing import Any

import httpx

from smsgw_cli.api import responses, transport_errors
from smsgw_cli.api.attempt import Attempt, Feedback
from smsgw_cli.api.backoff import reset_seconds
from smsgw_cli.api.retry_rules import Disposition, Intent, ResponseSummary, disposition
from smsgw_cli.errors import SmsgwError


def feedback_of(response: httpx.Response, seconds: float) -> Feedback:
    """The feedback for the pacer from a response and its duration."""
    headers = response.headers
    reset = headers.get("X-RateLimit-Reset")
    return Feedback(
        seconds,
        response.status_code,
        responses.retry_after(response),
        _whole_number(headers.get("X-RateLimit-Remaining")),
        _whole_number(headers.get("X-RateLimit-Limit")),
        None if reset is None else reset_seconds(reset, responses.server_date(response)),
        is_limit=responses.is_limit(response),
        is_readable=responses.is_readable(response),
    )


def attempt_of_response(response: httpx.Response, seconds: float, intent: Intent) -> Attempt:
    """The attempt with this response."""
    body = _object(response.content) if response.is_success else None
    meaning = disposition(intent, responses.summary(response, body))
    return Attempt(meaning, feedback_of(response, seconds), body, _error(response, intent, meaning))


def attempt_of_failure(
    error: httpx.RequestError, request: httpx.Request, server: str, seconds: float, intent: Intent
) -> Attempt:
    """The attempt that failed without a response after `seconds`."""
    summary = ResponseSummary(failure=transport_errors.failure_kind(error))
    failure = transport_errors.as_error(error, request, server, intent)
    return Attempt(disposition(intent, summary), Feedback(seconds), error=failure)


def _error(response: httpx.Response, intent: Intent, meaning: Disposition) -> SmsgwError | None:
    if not response.is_success:
        return responses.error(response, intent)
    if meaning is Disposition.DONE:
        return None
    return responses.unreadable(response, "does not match the documentation of the API", intent)


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _whole_number(header: str | None) -> int | None:
    return int(header) if header and header.isascii() and header.isdigit() else None
