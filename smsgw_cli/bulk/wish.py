"""What an import was asked for, as it is kept with its journal, to be taken up again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from smsgw_cli.bulk.jobs import SKIP
from smsgw_cli.bulk.settle import SETTLE
from smsgw_cli.bulk.shard import Shard
from smsgw_cli.bulk.shard import shard as shard_of

WORKERS = 16


@dataclass(frozen=True)
class Wish:
    """Whatever changes what an import does. `existing` is skip, update or fail."""

    contact_list: int
    file: str
    given: Mapping[str, str] = field(default_factory=dict)
    create_fields: bool = False
    ignore_extra: bool = False
    region: str | None = None
    encoding: str | None = None
    existing: str = SKIP
    skip_bad: bool = False
    shard: str | None = None

    @property
    def part(self) -> Shard | None:
        """The part of the file that is ours. Raises Usage if that is no part."""
        return shard_of(self.shard) if self.shard else None

    def as_facts(self) -> dict[str, Any]:
        return {**asdict(self), "given": dict(self.given)}


@dataclass(frozen=True)
class Tempo:
    """How fast, how careful. `settle` is in seconds, `per_minute` requests, None for no limit."""

    workers: int = WORKERS
    per_minute: int | None = None
    settle: float = SETTLE
    retries: int = 4
