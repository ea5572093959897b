"""The settle time of requests with unknown outcomes, before their state is looked up.

It goes by a clock that nobody sets: seconds since the boot of this machine, its sleep included. A
moment of another boot, or on a platform that does not name its boots, is unknown: it counts as now.
"""

import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

POLL = 0.2  # seconds between checks for a stop
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # random(4)


def clock() -> float:
    """Seconds since the boot of this machine."""
    if sys.platform == "win32":
        return time.monotonic()  # counts sleep there
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def stored_clock(later: float = 0.0) -> str | None:
    """`clock` in `later` seconds as it is recorded, with the boot; None if that has no name."""
    return f"{_boot()} {clock() + later:.3f}" if _boot() else None


def clock_at(stored: str | None) -> float:
    """`clock` at a recorded moment; now if it is one of another boot, or unknown."""
    boot, _, seconds = (stored or "").partition(" ")
    return float(seconds) if boot and boot == _boot() else clock()


@cache
def _boot() -> str:
    with suppress(OSError):
        return _BOOT_ID.read_text().strip()
    return ""


def seconds_left(unknown: Mapping[int, float], settle: float, now: float) -> float:
    """The remaining settle time of the unknown rows, in seconds.

    `unknown` has the time at which each row became unknown, by the clock of `now`. At most
    `settle`, even if a recorded time is later.
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
