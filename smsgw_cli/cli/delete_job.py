"""Deletes many records with the engine."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from smsgw_cli.api.attempt import Attempt
from smsgw_cli.api.retry_rules import Disposition
from smsgw_cli.cli.session import Session
from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.job import Task, TaskOutcome, Throttle
from smsgw_cli.errors import Interrupted, SmsgwError

ALL = 1 << 62
WORKERS = 8
NOT_FOUND = 404


class MemoryRecord:
    """Records nothing; callers use the outcomes that the engine shows."""

    ahead = ALL
    reserved = ALL

    def reserve(self, row: int, outcomes: Sequence[TaskOutcome] = ()) -> Sequence[int]:
        return ()

    def note(self, outcomes: Sequence[TaskOutcome]) -> None:
        pass

    def unknown(self, rows: Mapping[int, float]) -> None:
        pass


class DeleteOutcome(NamedTuple):
    """The outcome of a deletion: done, or already missing; `error` is set if it failed."""

    row: int
    identity: int
    is_missing: bool = False
    error: SmsgwError | None = None


class DeleteJob(NamedTuple):
    """Deletes the records with these ids below a path, one per row."""

    path: str
    identities: Sequence[int]

    def tasks(self) -> Iterator[Task]:
        for row, identity in enumerate(self.identities, start=1):
            yield Task(row, "DELETE", f"{self.path}/{identity}", target=identity)

    def on_response(self, task: Task, disposition: Disposition, attempt: Attempt) -> DeleteOutcome:
        identity = self.identities[task.row - 1]
        if disposition is not Disposition.DONE:
            return DeleteOutcome(task.row, identity, error=attempt.error)
        # After a retry, 404 is a success: an earlier attempt did it, its response was lost.
        is_missing = attempt.status == NOT_FOUND and task.tries == 1
        return DeleteOutcome(task.row, identity, is_missing)

    def on_not_started(self, task: Task) -> None:
        """Without an outcome, the record counts as not deleted."""


def delete_all(
    session: Session, path: str, identities: Sequence[int]
) -> tuple[dict[int, bool], SmsgwError | None]:
    """Delete records in parallel. Returns whether each was already missing, by id, and the error.

    Records that are not in the dictionary were not deleted.
    """
    throttle = Throttle(min(WORKERS, len(identities)), retries=session.profile.retries)
    engine = Engine(session.worker, session.api.pacer, throttle)
    outcomes: list[DeleteOutcome] = []
    try:
        with engine.stopped_by_signals():
            job = DeleteJob(path, identities)
            error = engine.run(job, MemoryRecord(), outcomes.extend).error
    except KeyboardInterrupt:
        error = None
    refused = next((each.error for each in outcomes if each.error), None)
    deleted = {each.identity: each.is_missing for each in outcomes if each.error is None}
    if error is None and len(outcomes) < len(identities):
        error = Interrupted("stopped")
    return deleted, error or refused
