"""Finds out how many requests to run at once, from the server's throughput and latency."""

INITIAL = 8
WORTHWHILE_GAIN = 1.15  # in throughput, for doubling again
CUT_FACTOR = 0.6
LATENCY_NOISE = 0.004  # seconds
SLOW_FACTOR = 2.0  # against the lowest latency
SHRINK_FACTOR = 0.9


class Concurrency:
    """The `limit` of concurrent requests, from 1 to `maximum`. Reads no clock."""

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        self.limit = min(INITIAL, maximum)
        self._since, self._count, self._latency_sum, self._full = 0.0, 0, 0.0, False
        self._started = False
        self._best_rate = 0.0
        self._is_growing = True
        self._fastest = float("inf")
        self._reduced_at = float("-inf")

    def on_success(self, now: float, seconds: float, in_flight: int) -> None:
        """Count a response after `seconds`, with `in_flight` requests at the time."""
        if not self._started:
            self._start_window(now - seconds)
            self._started = True
        self._count += 1
        self._latency_sum += seconds
        self._full = self._full or in_flight >= self.limit
        # While growing, one response per slot is enough evidence to double again.
        rounds = 1 if self._is_growing else 2
        if self._count >= rounds * self.limit and now > self._since:
            self._decide(self._count / (now - self._since), self._latency_sum / self._count)
            self._start_window(now)

    def on_failure(self, now: float, seconds: float) -> None:
        """Reduce the limit after a 503 or a timeout, once per incident: failures of requests that
        started before the last reduction are ignored."""
        if now - seconds >= self._reduced_at:
            self.limit = max(1, int(self.limit * CUT_FACTOR))
            self._best_rate = float("inf")  # from now on grow by 1, not by doubling
            self._reduced_at = now
            self._start_window(now)

    def _decide(self, rate: float, latency: float) -> None:
        self._fastest = min(self._fastest, latency)
        is_slow = latency > SLOW_FACTOR * self._fastest and latency - self._fastest > LATENCY_NOISE
        if not self._full:
            return
        if rate > WORTHWHILE_GAIN * self._best_rate:
            self.limit = min(self.maximum, 2 * self.limit)
            self._best_rate = rate
            return
        self._is_growing = False
        if is_slow:
            self.limit = max(1, int(self.limit * SHRINK_FACTOR))
        else:
            self.limit = min(self.maximum, self.limit + 1)
        if self._best_rate == float("inf"):
            self._best_rate = rate
        self._best_rate = max(self._best_rate, rate)

    def _start_window(self, now: float) -> None:
        self._since, self._count, self._latency_sum, self._full = now, 0, 0.0, False
