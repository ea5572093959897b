"""When the next request may go: rate limits, pauses, how many at once. Told the time, never asks.

Laravel's limiter is a window that begins with its first request: what is not used of it is
lost. So requests go as fast as they can, are never more under way than the server says are
left, and the first of each window goes alone, as its answer tells how many may follow.
"""

from collections import deque
from math import inf

from smsgw_cli.engine.concurrency import Concurrency
from smsgw_cli.engine.disposition import Attempt

WINDOW = 60.0
AFTER_WINDOW = 0.12  # seconds; the server's clock and ours do not tick together
SHORTEST_WAIT = 0.25  # a Retry-After of 0 would otherwise be a busy loop
ACCEPTED = 0.985  # of the rate that was accepted, where no header tells more
QUIET = 8.0
GROWTH = 1.005  # a second
PATIENCE = 5  # failures in a row before there is a pause
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


class Pace:
    """`workers` is the most at once, `per_minute` one's own limit, `retries` how often a
    server that answers nothing is tried after a pause, `limited` whether it has said that it
    counts requests: then the first goes alone, to learn how many may follow."""

    def __init__(
        self,
        workers: int,
        per_minute: int | None = None,
        retries: int = 4,
        *,
        limited: bool = True,
    ) -> None:
        self.under_way = 0
        self.tries = 0
        self._retries = retries
        self._concurrency = Concurrency(workers)
        self._recent: deque[float] | None = deque(maxlen=per_minute) if per_minute else None
        self._pause_ends = -inf
        self._failures = 0
        self._left: int | None = None
        self._window_ends: float | None = None
        self._alone = limited
        self._rate = _AcceptedRate()

    @property
    def is_hopeless(self) -> bool:
        """Whether the server has answered nothing for as long as we care to try."""
        return self.tries > self._retries

    @property
    def limit(self) -> int:
        """The most requests under way just now."""
        return 1 if self._alone else self._concurrency.limit

    def wait(self, now: float) -> float:
        """Seconds until a request may go: 0 for now, inf for not before an answer comes."""
        until = max(self._pause_ends, self._rate.next(), self._own_limit())
        if until > now:
            return until - now
        if self.under_way >= self.limit:
            return inf
        if self._left is not None and self.under_way >= self._left:
            return inf if self.under_way else self._over(now)
        return 0.0

    def went(self, now: float) -> None:
        """Count a request that goes now."""
        self.under_way += 1
        self._rate.went(now)
        if self._recent is not None:
            self._recent.append(now)

    def came(self, now: float, attempt: Attempt) -> None:
        """Learn from what came of a request, now."""
        was_alone, self._alone = self._alone, False
        before, self.under_way = self.under_way, self.under_way - 1
        if attempt.status == 429:
            self._refused(now, attempt)
        elif attempt.status is None or attempt.status >= 500:
            self._failed(now, attempt)
        else:
            self._failures = self.tries = 0
            self._rate.accepted += 1
            self._concurrency.answered(now, attempt.seconds, before)
        if attempt.remaining is not None and attempt.status != 429:
            self._count(now, attempt.remaining, attempt.most, first=was_alone)

    def ask_again(self) -> None:
        """Forget how many requests are left, as others were made meanwhile."""
        self._left, self._alone = None, True

    def _count(self, now: float, remaining: int, most: int | None, *, first: bool) -> None:
        # Answers overtake each other, but not by more than are under way.
        is_new = self._left is None or remaining > self._left + self.under_way + 1
        if is_new and (not first or most is None or remaining == most - 1):
            self._window_ends = now + WINDOW
        self._left = remaining if is_new or self._left is None else min(self._left, remaining)

    def _over(self, now: float) -> float:
        """Nothing is left of this window: wait for the next, then one request alone."""
        ends, self._window_ends = self._window_ends, None
        self.ask_again()
        self._pause_ends = (ends if ends is not None and ends > now else now) + AFTER_WINDOW
        return self._pause_ends - now

    def _refused(self, now: float, attempt: Attempt) -> None:
        wait = max(SHORTEST_WAIT, attempt.retry_after or 0.0) + AFTER_WINDOW
        # Retry-After is in whole seconds; when the window began may be known better.
        known = self._window_ends
        if known is not None and now < known < now + wait:
            wait = max(SHORTEST_WAIT, known - now + AFTER_WINDOW)
        self._pause_ends = max(self._pause_ends, now + wait)
        if attempt.remaining is None:
            self._rate.refused(now, self._pause_ends)
        self.ask_again()

    def _failed(self, now: float, attempt: Attempt) -> None:
        self._failures += 1
        if attempt.status in (None, 503, 504):
            self._concurrency.troubled(now, attempt.seconds)
        asked = attempt.retry_after or 0.0
        # What was under way before a pause is the trouble that was paused for.
        if self._failures >= PATIENCE and now - attempt.seconds >= self._pause_ends:
            self.tries += 1
            asked = max(asked, min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (self.tries - 1)))
        if attempt.retry_after is not None:
            asked = max(asked, SHORTEST_WAIT)
        if asked:
            self._pause_ends = max(self._pause_ends, now + asked)

    def _own_limit(self) -> float:
        """From when on one's own limit lets a request go."""
        recent = self._recent
        return recent[0] + WINDOW if recent and len(recent) == recent.maxlen else -inf


class _AcceptedRate:
    """The rate that a server took without a 429, where it does not say what it takes."""

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
        return self._last + 1 / (self._base * float(GROWTH ** min(quiet, 2000.0)))

    def refused(self, now: float, until: float) -> None:
        """A 429 came, and there is a pause: that belongs to the time those requests took."""
        if self._since is not None and self.accepted:
            self._base = ACCEPTED * self.accepted / max(until - self._since, SHORTEST_WAIT)
            self.accepted, self._since = 0, None
        self._refused_at = now
