"""Decides when the next request may be sent: rate limits, pauses and concurrency in one place.

All requests of a command share one pacer, reading included, from any thread. Laravel's limiter
counts in windows that start with their first request; the unused part of a window is lost. So
requests are sent as fast as possible, with never more in flight than the server has left, and
the first of each window alone, as its response has the number that may follow.
"""

import time
from collections import deque
from collections.abc import Callable
from math import inf
from threading import Condition

from smsgw_cli.api.accepted_rate import AcceptedRate
from smsgw_cli.api.attempt import Feedback
from smsgw_cli.api.concurrency import Concurrency
from smsgw_cli.api.retry_rules import LONGEST_RETRY_AFTER

WINDOW = 60.0
AFTER_WINDOW = 0.12  # seconds; the clocks of client and server differ
SHORTEST_WAIT = 0.25  # avoids a busy loop for a Retry-After of 0
FAILURES_BEFORE_PAUSE = 5  # in a row
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
MAX_WORKERS = 256
RETRIES = 4
LONG_WAIT = 2.0  # seconds; longer waits are announced, so that the program does not seem to hang


class Pacer:
    """Paces requests: at most `per_minute` in any minute; None is unlimited.

    Single requests block in `acquire` and call `release` afterwards; `announce` gets the seconds
    of a long wait. Workers must not hold a task while they wait: they call `begin` before they
    take one, and `end` afterwards. Their concurrency follows the server's throughput, and pauses
    the number of consecutive failures. `clock` is monotonic, `cpu` the CPU time of this process,
    both in seconds. Thread-safe.
    """

    def __init__(
        self,
        per_minute: int | None = None,
        *,
        announce: Callable[[float], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
    ) -> None:
        self.in_flight = 0
        self._announce = announce
        self._clock = clock
        self._cpu = cpu
        self._condition = Condition()
        self._recent: deque[float] | None = deque(maxlen=per_minute) if per_minute else None
        self._pause_ends = self._announced = self._refused_at = -inf
        self._remaining: int | None = None
        self._window_ends: float | None = None
        self._is_probing = False
        self._unlimited = 0  # responses to single requests that showed no limit
        self.expect_workers(MAX_WORKERS, RETRIES)

    def expect_workers(self, maximum: int, retries: int) -> None:
        """Pace up to `maximum` workers from now on, with `retries` attempts after an outage."""
        with self._condition:
            self._concurrency = Concurrency(maximum, self._cpu, responses=self._unlimited)
            self._rate = AcceptedRate()
            self._workers = self._failures = self._outages = 0
            self._refused_since: float | None = None
            self._refused_for = 0.0
            self._retries = retries

    @property
    def is_hopeless(self) -> bool:
        """Whether the server has been unavailable for all retries of the workers, or has refused
        everything for longer than any wait it may ask for."""
        return self._outages > self._retries or self._refused_for > LONGEST_RETRY_AFTER

    @property
    def limit(self) -> int:
        """The current limit of concurrent worker requests."""
        return 1 if self._is_probing else self._concurrency.limit

    def acquire(self) -> None:
        """Block until a request may be sent, and count it."""
        with self._condition:
            while (wait := self._wait(self._clock())) > 0:
                self._announce_once(wait)
                self._condition.wait(None if wait == inf else wait)
            self._count()
            self._condition.notify()

    def release(self, feedback: Feedback) -> None:
        """Learn from an acquired request that has finished."""
        with self._condition:
            shows_none = feedback.limit_remaining is None and not feedback.is_refusal
            self._unlimited = self._unlimited + 1 if shows_none and not feedback.is_failure else 0
            self._learn(self._clock(), feedback)
            self._condition.notify()

    def acquire_redirect(self) -> None:
        """Block until a redirected request of a worker may be sent, and count it."""
        with self._condition:
            if self._recent is not None:
                self._recent.append(self._clock())
            others = self.in_flight - 1
            while (until := max(self._pause_ends, self._own_limit(others))) > self._clock():
                self._condition.wait(None if until == inf else until - self._clock())

    def wait(self) -> float:
        """Seconds until a worker may send a request: 0 for now, inf for after the next response."""
        with self._condition:
            return self._worker_wait(self._clock())

    def begin(self) -> float:
        """Count a worker's request if it may be sent now; returns the seconds to wait otherwise."""
        with self._condition:
            now = self._clock()
            wait = self._worker_wait(now)
            if wait <= 0:
                self._workers += 1
                self._rate.on_sent(now)
                self._count()
            return wait

    def end(self, feedback: Feedback) -> None:
        """Learn from a worker's request that has finished."""
        with self._condition:
            now, before = self._clock(), self._workers
            self._workers -= 1
            if feedback.is_failure:
                self._on_failure(now, feedback)
            elif not feedback.is_refusal:
                self._failures = self._outages = 0
                self._rate.on_accepted(now - feedback.seconds)
                self._concurrency.on_success(
                    now,
                    feedback.seconds,
                    before,
                    shows_limit=feedback.limit_remaining is not None,
                )
            self._learn(now, feedback)
            self._condition.notify()

    def cancel(self) -> None:
        """Forget a worker's request that was not sent after all."""
        with self._condition:
            self._workers -= 1
            self.in_flight -= 1
            self._condition.notify()

    def _worker_wait(self, now: float) -> float:
        wait = max(self._wait(now), self._rate.next_time() - now)
        return wait if wait > 0 or self._workers < self._concurrency.limit else inf

    def _wait(self, now: float) -> float:
        until = max(self._pause_ends, self._own_limit(self.in_flight))
        if until > now:
            return until - now
        if self._is_probing and self.in_flight:
            return inf
        if self._remaining is not None and self.in_flight >= self._remaining:
            return inf if self.in_flight else self._next_window(now)
        return 0.0

    def _count(self) -> None:
        self.in_flight += 1

    def _learn(self, now: float, feedback: Feedback) -> None:
        is_first = self._is_probing or self._remaining is None
        if now - feedback.seconds >= self._refused_at:  # others were sent before the probe
            self._is_probing = False
        self.in_flight -= 1
        if self._recent is not None:
            self._recent.append(now)
        if feedback.is_refusal:
            self._on_refusal(now, feedback)
            return
        if feedback.is_failure:
            self._pause(now, feedback.retry_after)
        else:
            self._refused_since, self._refused_for = None, 0.0
        if feedback.limit_remaining is not None:
            self._note_limit(now, feedback.limit_remaining, feedback.limit, is_first=is_first)
        if feedback.limit_reset is not None:
            self._window_ends = now + feedback.limit_reset

    def _note_limit(self, now: float, remaining: int, limit: int | None, *, is_first: bool) -> None:
        # Responses overtake each other, but not by more than are in flight.
        is_new = self._remaining is None or remaining > self._remaining + self.in_flight + 1
        if is_new and (not is_first or limit is None or remaining == limit - 1):
            self._window_ends = now + WINDOW
        if is_new or self._remaining is None:
            self._remaining = remaining
        else:
            self._remaining = min(self._remaining, remaining)

    def _next_window(self, now: float) -> float:
        """Wait for the next window, then probe it with a single request."""
        ends, self._window_ends = self._window_ends, None
        self._remaining, self._is_probing = None, True
        self._pause_ends = (ends if ends is not None and ends > now else now) + AFTER_WINDOW
        return self._pause_ends - now

    def _on_refusal(self, now: float, feedback: Feedback) -> None:
        requested = feedback.wait or 0.0
        self._refused_since = now if self._refused_since is None else self._refused_since
        self._refused_for = now - self._refused_since
        self._remaining, self._is_probing = None, True
        self._refused_at = now
        if requested > LONGEST_RETRY_AFTER:
            return  # too long to wait for
        if feedback.limit_remaining is None:
            ends = self._rate.on_refused(now, now - feedback.seconds, requested)
        else:
            ends = now + max(SHORTEST_WAIT, requested)
        wait = ends - now + AFTER_WINDOW
        # Retry-After is in whole seconds; the end of the window may be known more precisely.
        window_ends = self._window_ends
        if window_ends is not None and now < window_ends < now + wait:
            wait = max(SHORTEST_WAIT, window_ends - now + AFTER_WINDOW)
        self._pause_ends = max(self._pause_ends, now + wait)

    def _on_failure(self, now: float, feedback: Feedback) -> None:
        self._failures += 1
        if feedback.status in (None, 503, 504):
            self._concurrency.on_failure(now, feedback.seconds)
        # Requests sent before the last pause failed for the reason of that pause.
        if self._failures >= FAILURES_BEFORE_PAUSE and now - feedback.seconds >= self._pause_ends:
            self._outages += 1
            self._pause(now, min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (self._outages - 1)))

    def _pause(self, now: float, seconds: float | None) -> None:
        if seconds is not None and seconds <= LONGEST_RETRY_AFTER:
            self._pause_ends = max(self._pause_ends, now + max(SHORTEST_WAIT, seconds))

    def _announce_once(self, wait: float) -> None:
        """Announce a long wait, once for all threads that wait."""
        ends = self._clock() + wait
        if wait < inf and wait >= LONG_WAIT and ends > self._announced + LONG_WAIT:
            self._announced = ends
            self._announce(wait)

    def _own_limit(self, in_flight: int) -> float:
        """From when a request may be sent by our own limit, with so many in flight; inf for after
        the next response. A request counts from when it finished: it arrived before that."""
        if self._recent is None or self._recent.maxlen is None:
            return -inf
        slots = self._recent.maxlen - in_flight
        if slots <= 0:
            return inf
        return self._recent[-slots] + WINDOW if len(self._recent) >= slots else -inf
