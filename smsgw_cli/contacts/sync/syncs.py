"""Syncs of lists with files, one at a time per list, after interrupted runs have settled."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path

from smsgw_cli.contacts.bulk_context import BulkContext, metadata_of
from smsgw_cli.contacts.bulk_run import BulkRun, Show
from smsgw_cli.contacts.job_spec import SyncSpec
from smsgw_cli.contacts.journal import Journal
from smsgw_cli.contacts.new_fields import create_fields
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.contacts.reconcile import Reconciliation
from smsgw_cli.contacts.runs import FINISHED, REPLACED, SYNC, begin, end, lock_of, was_interrupted
from smsgw_cli.contacts.sync.compare import compare
from smsgw_cli.contacts.sync.diff import Diff
from smsgw_cli.contacts.sync.job import SyncJob
from smsgw_cli.contacts.sync.report import SyncReport
from smsgw_cli.engine.job import Throttle
from smsgw_cli.engine.settle_time import clock, clock_at, seconds_left, sleep_unless_stopped
from smsgw_cli.tables import rejects

MOST_NAMED = 1_000

Note = Callable[[str], None]


@dataclass(frozen=True)
class SyncResult:
    """The result of a sync, with the file of failed rows and other failures by contact."""

    report: SyncReport
    rejected: Path | None = None
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Syncs:
    """Syncs of the lists of one server."""

    def __init__(self, context: BulkContext) -> None:
        self._context = context

    def locked(self, spec: SyncSpec) -> AbstractContextManager[None]:
        """Lock the list. Raises Usage if another run has locked it."""
        return self._context.runs.locked(self._lock(spec))

    def wait_for_interrupted(self, spec: SyncSpec, throttle: Throttle, note: Note) -> None:
        """Wait until the last requests of interrupted runs have arrived or are lost."""
        runs = self._context.runs.unfinished(server=self._context.name, list=spec.contact_list)
        unknown = {
            metadata["id"]: clock_at(metadata.get("clock"))
            for metadata in runs
            if was_interrupted(metadata)
        }
        seconds = seconds_left(unknown, throttle.settle, clock())
        if seconds:
            last = max(unknown, key=unknown.__getitem__)
            note(f"import {last} was interrupted: checking its last requests in {seconds:.0f} s")
            sleep_unless_stopped(seconds, lambda _: True)

    def compare(self, plan: Plan, spec: SyncSpec, show: Callable[[int], None]) -> Diff:
        """The changes of the sync. Raises what reading the list raises."""
        return compare(self._context.api(), plan, spec, show)

    def run(
        self,
        diff: Diff,
        plan: Plan,
        spec: SyncSpec,
        throttle: Throttle,
        show: Show,
        note: Note,
    ) -> SyncResult:
        """Make the changes. Raises as `BulkRun.do` does. The caller must hold `locked`."""
        unchanged, count = diff.unchanged, sum(diff.counts().values())
        if not (count or plan.new_fields):
            self._replace_others(spec, None)
            return SyncResult(SyncReport(rows=0, unchanged=unchanged))
        runs = self._context.runs
        number = runs.new(self._context.name, rows=count, **self._metadata(diff, plan, spec))
        self._replace_others(spec, number)
        with closing(runs.journal(number)) as journal:
            report = SyncReport(rows=count, run=number, unchanged=unchanged)
            run = self._context.run(journal, throttle, report, show)
            self._carry_out(run, diff, plan, spec, note)
            self._context.keep_rejects(rejects.rejects_path(spec.file), number, note)
            return self._result(report, journal, diff, plan, spec, note)

    def _carry_out(self, run: BulkRun, diff: Diff, plan: Plan, spec: SyncSpec, note: Note) -> None:
        """Run until every change has an outcome."""
        api, contact_list = self._context.api(), spec.contact_list
        begin(run.journal)
        create_fields(api, contact_list, plan, run, note)
        with run.stopped_by_signals():
            run.do(SyncJob(plan, contact_list, diff.changes))
            Reconciliation(run, api, plan, contact_list, diff.highest).carry_out()
        end(run.journal, FINISHED)

    def _result(
        self,
        report: SyncReport,
        journal: Journal,
        diff: Diff,
        plan: Plan,
        spec: SyncSpec,
        note: Note,
    ) -> SyncResult:
        failures = journal.failures()
        rows = {step: message for step, message in failures.items() if step < len(plan.numbers)}
        path = None
        if rows:
            failed = plan.failed_rows(rows)
            path = self._context.write_rejects(
                rejects.rejects_path(spec.file), plan.table, failed, journal, note
            )
        others = {}
        for step in list(failures.keys() - rows.keys())[:MOST_NAMED]:
            change = diff.changes.get(step)
            others[f"contact {change.contact} ({change.number})"] = [failures[step]]
        return SyncResult(report, path, others)

    def _metadata(self, diff: Diff, plan: Plan, spec: SyncSpec) -> dict[str, object]:
        metadata = {"kind": SYNC, "lock": self._lock(spec), "watermark": diff.highest}
        return {**metadata, **metadata_of(plan, spec)}

    def _lock(self, spec: SyncSpec) -> str:
        return lock_of(self._context.name, spec.contact_list, SYNC)

    def _replace_others(self, spec: SyncSpec, number: int | None) -> None:
        """End unfinished syncs of the list: their remaining changes are part of this one."""
        runs = self._context.runs
        same = {"server": self._context.name, "list": spec.contact_list, "kind": SYNC}
        for metadata in runs.unfinished(**same):
            if metadata["id"] != number:
                with closing(runs.journal(metadata["id"])) as journal:
                    end(journal, REPLACED)
