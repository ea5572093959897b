"""Estimates the rate that a server accepts, from its 429s, if it does not send its limit."""

from math import inf

SAFETY_FACTOR = 0.985  # of the measured rate, so as not to be refused again
QUIET_SECONDS = 8.0  # without a 429 before the rate grows
GROWTH = 1.005  # per second
MIN_MEASURED = 0.25  # seconds over which a rate is measured
MAX_INTERVAL = 60.0  # seconds between requests


class AcceptedRate:
    """Spaces out requests after the first 429; `accepted` counts requests without one.

    Times are in seconds of a monotonic clock.
    """

    def __init__(self) -> None:
        self.accepted = 0
        self._measured_from: float | None = None
        self._base_rate: float | None = None
        self._refused_at = 0.0
        self._last = -inf

    def on_sent(self, now: float) -> None:
        self._measured_from = now if self._measured_from is None else self._measured_from
        self._last = now

    def next_time(self) -> float:
        """The earliest time of the next request."""
        if self._base_rate is None:
            return -inf
        quiet = max(0.0, self._last - self._refused_at - QUIET_SECONDS)
        rate = self._base_rate * float(GROWTH ** min(quiet, 2000.0))
        return self._last + min(MAX_INTERVAL, 1 / rate)

    def on_refused(self, now: float, pause_ends: float) -> None:
        """Measure the rate up to the end of the pause, as the pause is part of the window."""
        if self._measured_from is not None and self.accepted:
            seconds = max(pause_ends - self._measured_from, MIN_MEASURED)
            self._base_rate = SAFETY_FACTOR * self.accepted / seconds
            self.accepted, self._measured_from = 0, None
        self._refused_at = now
