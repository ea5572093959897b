"""The settle time of requests with unknown outcomes, before their state is looked up."""

import time
from collections.abc import Callable, Mapping

POLL = 0.2  # seconds between checks for a stop


def seconds_left(unknown: Mapping[int, float], settle: float, now: float) -> float:
    """The remaining settle time of the unknown rows, in seconds.

    `unknown` has the time at which each row became unknown, by the clock of `now`. At most
    `settle`, even if the clock was set back.
    """
    if not unknown:
        return 0.0
    return min(settle, max(0.0, max(unknown.values()) + settle - now))


def sleep_unless_stopped(seconds: float, should_continue: Callable[[float], bool]) -> bool:
    """Sleep, polling `should_continue` with the seconds left; returns whether it stayed true."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        if not should_continue(left):
            return False
        time.sleep(min(POLL, left))
    return should_continue(0.0)
