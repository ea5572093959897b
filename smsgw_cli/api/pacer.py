"""When the next request may go: the one place that knows rate limits, pauses, and how many at once.

Everything that a command sends goes through one pacer, reading included, whichever thread sends
it. Laravel's limiter is a window that begins with its first request: what is not used of it is
lost. So requests go as fast as they can, are never more under way than the server says are left,
and the first of each window goes alone, as its answer tells how many may follow.
"""

import time
from collections import deque
from collections.abc import Callable
from math import inf
from threading import Condition
from typing import Protocol

from smsgw_cli.api.accepted_rate import AcceptedRate
from smsgw_cli.api.concurrency import Concurrency
from smsgw_cli.api.outcome import LONGEST_RETRY_AFTER

WINDOW = 60.0
AFTER_WINDOW = 0.12  # seconds; the server's clock and ours do not tick together
SHORTEST_WAIT = 0.25  # avoids a busy loop for a Retry-After of 0
PATIENCE = 5  # failures in a row before there is a pause
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
MOST_WORKERS = 256
RETRIES = 4
LONG_WAIT = 2.0  # seconds; a wait this long is announced, or the program seems to hang


class Reply(Protocol):
    """What the pacer learns from a request that has ended; see `reply.Reply`."""

    @property
    def seconds(self) -> float: ...
    @property
    def status(self) -> int | None: ...
    @property
    def retry_after(self) -> float | None: ...
    @property
    def limit_remaining(self) -> int | None: ...
    @property
    def limit(self) -> int | None: ...


class Pacer:
    """Lets requests go, at most `per_minute` in any minute; no limit of our own for None.

    A conversation blocks in `acquire` and ends with `release`; `announce` is given the seconds of
    a wait that is long. Workers, who must not hold a task while they wait, ask `begin` before
    they take one, and `end` afterwards. How many of them may be under way is found out from what
    the server delivers, and how long to pause from how often it fails in a row.
    """

    def __init__(
        self,
        per_minute: int | None = None,
        *,
        announce: Callable[[float], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.under_way = 0
        self._announce = announce
        self._clock = clock
        self._room = Condition()
        self._recent: deque[float] | None = deque(maxlen=per_minute) if per_minute else None
        self._pause_ends = self._announced = -inf
        self._left: int | None = None
        self._window_ends: float | None = None
        self._is_alone = False
        self.expect_workers(MOST_WORKERS, RETRIES)

    def expect_workers(self, most: int, retries: int) -> None:
        """Pace so many workers from here on; a server that does not answer is tried `retries`
        times."""
        with self._room:
            self._concurrency, self._rate = Concurrency(most), AcceptedRate()
            self._workers = self._failures = self._tries = 0
            self._refused_since: float | None = None
            self._refused_for = 0.0
            self._retries = retries

    @property
    def is_hopeless(self) -> bool:
        """Whether the server has answered nothing for as long as workers are to try, or has
        refused everything for longer than any wait it could ask for."""
        return self._tries > self._retries or self._refused_for > LONGEST_RETRY_AFTER

    @property
    def limit(self) -> int:
        """The most workers' requests under way just now."""
        return 1 if self._is_alone else self._concurrency.limit

    def acquire(self) -> None:
        """Return when a request may go, and count it."""
        with self._room:
            while (wait := self._wait(self._clock())) > 0:
                self._announce_once(wait)
                self._room.wait(None if wait == inf else wait)
            self._count()
            self._room.notify()

    def release(self, reply: Reply) -> None:
        """Learn from what came of a request that was acquired."""
        with self._room:
            self._learn(self._clock(), reply)
            self._room.notify()

    def follow(self) -> None:
        """Return when a request may go that a redirect of a worker's asks for, and count it."""
        with self._room:
            while (until := max(self._pause_ends, self._own_limit())) > self._clock():
                self._room.wait(until - self._clock())
            if self._recent is not None:
                self._recent.append(self._clock())

    def wait(self) -> float:
        """Seconds until a worker's request may go: 0 for now, inf for not before an answer."""
        with self._room:
            return self._wait_of_worker(self._clock())

    def begin(self) -> float:
        """Count a worker's request if it may go now; the seconds to wait otherwise."""
        with self._room:
            now = self._clock()
            wait = self._wait_of_worker(now)
            if wait <= 0:
                self._workers += 1
                self._rate.went(now)
                self._count()
            return wait

    def end(self, reply: Reply) -> None:
        """Learn from what came of a worker's request."""
        with self._room:
            now, before = self._clock(), self._workers
            self._workers -= 1
            if _is_failure(reply.status):
                self._failed(now, reply)
            elif reply.status != 429:
                self._failures = self._tries = 0
                self._rate.accepted += 1
                self._concurrency.answered(now, reply.seconds, before)
            self._learn(now, reply)
            self._room.notify()

    def _wait_of_worker(self, now: float) -> float:
        wait = max(self._wait(now), self._rate.next() - now)
        return wait if wait > 0 or self._workers < self._concurrency.limit else inf

    def _wait(self, now: float) -> float:
        until = max(self._pause_ends, self._own_limit())
        if until > now:
            return until - now
        if self._is_alone and self.under_way:
            return inf
        if self._left is not None and self.under_way >= self._left:
            return inf if self.under_way else self._over(now)
        return 0.0

    def _count(self) -> None:
        self.under_way += 1
        if self._recent is not None:
            self._recent.append(self._clock())

    def _learn(self, now: float, reply: Reply) -> None:
        is_first = self._is_alone or self._left is None
        self._is_alone = False
        self.under_way -= 1
        if reply.status == 429:
            self._refused(now, reply)
            return
        if _is_failure(reply.status):
            self._pause(now, reply.retry_after)
        else:
            self._refused_since, self._refused_for = None, 0.0
        if reply.limit_remaining is not None:
            self._note_limit(now, reply.limit_remaining, reply.limit, is_first=is_first)

    def _note_limit(self, now: float, remaining: int, limit: int | None, *, is_first: bool) -> None:
        # Answers overtake each other, but not by more than are under way.
        is_new = self._left is None or remaining > self._left + self.under_way + 1
        if is_new and (not is_first or limit is None or remaining == limit - 1):
            self._window_ends = now + WINDOW
        self._left = remaining if is_new or self._left is None else min(self._left, remaining)

    def _over(self, now: float) -> float:
        """Nothing is left of this window: wait for the next, then one request alone."""
        ends, self._window_ends = self._window_ends, None
        self._left, self._is_alone = None, True
        self._pause_ends = (ends if ends is not None and ends > now else now) + AFTER_WINDOW
        return self._pause_ends - now

    def _refused(self, now: float, reply: Reply) -> None:
        asked = reply.retry_after or 0.0
        self._refused_since = now if self._refused_since is None else self._refused_since
        self._refused_for = now - self._refused_since
        self._left, self._is_alone = None, True
        if asked > LONGEST_RETRY_AFTER:
            return  # nobody waits for that
        wait = max(SHORTEST_WAIT, asked) + AFTER_WINDOW
        # Retry-After is in whole seconds; when the window began may be known better.
        known = self._window_ends
        if known is not None and now < known < now + wait:
            wait = max(SHORTEST_WAIT, known - now + AFTER_WINDOW)
        self._pause_ends = max(self._pause_ends, now + wait)
        if reply.limit_remaining is None:
            self._rate.refused(now, self._pause_ends)

    def _failed(self, now: float, reply: Reply) -> None:
        self._failures += 1
        if reply.status in (None, 503, 504):
            self._concurrency.troubled(now, reply.seconds)
        # What was under way before a pause is the trouble that was paused for.
        if self._failures >= PATIENCE and now - reply.seconds >= self._pause_ends:
            self._tries += 1
            self._pause(now, min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (self._tries - 1)))

    def _pause(self, now: float, seconds: float | None) -> None:
        if seconds is not None and seconds <= LONGEST_RETRY_AFTER:
            self._pause_ends = max(self._pause_ends, now + max(SHORTEST_WAIT, seconds))

    def _announce_once(self, wait: float) -> None:
        """Announce a long wait, once for all who wait as long."""
        ends = self._clock() + wait
        if wait < inf and wait >= LONG_WAIT and ends > self._announced + LONG_WAIT:
            self._announced = ends
            self._announce(wait)

    def _own_limit(self) -> float:
        """From when on our own limit lets a request go."""
        recent = self._recent
        return recent[0] + WINDOW if recent and len(recent) == recent.maxlen else -inf


def _is_failure(status: int | None) -> bool:
    """Whether it says nothing of the API: no answer, a redirect, an error of the server, or a
    request that did not arrive whole (408) or came too early (425)."""
    return status is None or 300 <= status < 400 or status in (408, 425) or status >= 500
