"""Syncs of lists with files, one at a time per list, after interrupted runs have settled."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path

from smsgw_cli.contacts.bulk_context import BulkContext, facts_of
from smsgw_cli.contacts.bulk_run import BulkRun, Show
from smsgw_cli.contacts.job_spec import SyncSpec
from smsgw_cli.contacts.new_fields import make_fields
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.contacts.reconcile import Reconciliation
from smsgw_cli.contacts.runs import FINISHED, REPLACED, SYNC, begin, end, lock_of, was_interrupted
from smsgw_cli.contacts.sync.compare import compared
from smsgw_cli.contacts.sync.diff import Diff
from smsgw_cli.contacts.sync.job import SyncJob
from smsgw_cli.contacts.sync.report import SyncReport
from smsgw_cli.engine.job import Throttle
from smsgw_cli.engine.reconcile import seconds_left, sleep_unless_stopped
from smsgw_cli.tables import rejects

MOST_NAMED = 1_000

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """The result of a sync, with the file of failed rows and other failures by contact."""

    report: SyncReport
    rejected: Path | None = None
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Syncs:
    """Syncs of the lists of one server."""

    def __init__(self, target: BulkContext) -> None:
        self._target = target

    def locked(self, spec: SyncSpec) -> AbstractContextManager[None]:
        """Lock the list. Raises Usage if another run has locked it."""
        return self._target.runs.locked(self._lock(spec))

    def wait_for_interrupted(self, spec: SyncSpec, throttle: Throttle, tell: Tell) -> None:
        """Wait until the last requests of interrupted runs have arrived or are lost."""
        runs = self._target.runs.unfinished(server=self._target.name, list=spec.contact_list)
        unknown = {facts["id"]: facts["touched"] for facts in runs if was_interrupted(facts)}
        seconds = seconds_left(unknown, throttle.settle, time.time())
        if seconds:
            last = max(unknown, key=lambda number: float(unknown[number]))
            tell(f"import {last} was interrupted: checking its last requests in {seconds:.0f} s")
            sleep_unless_stopped(seconds, lambda _: True)

    def compared(self, plan: Plan, spec: SyncSpec, show: Callable[[int], None]) -> Diff:
        """The changes of the sync. Raises what reading the list raises."""
        return compared(self._target.api(), plan, spec, show)

    def run(
        self,
        difference: Diff,
        plan: Plan,
        spec: SyncSpec,
        throttle: Throttle,
        show: Show,
        tell: Tell,
    ) -> Result:
        """Carry the changes out. Raises as `BulkRun.do` does; to be called while `alone`."""
        unchanged, count = difference.unchanged, sum(difference.counts().values())
        if not (count or plan.new_fields):
            self._replace_others(spec, None)
            return Result(SyncReport(rows=0, unchanged=unchanged))
        runs = self._target.runs
        number = runs.new(self._target.name, rows=count, **self._facts(difference, plan, spec))
        self._replace_others(spec, number)
        with closing(runs.journal(number)) as journal:
            report = SyncReport(rows=count, run=number, unchanged=unchanged)
            run = self._target.run(journal, throttle, report, show)
            self._carry_out(run, difference, plan, spec, tell)
            return _result(report, journal.failures(), difference, plan, spec)

    def _carry_out(
        self, run: BulkRun, difference: Diff, plan: Plan, spec: SyncSpec, tell: Tell
    ) -> None:
        """Run until every change has an outcome."""
        api, contact_list = self._target.api(), spec.contact_list
        begin(run.journal)
        make_fields(api, contact_list, plan, run, tell)
        with run.stopped_by_signals():
            run.do(SyncJob(plan, contact_list, difference.changes))
            Reconciliation(run, api, plan, contact_list, difference.highest).carry_out()
        end(run.journal, FINISHED)

    def _facts(self, difference: Diff, plan: Plan, spec: SyncSpec) -> dict[str, object]:
        facts = {"kind": SYNC, "lock": self._lock(spec), "watermark": difference.highest}
        return {**facts, **facts_of(plan, spec)}

    def _lock(self, spec: SyncSpec) -> str:
        return lock_of(self._target.name, spec.contact_list, SYNC)

    def _replace_others(self, spec: SyncSpec, number: int | None) -> None:
        """What earlier syncs of the list left undone is in this one's changes."""
        runs = self._target.runs
        same = {"server": self._target.name, "list": spec.contact_list, "kind": SYNC}
        for facts in runs.unfinished(**same):
            if facts["id"] != number:
                with closing(runs.journal(facts["id"])) as journal:
                    end(journal, REPLACED)


def _result(
    report: SyncReport,
    failures: Mapping[int, str],
    difference: Diff,
    plan: Plan,
    spec: SyncSpec,
) -> Result:
    rows = {step: said for step, said in failures.items() if step < len(plan.numbers)}
    path = (
        rejects.write_rows(rejects.beside(spec.file), plan.table.columns, plan.failed_rows(rows))
        if rows
        else None
    )
    others = {}
    for step in list(failures.keys() - rows.keys())[:MOST_NAMED]:
        change = difference.changes.get(step)
        others[f"contact {change.contact} ({change.number})"] = [failures[step]]
    return Result(report, path, others)
