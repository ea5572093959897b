"""Reconciles rows with an unknown outcome: waits, then looks them up on the list."""

import time
from dataclasses import dataclass

from smsgw_cli.api.reader import PageReader
from smsgw_cli.contacts.bulk_run import BulkRun
from smsgw_cli.contacts.contact_index import newer
from smsgw_cli.contacts.jobs import RetryUnknown, match_existing
from smsgw_cli.contacts.journal import Outcome, State
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.engine.job import JobResult
from smsgw_cli.engine.settle_time import seconds_left, sleep_unless_stopped
from smsgw_cli.errors import SmsgwError, Unavailable

ROUNDS = 5  # retries in a row that determine no outcome


@dataclass
class Reconciliation:
    """Reconciles the rows of a run with an unknown outcome.

    A contact was created by the run if its id is above `watermark`, the highest one before it.
    """

    run: BulkRun
    api: PageReader
    plan: Plan
    contact_list: int
    watermark: int

    def carry_out(self) -> None:
        """Look unknown rows up and retry missing ones until every outcome is known.

        Raises as `BulkRun.do` does; its error is Unavailable after ROUNDS futile retries.
        """
        run, idle, already_existing = self.run, 0, set[int]()
        while run.unknown:
            before = len(run.unknown)
            self._wait()
            self._look_up(already_existing)
            run.show()
            already_existing = self._retry_missing()
            idle = idle + 1 if len(run.unknown) >= before else 0
            if idle == ROUNDS:
                message = f"cannot determine whether {len(run.unknown)} rows were created"
                run.conclude(JobResult(Unavailable(message)))

    def _wait(self) -> None:
        run = self.run

        def show_and_continue(left: float) -> bool:
            count = len(run.unknown)
            run.show(f"{count} unknown, checking in {left:.0f} s" if left else "")
            return not run.is_stopping

        if not sleep_unless_stopped(
            seconds_left(run.unknown, run.throttle.settle, time.time()), show_and_continue
        ):
            run.conclude(JobResult(interrupted=True))

    def _look_up(self, already_existing: set[int]) -> None:
        wanted = {self.plan.numbers[row] for row in self.run.unknown}
        try:
            ids = newer(self.api, self.contact_list, self.watermark, wanted.__contains__)
        except SmsgwError as error:
            self.run.conclude(JobResult(error))
            raise
        found = list(match_existing(self.run.unknown.keys(), self.plan, ids.get, self.watermark))
        # The server reports them as existing, but the list does not have that number.
        hidden = already_existing - {outcome.row for outcome in found}
        self.run.note([*found, *(Outcome(row, State.SKIPPED) for row in hidden)])

    def _retry_missing(self) -> set[int]:
        """Retry rows that were not found; returns those that the server reports as existing."""
        waiting, self.run.unknown = self.run.unknown, {}
        job = RetryUnknown(self.plan, self.contact_list, waiting)
        if waiting:
            self.run.do(job)
        return job.already_existing
