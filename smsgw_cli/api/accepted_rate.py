"""Estimates the rate that a server accepts, from its refusals, if it does not send its limit.

Known limiters differ: nginx has a bucket that empties steadily (limit_req), HAProxy counts the
requests of the last seconds, the refused ones too (http_req_rate), others count in windows. What
they have in common is the number of requests that they accept from one refusal to the next.
"""

from math import inf

SAFETY_FACTOR = 0.985  # of the first measured rate, so as not to be refused again
SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 3.0  # seconds, where the server asks for none
MIN_MEASURED = 0.25  # seconds over which a rate is measured
MAX_INTERVAL = 60.0  # seconds between requests
# A known rate is reduced to these shares of it: a short cycle measures little more than its pause.
LARGEST_CUT, SMALLEST_CUT = 0.8, 0.95
# The rate grows again, the sooner and faster the shorter the last pause was, as that is the price
# of the next refusal: after this many times the pause, per second by a share divided by it.
QUIET, MAX_QUIET = 4.0, 8.0
GROWTH = 0.005
SEARCH = 0.2  # until the second refusal, as the first rate is a guess
MAX_GROWN = 2_000.0  # seconds, so that the power is finite


class AcceptedRate:
    """Spaces out requests after the first refusal.

    A cycle is from a request to the first that is accepted after a refusal, so it includes the
    pause. Times are in seconds of a monotonic clock; `sent` is when a request started.
    """

    def __init__(self) -> None:
        self._rate: float | None = None
        self._is_guess = True
        self._accepted = 0  # in this cycle
        self._cycle_began = 0.0
        self._refusals = 0  # in a row, each after the pause of the one before
        self._refused_at = self._pause_ends = self._last = -inf

    def on_sent(self, now: float) -> None:
        if not self._accepted and not self._refusals:
            self._cycle_began = now
        self._last = now

    def next_time(self) -> float:
        """The earliest time of the next request."""
        if self._rate is None:
            return -inf
        return self._last + min(MAX_INTERVAL, 1 / self._grown(self._rate, self._last))

    def on_accepted(self, sent: float) -> None:
        if self._refusals and sent >= self._refused_at:
            self._end_cycle(sent)
        self._accepted += 1

    def on_refused(self, now: float, sent: float, asked: float) -> float:
        """The end of the pause after a refusal with which the server asks for `asked` seconds."""
        if sent >= self._refused_at:  # not in flight before, and refused for the same reason
            if self._rate is not None:
                self._rate = self._grown(self._rate, now)
            pause = max(asked, min(LONGEST_PAUSE, SHORTEST_PAUSE * 3.0**self._refusals))
            self._refusals += 1
            self._refused_at, self._pause_ends = now, now + pause
        return self._pause_ends

    def _end_cycle(self, now: float) -> None:
        measured = self._accepted / max(now - self._cycle_began, MIN_MEASURED)
        if self._rate is not None:
            self._is_guess = False
            self._rate *= min(max(measured / self._rate, LARGEST_CUT), SMALLEST_CUT)
        elif self._accepted:
            self._rate = SAFETY_FACTOR * measured
        self._accepted, self._cycle_began, self._refusals = 0, now, 0

    def _grown(self, rate: float, now: float) -> float:
        pause = max(self._pause_ends - self._refused_at, SHORTEST_PAUSE)
        quiet = now - self._pause_ends - min(MAX_QUIET, QUIET * pause)
        growth = 1 + max(GROWTH, (SEARCH if self._is_guess else GROWTH) / pause)
        return rate * float(growth ** min(max(0.0, quiet), MAX_GROWN))
