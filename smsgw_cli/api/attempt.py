"""What came of one request: for the pacer, and for those who decide themselves what to do then."""

from typing import Any, NamedTuple

from smsgw_cli.api.outcome import Disposition
from smsgw_cli.errors import SmsgwError


class Reply(NamedTuple):
    """`status` is None where no answer came; `seconds` is how long it took.

    `retry_after` is in seconds. `limit_remaining` and `limit` are requests, as X-RateLimit
    headers say (Laravel, "Rate Limiting").
    """

    seconds: float
    status: int | None = None
    retry_after: float | None = None
    limit_remaining: int | None = None
    limit: int | None = None


class Attempt(NamedTuple):
    """A request made once, and what that means.

    `body` is the answer's JSON if it is a success and an object, `error` what to end with
    otherwise.
    """

    disposition: Disposition
    reply: Reply
    body: dict[str, Any] | None = None
    error: SmsgwError | None = None

    @property
    def status(self) -> int | None:
        """The HTTP status, None where no answer came."""
        return self.reply.status
