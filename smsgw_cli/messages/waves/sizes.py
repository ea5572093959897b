"""The sizes of waves as they are typed: `20/10m,200,rest`. Pure functions."""

import math
import re
from collections.abc import Iterator
from itertools import chain, repeat
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.sms.durations import duration

DEFAULT_WAIT = 600.0  # seconds
MOST = 10_000  # waves of one send
FORMS = "20,rest or 20/10m,200,rest or 500/5m"
_SIZE = re.compile(r"([1-9][0-9]{0,8})|([0-9]{1,3}(?:\.[0-9]{1,9})?)\s*%|rest")


class Size(NamedTuple):
    """A size, and the seconds to wait after a wave of it. A `share` of all is from 0 to 1; without
    `recipients` and `share` it is the rest."""

    recipients: int | None = None
    share: float | None = None
    wait: float = DEFAULT_WAIT

    @property
    def is_rest(self) -> bool:
        return self.recipients is None and self.share is None

    def of(self, total: int, left: int) -> int:
        """The number of recipients of a wave, given the total and how many are left."""
        if self.is_rest:
            return left
        size = self.recipients or math.ceil(round((self.share or 0) * total, 6))
        return min(left, size)


def parse(text: str) -> tuple[Size, ...]:
    """The sizes in a text. Raises Usage."""
    sizes = tuple(_size(part.strip()) for part in text.split(","))
    if any(each.is_rest for each in sizes[:-1]):
        raise Usage("nothing can follow 'rest' in --waves", hint=f"use {FORMS}")
    return sizes


def split(sizes: tuple[Size, ...], total: int) -> list[tuple[int, float]]:
    """The recipients of each wave, with the seconds to wait after it. Raises Usage for too many."""
    waves: list[tuple[int, float]] = []
    left, following = total, _repeated(sizes)
    while left:
        if len(waves) == MOST:
            raise Usage(f"--waves makes more than {MOST:,} waves", hint="use larger sizes")
        size = next(following)
        waves.append((size.of(total, left), size.wait))
        left -= waves[-1][0]
    return waves


def _repeated(sizes: tuple[Size, ...]) -> Iterator[Size]:
    """The sizes, and the last one for ever."""
    return chain(sizes, repeat(sizes[-1]))


def _size(text: str) -> Size:
    size, slash, wait = (part.strip() for part in text.partition("/"))
    found = _SIZE.fullmatch(size)
    share = float(found[2]) / 100 if found and found[2] else None
    if found is None or (share is not None and not 0 < share <= 1):
        raise Usage(f"cannot read {text!r} in --waves", hint=f"use {FORMS}")
    seconds = duration(wait).total_seconds() if slash else DEFAULT_WAIT
    return Size(int(found[1]) if found[1] else None, share, seconds)
