"""One run: fields made, rows sent, unknown ones settled, until every row has its outcome."""

import time
from collections.abc import Callable
from typing import Protocol

from smsgw_cli.bulk import settle
from smsgw_cli.bulk.engine import Engine
from smsgw_cli.bulk.existing import Existing, Lister
from smsgw_cli.bulk.job import Api as Worker
from smsgw_cli.bulk.job import Ending, Job
from smsgw_cli.bulk.jobs import Resending, Sending, Undoing, adopted
from smsgw_cli.bulk.journal import Journal, Outcome, State
from smsgw_cli.bulk.pace import Pace
from smsgw_cli.bulk.plan import Plan
from smsgw_cli.bulk.report import Report
from smsgw_cli.bulk.runs import FINISHED, UNDONE, begin, end
from smsgw_cli.bulk.wish import Tempo, Wish
from smsgw_cli.errors import Interrupted, Partial, SmsgwError, Unavailable, Unknown
from smsgw_cli.resource import Record

ROUNDS = 5  # of sending unknown rows again without settling a single one
PENDING = 255  # a row's state while it waits to be looked up


class Api(Lister, Protocol):
    """What a run needs of its own client."""

    @property
    def is_limited(self) -> bool: ...

    def create(self, path: str, body: Record) -> Record: ...


class Run:
    """A run of imports, begun or to be gone on with; `number` is its name."""

    def __init__(
        self,
        number: int,
        journal: Journal,
        api: Api,
        clients: Callable[[], Worker],
        plan: Plan | None,
    ) -> None:
        self.number = number
        self.journal = journal
        self._api = api
        self._clients = clients
        self._plan = plan
        self._facts = journal.facts()
        self._unknown: dict[int, float] = {}

    def prepare(self, wish: Wish, there: Existing) -> None:
        """Find out how far the run came. `there` is the list as it is now."""
        assert self._plan is not None  # noqa: S101
        self._wish, self._there = wish, there
        begin(self.journal)
        self._reserved: int = self._facts.get("reserved", 0)
        self._states = self.journal.states(max(len(self._plan.numbers) - 1, self._reserved))
        touched: float = self._facts.get("touched", time.time())
        self._unknown = {
            row: touched
            for row in range(min(self._reserved + 1, len(self._plan.numbers)))
            if self._plan.numbers[row] > 0 and not self._states[row]
        }
        self._sort_out()
        self.journal.forget_free()
        for row, state in enumerate(self._states):
            if state == State.FREE:
                self._states[row] = 0

    def carry_out(
        self, tempo: Tempo, show: Callable[[Report], None], tell: Callable[[str], None]
    ) -> Report:
        """Until every row has its outcome. Raises as `Imports.run` says."""
        assert self._plan is not None  # noqa: S101
        report = self._report(self._plan.count + self._plan.bad)
        report.bad = self._plan.bad
        self._make_fields(report, tempo, tell)
        engine, pace = self._engine(tempo, report, show)
        with engine.stopped_by_signals():
            job: Job = Sending(
                self._plan, self._wish.contact_list, self._there, self._wish.existing, self._states
            )
            self._conclude(engine.run(job, self._reserved), report)
            self._settle(engine, pace, tempo, report, show)
        end(self.journal, FINISHED)
        return report

    def undo(self, tempo: Tempo, show: Callable[[Report], None]) -> Report:
        """Delete what the run created."""
        created = self.journal.created()
        report = Report(rows=len(created), run=self.number)
        engine, _ = self._engine(tempo, report, show)
        with engine.stopped_by_signals():
            reserved = max((row for row, _ in created), default=0)
            ending = engine.run(Undoing(created), reserved)
            if ending.unknown and ending.error is None and not ending.interrupted:
                ending.error = SmsgwError("the server did not delete all of them")
            self._conclude(ending, report)
        end(self.journal, UNDONE)
        return report

    def _sort_out(self) -> None:
        """Unknown rows that the list tells of already need no waiting."""
        assert self._plan is not None  # noqa: S101
        watermark: int = self._facts["watermark"]
        found = list(adopted(self._unknown.keys(), self._plan, self._there.id_of, watermark))
        ours = [outcome for outcome in found if outcome.state is State.CREATED]
        self.journal.note(ours)
        for outcome in ours:
            self._states[outcome.row] = outcome.state
        for outcome in found:  # those that were there before were never to be created
            del self._unknown[outcome.row]
        for row in self._unknown:
            self._states[row] = PENDING

    def _report(self, rows: int) -> Report:
        report = Report(rows=rows, run=self.number)
        report.fields_created = self._facts.get("fields_created", 0)
        report.states.update(self.journal.counts())
        return report

    def _engine(
        self, tempo: Tempo, report: Report, show: Callable[[Report], None]
    ) -> tuple[Engine, Pace]:
        def shown(outcomes: list[Outcome]) -> None:
            report.add(outcomes)
            if report.done or report.waiting:
                show(report)

        limited = self._api.is_limited
        pace = Pace(tempo.workers, tempo.per_minute, tempo.retries, limited=limited)
        return Engine(self._clients, pace, tempo.workers, self.journal, shown), pace

    def _make_fields(self, report: Report, tempo: Tempo, tell: Callable[[str], None]) -> None:
        """Make the fields that are missing; one that may have been made is looked for."""
        assert self._plan is not None  # noqa: S101
        path = f"contact-lists/{self._wish.contact_list}/fields"
        for field in self._plan.new_fields:
            try:
                self._api.create(path, field)
            except Unknown as error:
                tell(f"{error.message}; looking in {tempo.settle:.0f} s")
                time.sleep(tempo.settle)
                if not any(each.get("tag") == field["tag"] for each in self._api.pages(path)):
                    self._api.create(path, field)
            report.fields_created += 1
            self.journal.note(fields_created=report.fields_created)

    def _settle(
        self,
        engine: Engine,
        pace: Pace,
        tempo: Tempo,
        report: Report,
        show: Callable[[Report], None],
    ) -> None:
        """Look the unknown rows up, send again those that are not there, until none is left."""
        assert self._plan is not None  # noqa: S101
        idle, taken = 0, set[int]()
        while self._unknown:
            before = len(self._unknown)
            self._leave_alone(engine, tempo.settle, report, show)
            self._look_up(taken, report)
            show(report)
            pace.ask_again()
            job = Resending(self._plan, self._wish.contact_list, self._unknown)
            waiting, self._unknown = self._unknown, {}
            ending = engine.run(job, self._reserved_now()) if waiting else Ending()
            taken = job.taken
            self._conclude(ending, report)
            idle = idle + 1 if len(self._unknown) >= before else 0
            if idle == ROUNDS:
                what = f"of {len(self._unknown)} rows nobody can tell whether they were created"
                self._conclude(Ending(Unavailable(what)), report)

    def _leave_alone(
        self, engine: Engine, seconds: float, report: Report, show: Callable[[Report], None]
    ) -> None:
        def told(left: float) -> bool:
            count = len(self._unknown)
            report.waiting = f"{count} unknown: looked up in {left:.0f} s" if left else ""
            show(report)
            return not engine.stopping

        wait = settle.seconds_left(self._unknown, seconds, time.time())
        if not settle.waited(wait, told):
            self._conclude(Ending(interrupted=True), report)

    def _look_up(self, taken: set[int], report: Report) -> None:
        assert self._plan is not None  # noqa: S101
        try:
            found = settle.looked_up(
                self._api,
                self._wish.contact_list,
                self._plan,
                self._unknown,
                self._facts["watermark"],
            )
        except SmsgwError as error:
            self._conclude(Ending(error), report)
            raise
        there = {outcome.row for outcome in found}
        # The server says they are there, the list does not show them under that number.
        found += [Outcome(row, State.SKIPPED) for row in taken - there]
        self.journal.note(found)
        report.add(found)
        for outcome in found:
            self._unknown.pop(outcome.row, None)

    def _reserved_now(self) -> int:
        return int(self.journal.facts().get("reserved", 0))

    def _conclude(self, ending: Ending, report: Report) -> None:
        """Take over what is unknown. Raises what ended the run early."""
        self._unknown |= ending.unknown
        go_on = (
            f"run the same command again, or 'smsgw imports resume {self.number}': "
            "what was done is not done again"
        )
        how_far = f"{report.done} of {report.rows} rows"
        if ending.error is None and not ending.interrupted:
            return
        self.journal.note(pid=None, unknown=len(self._unknown))
        if ending.error is None:
            raise Interrupted(f"stopped after {how_far}", hint=go_on)
        if not report.done and not self._unknown:
            raise ending.error
        raise Partial(
            f"{ending.error.message}; {how_far} were done before",
            status=ending.error.status,
            errors=ending.error.errors,
            hint=go_on,
        ) from ending.error
