"""Rows of which nobody knows whether they were created: left alone for a while, then looked up."""

import time
from collections.abc import Callable, Mapping

from smsgw_cli.bulk.existing import Lister, newer
from smsgw_cli.bulk.jobs import adopted
from smsgw_cli.bulk.journal import Outcome
from smsgw_cli.bulk.plan import Plan

SETTLE = 60.0  # seconds; how long PHP and nginx let a request go on unless told otherwise
LOOK_UP = 0.2  # seconds between looks at whether we are to stop


def seconds_left(unknown: Mapping[int, float], settle: float, now: float) -> float:
    """How long to leave the unknown rows alone still; 0 for no longer.

    `unknown` has since when each is unknown, `now` is of the same clock. A clock that was set
    back meanwhile makes nobody wait longer than `settle`.
    """
    if not unknown:
        return 0.0
    return min(settle, max(0.0, max(unknown.values()) + settle - now))


def waited(seconds: float, told: Callable[[float], bool]) -> bool:
    """Wait, calling `told` with the seconds left; whether it always wanted to go on."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        if not told(left):
            return False
        time.sleep(min(LOOK_UP, left))
    return told(0.0)


def looked_up(
    api: Lister, contact_list: int, plan: Plan, unknown: Mapping[int, float], watermark: int
) -> list[Outcome]:
    """Outcomes of those unknown rows that the list has by now.

    A contact counts as ours if its id is above `watermark`, the highest before the run.
    """
    wanted = {plan.numbers[row] for row in unknown}
    found = newer(api, contact_list, watermark, wanted.__contains__)
    return list(adopted(unknown.keys(), plan, found.get, watermark))
