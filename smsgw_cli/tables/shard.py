"""Splits a file between machines by phone number alone, so that they need no coordination."""

import re
import zlib
from dataclasses import dataclass

from smsgw_cli.errors import Usage

MOST_SHARDS = 100_000


@dataclass(frozen=True)
class Shard:
    """The `index`-th of `count` parts of a file, counted from 1."""

    index: int
    count: int

    def has(self, number: int) -> bool:
        """Whether a number (E.164 without its +) belongs to this part."""
        # CRC-32 is the same on every machine and in every release, which hash() is not.
        return zlib.crc32(b"+%d" % number) % self.count == self.index - 1

    def has_row(self, row: int) -> bool:
        """Whether a row without a valid number belongs to this part, by its number in the file."""
        return row % self.count == self.index - 1

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


def shard(text: str) -> Shard:
    """`3/16` as a shard. Raises Usage if it is invalid."""
    given = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text.strip())
    if given is None or not 1 <= int(given[1]) <= int(given[2]) <= MOST_SHARDS:
        raise Usage(
            f"--shard takes I/N, such as 3/16, not {text!r}", hint="I is a number from 1 to N"
        )
    return Shard(int(given[1]), int(given[2]))
