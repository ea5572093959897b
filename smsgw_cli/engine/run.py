"""One run at work: jobs done by its engine, what is unknown gathered, how it ended told."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.contacts.job_spec import Throttle
from smsgw_cli.contacts.journal import Journal, Outcome
from smsgw_cli.contacts.report import Report
from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.job import Api, Job, JobResult
from smsgw_cli.errors import Interrupted, Partial

Show = Callable[[Report], None]


class Run:
    """A run at work; `unknown` has the rows of which nobody knows what became, since when."""

    def __init__(
        self,
        journal: Journal,
        clients: Callable[[], Api],
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
        pacer.expect_workers(throttle.workers, throttle.retries)
        self._engine = Engine(clients, pacer, throttle.workers, journal, self._shown)

    def stopped_by_signals(self) -> AbstractContextManager[None]:
        """Ctrl-C and SIGTERM finish what is under way."""
        return self._engine.stopped_by_signals()

    @property
    def is_stopping(self) -> bool:
        return self._engine.stopping

    @property
    def reserved(self) -> int:
        """The row up to which rows may have gone out."""
        return int(self.journal.facts().get("reserved", 0))

    def do(self, job: Job) -> None:
        """Carry a job out. Raises what ended it early, Partial or Interrupted if it did some."""
        self.conclude(self._engine.run(job, self.reserved))

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
        """Take over what is unknown. Raises what ended the run early, saying how to go on."""
        self.unknown |= ending.unknown
        if ending.error is None and not ending.interrupted:
            return
        report = self.report
        self.journal.note(pid=None, unknown=len(self.unknown))
        how_far = f"{report.done} of {report.rows} {report.unit}"
        go_on = (
            f"run the same command again, or 'smsgw imports resume {report.run}': "
            "what was done is not done again"
        )
        if ending.error is None:
            raise Interrupted(f"stopped after {how_far}", hint=go_on)
        if not report.done and not self.unknown:
            raise ending.error
        raise Partial(
            f"{ending.error.message}; {how_far} were done before",
            status=ending.error.status,
            errors=ending.error.errors,
            hint=go_on,
        ) from ending.error

    def _shown(self, outcomes: list[Outcome]) -> None:
        self.report.add(outcomes)
        if self.report.done or self.report.waiting:
            self._show(self.report)
