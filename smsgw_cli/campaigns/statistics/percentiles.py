"""Percentiles, interpolated between the two nearest values.

The value at rank `1 + (n - 1) * p`, interpolated linearly between ranks: type 7 of Hyndman and
Fan, "Sample Quantiles in Statistical Packages" (1996), as in R, NumPy and spreadsheets.
"""

from collections.abc import Sequence
from math import floor


def percentile(ascending: Sequence[float], share: float) -> float:
    """The value that a `share` (0 to 1) of a non-empty, sorted sequence does not exceed."""
    rank = (len(ascending) - 1) * share
    below = floor(rank)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (rank - below) * (ascending[above] - ascending[below])
