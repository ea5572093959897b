"""Keeping to a rate limit of one's own."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

WINDOW = 60.0


class Pace:
    """Lets at most `per_minute` requests go in any sixty seconds; no limit for None.

    Clients in several threads may share it.
    """

    def __init__(
        self,
        per_minute: int | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._recent: deque[float] | None = deque(maxlen=per_minute) if per_minute else None
        self._turn = Lock()

    def wait(self) -> None:
        """Return when the next request may go, and count it."""
        if self._recent is None:
            return
        with self._turn:
            if len(self._recent) == self._recent.maxlen:
                self._sleep(max(0.0, self._recent[0] + WINDOW - self._clock()))
            self._recent.append(self._clock())
