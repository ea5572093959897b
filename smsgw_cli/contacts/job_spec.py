"""What a run was asked for, as it is kept with its journal, to be taken up again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from smsgw_cli.tables.shard import Shard
from smsgw_cli.tables.shard import shard as shard_of

SKIP, UPDATE, FAIL = "skip", "update", "fail"


@dataclass(frozen=True)
class JobSpec:
    """What every run was asked for: into which list, from which file, and how that is read."""

    clears_empty: ClassVar[bool] = False
    """Whether an empty cell empties its field, or says nothing of it."""

    contact_list: int
    file: str
    given: Mapping[str, str] = field(default_factory=dict)
    create_fields: bool = False
    ignore_extra: bool = False
    region: str | None = None
    encoding: str | None = None

    @property
    def part(self) -> Shard | None:
        """The part of the file that is ours, where that is not all of it."""
        return None

    def as_facts(self) -> dict[str, Any]:
        return {**asdict(self), "given": dict(self.given)}


@dataclass(frozen=True)
class ImportSpec(JobSpec):
    """Whatever changes what an import does. `existing` is skip, update or fail."""

    existing: str = SKIP
    skip_bad: bool = False
    shard: str | None = None

    def __post_init__(self) -> None:
        """Raises Usage for a shard that is none."""
        _ = self.part

    @property
    def part(self) -> Shard | None:
        """The part of the file that is ours."""
        return shard_of(self.shard) if self.shard else None


@dataclass(frozen=True)
class SyncSpec(JobSpec):
    """Whatever changes what a sync does. `max_delete` is a share, `10%`, or a count."""

    clears_empty: ClassVar[bool] = True

    delete: bool = False
    max_delete: str = "10%"
