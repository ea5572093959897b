"""Finds out how many requests to run at once, from the server's throughput and latency."""

import time
from collections.abc import Callable
from math import inf

INITIAL = 8
RAMP = 2  # first responses, each of which doubles the limit
WORTHWHILE_GAIN = 1.15  # in throughput, for doubling again
CUT_FACTOR = 0.6
LATENCY_NOISE = 0.004  # seconds
SLOW_FACTOR = 2.0  # against the lowest latency
SHRINK_FACTOR = 0.9
BUSY_SHARE = 0.9  # of a CPU: Python executes one thread at a time, so more workers only contend


class Concurrency:
    """The `limit` of concurrent requests, from 1 to `maximum`.

    `responses` have come before without showing a limit; each of the first RAMP doubles ours.
    `cpu` returns the CPU time that this process has used, in seconds; no other clock is read.
    """

    def __init__(
        self, maximum: int, cpu: Callable[[], float] = time.process_time, *, responses: int = 0
    ) -> None:
        self.maximum = maximum
        self._ramp_left = max(0, RAMP - responses)
        self.limit = min(INITIAL << RAMP - self._ramp_left, maximum)
        self._cpu = cpu
        self._best_rate = 0.0
        self._is_growing = True
        self._fastest = inf
        self._reduced_at = -inf
        self._start_window(inf)

    def on_success(
        self, now: float, seconds: float, in_flight: int, *, shows_limit: bool = False
    ) -> None:
        """Count a response after `seconds`, with `in_flight` requests at the time, and whether it
        `shows_limit`: then there is no hurry."""
        if self._since == inf:
            self._start_window(now - seconds)
        if self._ramp_left:
            self._ramp_up(seconds, is_wanted=not shows_limit)
        self._count += 1
        self._latency_sum += seconds
        self._is_full |= in_flight >= self.limit
        # While growing, one response per slot is enough evidence to double again.
        rounds = 1 if self._is_growing else 2
        if self._count >= rounds * self.limit and now > self._since:
            if self._is_full:
                self._decide(now - self._since)
            self._start_window(now)

    def on_failure(self, now: float, seconds: float) -> None:
        """Reduce the limit after a 503 or a timeout, once per incident: failures of requests that
        started before the last reduction are ignored."""
        self._ramp_left = 0
        if now - seconds >= self._reduced_at:
            self.limit = max(1, int(self.limit * CUT_FACTOR))
            self._best_rate = inf  # from now on grow by 1, not by doubling
            self._reduced_at = now
            self._start_window(now)

    def _ramp_up(self, seconds: float, *, is_wanted: bool) -> None:
        self._ramp_left -= 1
        if is_wanted:
            self._fastest = min(self._fastest, seconds)
            self.limit = min(self.maximum, 2 * self.limit)

    def _decide(self, elapsed: float) -> None:
        rate, latency = self._count / elapsed, self._latency_sum / self._count
        self._fastest = min(self._fastest, latency)
        is_cpu_bound = self._cpu() - self._cpu_since > BUSY_SHARE * elapsed
        if not is_cpu_bound and rate > WORTHWHILE_GAIN * self._best_rate:
            self.limit = min(self.maximum, 2 * self.limit)
            self._best_rate = rate
            return
        self._is_growing = False
        if is_cpu_bound or self._is_slow(latency):
            self.limit = max(1, int(self.limit * SHRINK_FACTOR))
        else:
            self.limit = min(self.maximum, self.limit + 1)
        self._best_rate = rate if self._best_rate == inf else max(self._best_rate, rate)

    def _is_slow(self, latency: float) -> bool:
        return latency > SLOW_FACTOR * self._fastest and latency - self._fastest > LATENCY_NOISE

    def _start_window(self, now: float) -> None:
        self._since, self._cpu_since = now, self._cpu()
        self._count, self._latency_sum, self._is_full = 0, 0.0, False
