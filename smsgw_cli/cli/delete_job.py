"""Deleting many: what that asks of the engine, and what became of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.outcome import Disposition
from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.job import Task
from smsgw_cli.engine.memory import MemoryRecord
from smsgw_cli.errors import Interrupted, SmsgwError

WORKERS = 8
NOT_FOUND = 404


class DeleteOutcome(NamedTuple):
    """Whether the row's record was missing; `error` is set where it was not deleted."""

    row: int
    identity: int
    is_missing: bool = False
    error: SmsgwError | None = None


@dataclass(frozen=True)
class DeleteJob:
    """The records with these ids below a path, a row each."""

    path: str
    identities: Sequence[int]

    def tasks(self) -> Iterator[Task]:
        for row, identity in enumerate(self.identities, start=1):
            yield Task(row, "DELETE", f"{self.path}/{identity}", target=identity)

    def on_response(self, task: Task, found: Disposition, attempt: Attempt) -> DeleteOutcome:
        identity = self.identities[task.row - 1]
        if found is not Disposition.DONE:
            return DeleteOutcome(task.row, identity, error=attempt.error)
        # A 404 to one made again is a success: an earlier try did it, its answer was lost.
        is_missing = attempt.status == NOT_FOUND and task.tries == 1
        return DeleteOutcome(task.row, identity, is_missing)

    def on_not_started(self, task: Task) -> None:
        """Not deleted: nothing to note."""


def delete_all(
    engine: Engine, path: str, identities: Sequence[int]
) -> tuple[dict[int, bool], SmsgwError | None]:
    """Delete the records with these ids: whether each that is gone was missing; what stopped it."""
    outcomes: list[DeleteOutcome] = []
    try:
        with engine.stopped_by_signals():
            job = DeleteJob(path, identities)
            error = engine.run(job, MemoryRecord(), outcomes.extend).error
    except KeyboardInterrupt:
        error = None
    refused = next((each.error for each in outcomes if each.error), None)
    gone = {each.identity: each.is_missing for each in outcomes if each.error is None}
    if error is None and len(outcomes) < len(identities):
        error = Interrupted("stopped")
    return gone, error or refused
