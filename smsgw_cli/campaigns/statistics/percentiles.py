"""Percentiles, interpolated between the two nearest values.

The value at rank `1 + (n - 1) * p`, interpolated linearly between ranks: type 7 of Hyndman and
Fan, "Sample Quantiles in Statistical Packages" (1996), as in R, NumPy and spreadsheets.
"""

from array import array
from collections.abc import Sequence
from heapq import merge
from math import floor

PIECE = 50_000


def sorted_array(values: "array[float]") -> "array[float]":
    """The values sorted, piece by piece: a list of them takes four times the memory."""
    starts = range(0, len(values), PIECE)
    pieces = [array("d", sorted(values[start : start + PIECE])) for start in starts]
    return array("d", merge(*pieces))


def percentile(ascending: Sequence[float], share: float) -> float:
    """The value that a `share` (0 to 1) of a non-empty, sorted sequence does not exceed."""
    rank = (len(ascending) - 1) * share
    below = floor(rank)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (rank - below) * (ascending[above] - ascending[below])
