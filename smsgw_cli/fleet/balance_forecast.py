"""When a balance will be used up, from what was used between readings."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from statistics import median, quantiles
from typing import NamedTuple

WINDOW = timedelta(days=30)  # what was used before says little about tomorrow
MIN_READINGS, MIN_SPAN = 5, timedelta(days=3)
MAX_SPREAD = 1.0  # of the middle half of all slopes, as a share of the median
LONGEST = timedelta(days=365)
DAY = timedelta(days=1)


class Point(NamedTuple):
    """A balance at a time."""

    moment: datetime
    amount: float


def days_left(points: Sequence[Point]) -> float | None:
    """In how many days a balance is used up at the pace of late; None if the data do not say.

    `points` are of one SIM and currency, oldest first. A rise is a top-up: what was used meanwhile
    is unknown, so that time is left out. The pace is the Theil-Sen estimator: the median of the
    slopes between all pairs, which a few odd readings do not move.
    """
    if not points:
        return None
    recent = [each for each in points if each.moment >= points[-1].moment - WINDOW]
    used = list(_used(recent))
    if len(used) < MIN_READINGS or used[-1][0] < MIN_SPAN / DAY:
        return None
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(used, 2) if b[0] > a[0]]
    pace = median(slopes)
    low, _, high = quantiles(slopes, n=4)
    if pace <= 0 or (high - low) / pace > MAX_SPREAD:
        return None
    left = max(points[-1].amount, 0.0) / pace
    return left if left <= LONGEST / DAY else None


def _used(points: Sequence[Point]) -> Iterator[tuple[float, float]]:
    """Days, and what was used in them, without the times of top-ups."""
    days = used = 0.0
    yield days, used
    for before, after in pairwise(points):
        if after.amount <= before.amount:
            days += (after.moment - before.moment) / DAY
            used += before.amount - after.amount
            yield days, used
