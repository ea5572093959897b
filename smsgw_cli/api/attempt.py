"""The result of a single request, for the pacer and for callers with their own retry logic."""

from typing import Any, NamedTuple

from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.errors import SmsgwError


class Feedback(NamedTuple):
    """What the pacer learns from a finished request.

    `seconds` is its duration, `status` None without a response, `retry_after` in seconds.
    `limit_remaining` and `limit` are numbers of requests, from X-RateLimit-Remaining and
    X-RateLimit-Limit (Laravel, "Rate Limiting").
    """

    seconds: float
    status: int | None = None
    retry_after: float | None = None
    limit_remaining: int | None = None
    limit: int | None = None


class Attempt(NamedTuple):
    """A single request and what its response means.

    `body` is the JSON object of a successful response, `error` the error to report otherwise.
    """

    disposition: Disposition
    feedback: Feedback
    body: dict[str, Any] | None = None
    error: SmsgwError | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status, None without a response."""
        return self.feedback.status
