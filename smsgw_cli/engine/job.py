"""The protocols of what the engine executes (jobs) and where it records that (records)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

from smsgw_cli import model
from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.errors import SmsgwError

WORKERS = 16
SETTLE = 60.0  # seconds; the default request timeout of PHP and nginx


class Throttle(NamedTuple):
    """The number of concurrent requests and of retries, and the settle time in seconds."""

    workers: int = WORKERS
    settle: float = SETTLE
    retries: int = 4


class TaskClient(Protocol):
    """The part of the API client that a worker thread needs."""

    def attempt(self, method: str, path: str, body: Any = None) -> Attempt: ...


@dataclass
class Task:
    """A request for a row. `target` is the id of the record it changes, if known.

    `values` are those of the row, if a later request needs them; `tries` counts its attempts.
    """

    row: int
    method: str
    path: str
    body: model.Record | None = None
    target: int | None = None
    values: model.Record | None = None
    tries: int = 0


class TaskOutcome(Protocol):
    """The outcome of a row, which is known by its number."""

    @property
    def row(self) -> int: ...


OutcomeT = TypeVar("OutcomeT", bound=TaskOutcome)
OutcomeT_co = TypeVar("OutcomeT_co", bound=TaskOutcome, covariant=True)
OutcomeT_contra = TypeVar("OutcomeT_contra", bound=TaskOutcome, contravariant=True)


class Job(Protocol[OutcomeT_co]):
    """Produces tasks and interprets their responses. Called by one thread at a time."""

    def tasks(self) -> Iterator[Task | OutcomeT_co]:
        """Tasks, and outcomes of rows without one, by row; rows count from 1."""

    def on_response(
        self, task: Task, disposition: Disposition, attempt: Attempt
    ) -> Task | OutcomeT_co | None:
        """The next task of the row, or its outcome. A row is unknown if this is None, or if the
        disposition is UNKNOWN."""

    def on_not_started(self, task: Task) -> OutcomeT_co | None:
        """The outcome of a row whose task provably had no effect."""


class Record(Protocol[OutcomeT_contra]):
    """Records a job, so that it can be resumed after a crash.

    Rows up to `reserved` may have been sent, later ones were not. `ahead` is the most rows to
    reserve beyond the last started one. Methods raise SmsgwError if the record cannot be
    written. Not thread-safe.
    """

    @property
    def ahead(self) -> int: ...

    @property
    def reserved(self) -> int: ...

    def reserve(self, row: int, outcomes: Sequence[OutcomeT_contra] = ()) -> Collection[int]:
        """Record outcomes, and that rows up to this one may be sent, in one durable transaction.
        Returns the rows that must not be sent, as another run has them."""

    def note(self, outcomes: Sequence[OutcomeT_contra]) -> None:
        """Record outcomes, durably."""

    def unknown(self, rows: Mapping[int, float]) -> None:
        """Record rows with unknown outcomes, each with the `clock` since which it is unknown."""


class JobResult(NamedTuple):
    """How a job ended: the error that stopped it, and its unknown rows, each with its `clock`."""

    error: SmsgwError | None = None
    interrupted: bool = False
    unknown: Mapping[int, float] = MappingProxyType({})
