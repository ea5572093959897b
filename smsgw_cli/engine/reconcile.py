"""Requests whose outcome is unknown are left alone for a while before they are looked up."""

import time
from collections.abc import Callable, Mapping

LOOK_UP = 0.2  # seconds between looks at whether we are to stop


def seconds_left(unknown: Mapping[int, float], settle: float, now: float) -> float:
    """The rest of the settle time of the unknown rows, in seconds.

    `unknown` has the time since each row is unknown, by the clock of `now`. Never longer than
    `settle`, even if the clock was set back.
    """
    if not unknown:
        return 0.0
    return min(settle, max(0.0, max(unknown.values()) + settle - now))


def sleep_unless_stopped(seconds: float, goes_on: Callable[[float], bool]) -> bool:
    """Wait, calling `goes_on` with the seconds left; whether it always said so."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        if not goes_on(left):
            return False
        time.sleep(min(LOOK_UP, left))
    return goes_on(0.0)
