"""News for ever: asked for politely, and whatever the network does."""

import time
from collections.abc import Callable, Iterator

from smsgw_cli.campaigns.tail import Tail
from smsgw_cli.errors import Unavailable
from smsgw_cli.model import Record

SLOWEST = 6  # times the interval, when nothing comes
SLOWER = 1.5
FIRST_WAIT, LONGEST_WAIT = 15.0, 300.0  # seconds, when the server cannot be reached


def follow(
    tail: Tail,
    interval: float,
    tell: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Record]:
    """News for ever, asked for every `interval` seconds, less often when nothing comes.

    What keeps us from the server is told, and waited out.
    """
    pause, trouble = interval, 0.0
    while True:
        some = False
        try:
            for record in tail.news():
                some = True
                yield record
            if trouble:
                tell("the server answers again")
            pause, trouble = _next_pause(pause, interval, some=some), 0.0
        except Unavailable as error:
            if not trouble:
                tell(f"{error.message}; waiting until the server answers")
            trouble = min(LONGEST_WAIT, 2 * trouble or max(FIRST_WAIT, interval))
        sleep(trouble or pause)


def _next_pause(pause: float, interval: float, *, some: bool) -> float:
    return interval if some else min(SLOWER * pause, SLOWEST * interval)
