"""The result of a single request, for the pacer and for callers with their own retry logic."""

from typing import Any, NamedTuple

from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.errors import SmsgwError


class Feedback(NamedTuple):
    """What the pacer learns from a finished request.

    `seconds` is its duration, `status` None without a response, `retry_after` in seconds.
    `limit_remaining` and `limit` are numbers of requests, from X-RateLimit-Remaining and
    X-RateLimit-Limit (Laravel, "Rate Limiting"), `limit_reset` the seconds until there are more,
    from X-RateLimit-Reset. `is_limit`: nginx refused it over its limit.
    `is_readable`: it may be the API's, and not the page of a proxy.
    """

    seconds: float
    status: int | None = None
    retry_after: float | None = None
    limit_remaining: int | None = None
    limit: int | None = None
    limit_reset: float | None = None
    is_limit: bool = False
    is_readable: bool = True

    @property
    def wait(self) -> float | None:
        """The seconds that the server asks for: until its limit is reset, without Retry-After."""
        return self.limit_reset if self.retry_after is None else self.retry_after

    @property
    def is_refusal(self) -> bool:
        """Whether it was over a limit, and not processed."""
        return self.status == 429 or self.is_limit

    @property
    def is_failure(self) -> bool:
        """Whether it is no response of the API: none, a redirect, a page, a server error, or a
        request that arrived incomplete (408) or too early (425)."""
        status = self.status
        if status is None or 300 <= status < 400 or status in (408, 425):
            return True
        return not self.is_refusal and (status >= 500 or not self.is_readable)


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
