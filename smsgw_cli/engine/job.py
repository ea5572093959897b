"""What an engine carries out, and where that is noted: jobs of tasks, and records, as protocols."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from smsgw_cli import model
from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.outcome import Disposition
from smsgw_cli.errors import SmsgwError

WORKERS = 16
SETTLE = 60.0  # seconds; the default request timeout of PHP and nginx


@dataclass(frozen=True)
class Throttle:
    """How many requests at once, and how careful to be. `settle` is in seconds."""

    workers: int = WORKERS
    settle: float = SETTLE
    retries: int = 4


class Api(Protocol):
    """The part of the API client that a worker needs."""

    def attempt(self, method: str, path: str, body: Any = None) -> Attempt: ...


@dataclass
class Task:
    """A request for a row. `target` is the id of what it changes, where that is known.

    `values` are what the row says, where a later request needs them, `tries` counts how often
    it has gone out.
    """

    row: int
    method: str
    path: str
    body: model.Record | None = None
    target: int | None = None
    values: model.Record | None = None
    tries: int = 0


class Outcome(Protocol):
    """What became of a row."""

    @property
    def row(self) -> int: ...


OutcomeT = TypeVar("OutcomeT", bound=Outcome)
OutcomeT_co = TypeVar("OutcomeT_co", bound=Outcome, covariant=True)
OutcomeT_contra = TypeVar("OutcomeT_contra", bound=Outcome, contravariant=True)


class Job(Protocol[OutcomeT_co]):
    """Where tasks come from, in the order of their rows, which count from 1, and what their
    answers mean. Called by one thread at a time."""

    def tasks(self) -> Iterator[Task | OutcomeT_co]: ...

    def on_response(
        self, task: Task, found: Disposition, attempt: Attempt
    ) -> Task | OutcomeT_co | None:
        """The next task for the row, or its outcome. A row without one is unknown, and so is
        one whose request is, whatever is noted of it."""

    def on_not_started(self, task: Task) -> OutcomeT_co | None:
        """The outcome of a row whose task certainly had no effect."""


class Record(Protocol[OutcomeT_contra]):
    """Where a job is recorded, so that it can be resumed after a crash.

    Rows up to `reserved` may have gone out, those behind it surely did not. `ahead` is how many
    rows to reserve beyond the last one that was started. Raises SmsgwError if it cannot be
    written. Used by one thread.
    """

    @property
    def ahead(self) -> int: ...

    @property
    def reserved(self) -> int: ...

    def reserve(self, row: int, outcomes: Sequence[OutcomeT_contra] = ()) -> Collection[int]:
        """Note outcomes, and that rows up to this one may go out from now on and none behind it,
        in one durable transaction. Returns those that must not, as another run has them."""

    def note(self, outcomes: Sequence[OutcomeT_contra]) -> None:
        """Note outcomes, durably."""

    def unknown(self, rows: Mapping[int, float]) -> None:
        """Note that it is unknown what became of these rows; since when, in Unix time."""


@dataclass
class JobResult:
    """How a job ended: what stopped it, and its unknown rows, each with since when it is."""

    error: SmsgwError | None = None
    interrupted: bool = False
    unknown: dict[int, float] = field(default_factory=dict)
