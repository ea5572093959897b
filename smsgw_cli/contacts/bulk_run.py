"""One run in progress: runs its jobs, collects unknown rows, and raises how it ended."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.contacts.journal import Journal, Outcome
from smsgw_cli.contacts.report import Report
from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.job import Job, JobResult, TaskClient, Throttle
from smsgw_cli.errors import Interrupted, Partial, SmsgwError

Show = Callable[[Report], None]


class BulkRun:
    """A run in progress; `unknown` maps rows with an unknown outcome to the `clock` of each."""

    def __init__(
        self,
        journal: Journal,
        clients: Callable[[], TaskClient],
        pacer: Pacer,
        throttle: Throttle,
        report: Report,
        show: Show,
    ) -> None:
        self.journal = journal
        self.throttle = throttle
        self.report = report
        self.unknown: dict[int, float] = {}
        self._show = show
        self._engine = Engine(clients, pacer, throttle)

    def stopped_by_signals(self) -> AbstractContextManager[None]:
        """Within the block, Ctrl-C and SIGTERM stop the run once started requests are finished."""
        return self._engine.stopped_by_signals()

    @property
    def is_stopping(self) -> bool:
        return self._engine.stopping

    def do(self, job: Job[Outcome]) -> None:
        """Run a job.

        If it ends early, raises Interrupted, or Partial if any row is done, else its error.
        """
        result = self._engine.run(job, self.journal, self._shown)
        self.unknown |= result.unknown
        self.conclude(result)

    def note(self, outcomes: Iterable[Outcome]) -> None:
        """Record outcomes that were determined outside a job."""
        outcomes = list(outcomes)
        self.journal.note(outcomes)
        self.report.add(outcomes)
        for each in outcomes:
            self.unknown.pop(each.row, None)

    def show(self, waiting: str = "") -> None:
        """Show the progress, with the reason for waiting, if any."""
        self.report.waiting = waiting
        self._show(self.report)

    def conclude(self, result: JobResult) -> None:
        """Raise as `do` if the job ended early, with a hint how to resume."""
        if result.error is None and not result.interrupted:
            return
        self.journal.note(pid=None, unknown=len(self.unknown))
        report = self.report
        how_far = f"{report.done} of {report.rows} {report.unit}"
        if result.error is None:
            raise Interrupted(f"interrupted after {how_far}", hint=report.how_to_resume)
        if not report.done and not self.unknown:
            raise result.error
        raise self._partial(result.error, how_far) from result.error

    def _partial(self, error: SmsgwError, how_far: str) -> Partial:
        return Partial(
            f"{error.message}; {how_far} were done before",
            status=error.status,
            errors=error.errors,
            hint=self.report.how_to_resume,
        )

    def _shown(self, outcomes: list[Outcome]) -> None:
        self.report.add(outcomes)
        if self.report.done or self.report.waiting:
            self._show(self.report)
