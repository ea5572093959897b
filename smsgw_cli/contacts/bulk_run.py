"""One run at work: its jobs carried out, what is unknown collected, how it ended reported."""

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
    """A run at work; `unknown` has the rows of which nobody knows what became, since when."""

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
        """Ctrl-C and SIGTERM finish what is under way."""
        return self._engine.stopped_by_signals()

    @property
    def is_stopping(self) -> bool:
        return self._engine.stopping

    def do(self, job: Job[Outcome]) -> None:
        """Carry a job out. Raises what ended it early, Partial or Interrupted if it did some."""
        result = self._engine.run(job, self.journal, self._shown)
        self.unknown |= result.unknown
        self.conclude(result)

    def note(self, outcomes: Iterable[Outcome]) -> None:
        """Take over what was found out otherwise."""
        outcomes = list(outcomes)
        self.journal.note(outcomes)
        self.report.add(outcomes)
        for each in outcomes:
            self.unknown.pop(each.row, None)

    def show(self, waiting: str = "") -> None:
        self.report.waiting = waiting
        self._show(self.report)

    def conclude(self, ending: JobResult) -> None:
        """Raises what ended the run early, saying how to resume it."""
        if ending.error is None and not ending.interrupted:
            return
        self.journal.note(pid=None, unknown=len(self.unknown))
        report = self.report
        how_far = f"{report.done} of {report.rows} {report.unit}"
        if ending.error is None:
            raise Interrupted(f"interrupted after {how_far}", hint=self._how_to_resume)
        if not report.done and not self.unknown:
            raise ending.error
        raise self._partial(ending.error, how_far) from ending.error

    @property
    def _how_to_resume(self) -> str:
        return (
            f"run the same command again, or 'smsgw imports resume {self.report.run}': "
            "nothing is done twice"
        )

    def _partial(self, error: SmsgwError, how_far: str) -> Partial:
        return Partial(
            f"{error.message}; {how_far} were done before",
            status=error.status,
            errors=error.errors,
            hint=self._how_to_resume,
        )

    def _shown(self, outcomes: list[Outcome]) -> None:
        self.report.add(outcomes)
        if self.report.done or self.report.waiting:
            self._show(self.report)
