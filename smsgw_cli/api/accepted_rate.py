"""The rate that a server accepted without a 429, where it does not say what it accepts."""

from math import inf

ACCEPTED = 0.985  # of the rate that was accepted: a little below is not refused again
QUIET = 8.0  # seconds without a 429 before the rate grows
GROWTH = 1.005  # a second
SHORTEST = 0.25  # seconds over which a rate is measured
LONGEST = 60.0  # seconds between requests, however many were refused


class AcceptedRate:
    """Spaces requests out once the server has refused some; `accepted` counts the others."""

    def __init__(self) -> None:
        self.accepted = 0
        self._since: float | None = None
        self._base: float | None = None
        self._refused_at = 0.0
        self._last = -inf

    def went(self, now: float) -> None:
        self._since = now if self._since is None else self._since
        self._last = now

    def next(self) -> float:
        """From when on the next request may go."""
        if self._base is None:
            return -inf
        quiet = max(0.0, self._last - self._refused_at - QUIET)
        rate = self._base * float(GROWTH ** min(quiet, 2000.0))
        return self._last + min(LONGEST, 1 / rate)

    def refused(self, now: float, until: float) -> None:
        """A 429 came, and there is a pause: that belongs to the time those requests took."""
        if self._since is not None and self.accepted:
            self._base = ACCEPTED * self.accepted / max(until - self._since, SHORTEST)
            self.accepted, self._since = 0, None
        self._refused_at = now
