"""Laravel's rate limit: so many requests in a minute that begins with its first one."""

from smsgw_cli.sandbox.instants import MINUTE, SECOND
from smsgw_cli.sandbox.wire import RefusalError


class RateLimit:
    """Counts requests. `most` is how many a minute may have."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._ends = 0
        self._left = most

    def count(self, now: int) -> dict[str, str]:
        """The headers of an answer given `now`. Raises RefusalError (429) when none is left."""
        if now >= self._ends:
            self._ends, self._left = now + MINUTE, self.most
        if self._left == 0:
            raise RefusalError(429, "Too Many Attempts.", {**self._headers(), **self._wait(now)})
        self._left -= 1
        return self._headers()

    def _headers(self) -> dict[str, str]:
        return {"X-RateLimit-Limit": str(self.most), "X-RateLimit-Remaining": str(self._left)}

    def _wait(self, now: int) -> dict[str, str]:
        seconds = -(-(self._ends - now) // SECOND)
        reset = -(-self._ends // SECOND)
        return {"Retry-After": str(seconds), "X-RateLimit-Reset": str(reset)}
