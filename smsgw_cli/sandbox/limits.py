"""Laravel's rate limit: a number of requests per minute, in windows that start with a request."""

from smsgw_cli.sandbox.instants import MINUTE, SECOND
from smsgw_cli.sandbox.wire import HttpError


class RateLimit:
    """Counts requests. `limit` is the number allowed per minute."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._ends = 0
        self._left = limit

    def count(self, now: int) -> dict[str, str]:
        """The headers of a response sent `now`. Raises HttpError (429) at the limit."""
        if now >= self._ends:
            self._ends, self._left = now + MINUTE, self.limit
        if self._left == 0:
            raise HttpError(429, "Too Many Attempts.", {**self._headers(), **self._wait(now)})
        self._left -= 1
        return self._headers()

    def _headers(self) -> dict[str, str]:
        return {"X-RateLimit-Limit": str(self.limit), "X-RateLimit-Remaining": str(self._left)}

    def _wait(self, now: int) -> dict[str, str]:
        seconds = -(-(self._ends - now) // SECOND)
        reset = -(-self._ends // SECOND)
        return {"Retry-After": str(seconds), "X-RateLimit-Reset": str(reset)}
