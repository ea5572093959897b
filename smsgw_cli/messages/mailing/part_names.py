"""Names of the campaigns of a part of a file, of the key, I/N and the digest of the rows alone: a
machine without a record knows them again."""

import hashlib
import re
from typing import Any, NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.tables.shard import Shard

_PLAIN = re.compile(r"[!-~](?:[ -~]{0,98}[!-~])?")  # what every database and column can hold


class PartName(NamedTuple):
    """What the name of a campaign says of its part."""

    shard: Shard
    digest: str


def part_name(once: str, shard: Shard | None, digest: str) -> str:
    """The name of the campaign of rows with this digest."""
    return f"{_base(once)} {shard} {digest}"


def read(once: str, name: Any) -> PartName | None:
    """What a name says; None if it is not one of this key."""
    pattern = rf"{re.escape(_base(once))} ([1-9]\d{{0,5}})/([1-9]\d{{0,5}}) ([0-9a-f]{{16}})"
    found = re.fullmatch(pattern, name.strip()) if isinstance(name, str) else None
    return PartName(Shard(int(found[1]), int(found[2])), found[3]) if found else None


def other_division(once: str, division: str) -> Usage:
    """The error for a file that was divided otherwise under the same key."""
    return Usage(
        f"the key {once!r} was used with {division}; nothing was sent",
        hint="divide the file as before; otherwise rows could be sent twice",
    )


def _base(once: str) -> str:
    """The key, or its digest if it is long or not plain."""
    if _PLAIN.fullmatch(once):
        return once
    return f"smsgw-{hashlib.sha256(once.encode()).hexdigest()[:16]}"
