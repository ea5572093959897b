"""Job specs: the options of a run, stored with its journal for resuming."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from smsgw_cli.contacts.report import Report
from smsgw_cli.sms.number_kinds import ANY_NUMBER, KEEP, Kind, KindRules
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.rejects import rejects_path
from smsgw_cli.tables.shard import Shard
from smsgw_cli.tables.shard import shard as shard_of

SKIP, UPDATE, FAIL = "skip", "update", "fail"
ALLOWED = (Kind.LANDLINE, ANY_NUMBER)  # what --allow lets through


@dataclass(frozen=True)
class JobSpec:
    """Options of every run: list, file, and how to read it.

    `given` maps columns to tags, `allow` has words of --allow, `landlines` is keep, skip or fail;
    `dates` is the order of day, month and year, `decimal` the decimal sign, None for the usual
    ones. The field names are keys of the stored run, and cannot change.
    """

    clears_empty: ClassVar[bool] = False
    """Whether an empty cell clears its field, or is ignored."""
    kind: ClassVar[str] = "import"

    contact_list: int
    file: str
    given: Mapping[str, str] = field(default_factory=dict)
    create_fields: bool = False
    ignore_extra: bool = False
    region: str | None = None
    encoding: str | None = None
    allow: Sequence[str] = ()
    landlines: str = KEEP
    dates: str | None = None
    decimal: str | None = None
    delimiter: str | None = None
    skip_lines: int = 0
    sheet: str | None = None

    @property
    def kind_rules(self) -> KindRules:
        """Which kinds of numbers are refused or skipped."""
        return KindRules(self.landlines, self.allow)

    @property
    def read_options(self) -> ReadOptions:
        """How to read the file."""
        return ReadOptions(self.encoding, self.delimiter, self.skip_lines, self.sheet)

    @property
    def part(self) -> Shard | None:
        """The part of the file to process; None for all of it."""
        return None

    @property
    def rejects_path(self) -> Path:
        """Where the rows that are not imported are written."""
        return rejects_path(self.file, self.part)

    def as_metadata(self) -> dict[str, Any]:
        """The options as JSON, as stored in the journal."""
        return {**asdict(self), "given": dict(self.given)}


@dataclass(frozen=True)
class ImportSpec(JobSpec):
    """All options that affect an import. `existing` is skip, update or fail."""

    report: ClassVar[type[Report]] = Report

    existing: str = SKIP
    skip_bad: bool = False
    shard: str | None = None

    def __post_init__(self) -> None:
        """Raises Usage for an invalid shard."""
        _ = self.part

    @property
    def part(self) -> Shard | None:
        """The part of the file to process; None for all of it."""
        return shard_of(self.shard) if self.shard else None


@dataclass(frozen=True)
class SyncSpec(JobSpec):
    """All options that affect a sync. `max_delete` is a percentage, `10%`, or a count."""

    clears_empty: ClassVar[bool] = True

    delete: bool = False
    max_delete: str = "10%"
