"""How many requests to have under way: decided from what the server delivers. No clock in it."""

FIRST = 8
GROWN = 1.15  # delivered per second, against before: worth doubling again
CUT = 0.6
NO_EVIDENCE = 0.004  # seconds; waiting less than this says nothing about a server
SLOW = 2.0  # times as long as when it was fastest
SHRUNK = 0.9


class Concurrency:
    """A number of requests, from 1 to `most`."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = min(FIRST, most)
        self._since, self._count, self._waited, self._full = 0.0, 0, 0.0, False
        self._started = False
        self._best = 0.0
        self._is_growing = True
        self._fastest = float("inf")
        self._cut_at = float("-inf")

    def answered(self, now: float, seconds: float, under_way: int) -> None:
        """Take an answer into account that took `seconds`, `under_way` being so many."""
        if not self._started:
            self._begin(now - seconds)
            self._started = True
        self._count += 1
        self._waited += seconds
        self._full = self._full or under_way >= self.limit
        # While it pays, the next doubling waits for no more than one answer each.
        rounds = 1 if self._is_growing else 2
        if self._count >= rounds * self.limit and now > self._since:
            self._decide(self._count / (now - self._since), self._waited / self._count)
            self._begin(now)

    def troubled(self, now: float, seconds: float) -> None:
        """Take a 503 or a timeout into account; those of requests that began before the last
        cut are the same trouble."""
        if now - seconds >= self._cut_at:
            self.limit = max(1, int(self.limit * CUT))
            self._best = float("inf")  # from here on carefully, one at a time
            self._cut_at = now
            self._begin(now)

    def _decide(self, rate: float, wait: float) -> None:
        self._fastest = min(self._fastest, wait)
        is_slow = wait > SLOW * self._fastest and wait - self._fastest > NO_EVIDENCE
        if not self._full:
            return
        if rate > GROWN * self._best:
            self.limit = min(self.most, 2 * self.limit)
            self._best = rate
            return
        self._is_growing = False
        if is_slow:
            self.limit = max(1, int(self.limit * SHRUNK))
        else:
            self.limit = min(self.most, self.limit + 1)
        if self._best == float("inf"):
            self._best = rate
        self._best = max(self._best, rate)

    def _begin(self, now: float) -> None:
        self._since, self._count, self._waited, self._full = now, 0, 0.0, False
