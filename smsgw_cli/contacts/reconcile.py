"""Reconciles rows with an unknown outcome: waits, then looks them up on the list."""

from typing import TYPE_CHECKING, NamedTuple

from smsgw_cli.api.reader import PageReader
from smsgw_cli.contacts.bulk_run import BulkRun
from smsgw_cli.contacts.contact_index import newer
from smsgw_cli.contacts.job_spec import SKIP
from smsgw_cli.contacts.jobs import NOT_ON_LIST, RetryUnknown, match_existing, on_list
from smsgw_cli.contacts.journal import Outcome, State
from smsgw_cli.engine.job import JobResult
from smsgw_cli.engine.settle_time import clock, seconds_left, sleep_unless_stopped
from smsgw_cli.errors import SmsgwError, Unavailable

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

ROUNDS = 5  # retries in a row that determine no outcome


class Reconciliation(NamedTuple):
    """Reconciles the rows of a run with an unknown outcome.

    A contact was created by the run if its id is above `watermark`, the highest one before it,
    unless its row is in `taken`: its only request was refused, as the number was there already.
    Such rows are handled by `mode`.
    """

    run: BulkRun
    api: PageReader
    plan: "Plan"
    contact_list: int
    watermark: int
    taken: frozenset[int] = frozenset()
    mode: str = SKIP

    def carry_out(self) -> None:
        """Look unknown rows up and retry missing ones until every outcome is known.

        Raises as `BulkRun.do` does; its error is Unavailable after ROUNDS futile retries.
        """
        run, idle, taken = self.run, 0, set(self.taken)
        while run.unknown:
            before = len(run.unknown)
            self._wait(taken)
            self._look_up(taken)
            run.show()
            taken = self._retry_missing()
            idle = idle + 1 if len(run.unknown) >= before else 0
            if idle == ROUNDS:
                message = f"cannot determine whether {len(run.unknown)} rows were created"
                run.conclude(JobResult(Unavailable(message)))

    def _wait(self, taken: set[int]) -> None:
        """Wait until the requests have arrived or are lost, but for those that were refused."""
        run = self.run
        sent = {row: at for row, at in run.unknown.items() if row not in taken}

        def show_and_continue(left: float) -> bool:
            count = len(sent)
            run.show(f"{count} unknown, checking in {left:.0f} s" if left else "")
            return not run.is_stopping

        if not sleep_unless_stopped(
            seconds_left(sent, run.throttle.settle, clock()), show_and_continue
        ):
            run.conclude(JobResult(interrupted=True))

    def _look_up(self, taken: set[int]) -> None:
        """Note the rows that are on the list, and those that are taken and yet not on it."""
        wanted = {self.plan.numbers[row] for row in self.run.unknown}
        try:
            ids = newer(self.api, self.contact_list, self.watermark, wanted.__contains__)
        except SmsgwError as error:
            self.run.conclude(JobResult(error))
            raise
        found = match_existing(self.run.unknown.keys(), self.plan, ids.get, self.watermark)
        outcomes = {
            each.row: on_list(each.row, each.contact, self.mode) if each.row in self.taken else each
            for each in found
        }
        elsewhere = taken - outcomes.keys()
        failures = (Outcome(row, State.FAILED, None, NOT_ON_LIST) for row in elsewhere)
        self.run.note([*outcomes.values(), *failures])

    def _retry_missing(self) -> set[int]:
        """Retry rows that were not found; returns those whose number the server calls taken."""
        waiting, self.run.unknown = self.run.unknown, {}
        job = RetryUnknown(self.plan, self.contact_list, waiting)
        if waiting:
            self.run.do(job)
        return job.taken
