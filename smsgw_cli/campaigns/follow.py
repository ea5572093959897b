"""Follows new messages forever, polling less often when idle, and surviving network errors."""

import time
from collections.abc import Callable, Iterator

from smsgw_cli.campaigns.tail import Tail
from smsgw_cli.errors import Unavailable
from smsgw_cli.model import Record

SLOWEST = 6  # times the interval, when there is nothing new
SLOWER = 1.5
FIRST_WAIT, LONGEST_WAIT = 15.0, 300.0  # seconds, while the server is unavailable


def follow(
    tail: Tail,
    interval: float,
    note: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Record]:
    """New messages forever, polled every `interval` seconds, less often when there are none.

    While the server is unavailable, this is noted once and polling is retried.
    """
    pause, retry_pause = interval, 0.0
    while True:
        has_new = False
        try:
            for record in tail.new_messages():
                has_new = True
                yield record
            if retry_pause:
                note("the server is available again")
            pause = interval if has_new else min(SLOWER * pause, SLOWEST * interval)
            retry_pause = 0.0
        except Unavailable as error:
            if not retry_pause:
                note(f"{error.message}; retrying until the server responds")
            retry_pause = min(LONGEST_WAIT, 2 * retry_pause or max(FIRST_WAIT, interval))
        sleep(retry_pause or pause)
