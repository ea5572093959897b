"""Syncs of lists with files, one at a time per list, after interrupted runs have settled."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from smsgw_cli.contacts.bulk_context import BulkContext, metadata_of
from smsgw_cli.contacts.bulk_run import BulkRun, Show
from smsgw_cli.contacts.job_spec import SyncSpec
from smsgw_cli.contacts.journal import Journal
from smsgw_cli.contacts.new_fields import create_fields
from smsgw_cli.contacts.reconcile import Reconciliation
from smsgw_cli.contacts.report import SyncReport
from smsgw_cli.contacts.runs import FINISHED, REPLACED, SYNC, begin, end, lock_of, was_interrupted
from smsgw_cli.contacts.sync.compare import compare
from smsgw_cli.contacts.sync.diff import Diff
from smsgw_cli.contacts.sync.job import SyncJob
from smsgw_cli.engine.job import Throttle
from smsgw_cli.engine.settle_time import clock, clock_at, seconds_left, sleep_unless_stopped

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

MOST_NAMED = 1_000


@dataclass(frozen=True)
class SyncResult:
    """The result of a sync, with the file of failed rows and other failures by contact."""

    report: SyncReport
    rejected: Path | None = None
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sync:
    """A sync with the options of `spec`; `note` prints a note."""

    context: BulkContext
    spec: SyncSpec
    note: Callable[[str], None]

    def locked(self) -> AbstractContextManager[None]:
        """Lock the list. Raises Usage if another run has locked it."""
        return self.context.runs.locked(self._lock)

    def wait_for_interrupted(self, throttle: Throttle) -> None:
        """Wait until the last requests of interrupted runs have arrived or are lost."""
        runs = self.context.runs.unfinished(**self._same)
        unknown = {
            metadata["id"]: clock_at(metadata.get("clock"))
            for metadata in runs
            if was_interrupted(metadata)
        }
        seconds = seconds_left(unknown, throttle.settle, clock())
        if seconds:
            last = max(unknown, key=unknown.__getitem__)
            self.note(
                f"import {last} was interrupted: checking its last requests in {seconds:.0f} s"
            )
            sleep_unless_stopped(seconds, lambda _: True)

    def compare(self, plan: "Plan", show: Callable[[int], None]) -> Diff:
        """The changes of the sync. Raises what reading the list raises."""
        return compare(self.context.api(), plan, self.spec, show)

    def run(self, diff: Diff, plan: "Plan", throttle: Throttle, show: Show) -> SyncResult:
        """Make the changes. Raises as `BulkRun.do` does. The caller must hold `locked`."""
        unchanged, count = diff.unchanged, sum(diff.counts().values())
        if not (count or plan.new_fields):
            self._replace_others(None)
            return SyncResult(SyncReport(rows=0, unchanged=unchanged))
        runs = self.context.runs
        number = runs.new(self.context.name, rows=count, **self._metadata(diff, plan))
        self._replace_others(number)
        with closing(runs.journal(number)) as journal:
            report = SyncReport(rows=count, run=number, unchanged=unchanged)
            run = self.context.run(journal, throttle, report, show)
            self._carry_out(run, diff, plan)
            self.context.keep_rejects(self.spec.rejects_path, number, self.note)
            return self._result(report, journal, diff, plan)

    def _carry_out(self, run: BulkRun, diff: Diff, plan: "Plan") -> None:
        """Run until every change has an outcome."""
        api, contact_list = self.context.api(), self.spec.contact_list
        begin(run.journal)
        create_fields(api, contact_list, plan, run, self.note)
        with run.stopped_by_signals():
            run.do(SyncJob(plan, contact_list, diff.changes))
            Reconciliation(run, api, plan, contact_list, diff.highest).carry_out()
        end(run.journal, FINISHED)

    def _result(self, report: SyncReport, journal: Journal, diff: Diff, plan: "Plan") -> SyncResult:
        failures = journal.failures()
        rows = {step: message for step, message in failures.items() if step < len(plan.numbers)}
        path = None
        if rows:
            failed = plan.failed_rows(rows)
            path = self.context.write_rejects(
                self.spec.rejects_path, plan.table, failed, journal, self.note
            )
        others = {}
        for step in list(failures.keys() - rows.keys())[:MOST_NAMED]:
            change = diff.changes.get(step)
            others[f"contact {change.contact} ({change.number})"] = [failures[step]]
        return SyncResult(report, path, others)

    def _metadata(self, diff: Diff, plan: "Plan") -> dict[str, object]:
        metadata = {"kind": SYNC, "lock": self._lock, "watermark": diff.highest}
        return {**metadata, **metadata_of(plan, self.spec)}

    @property
    def _lock(self) -> str:
        return lock_of(self.context.name, self.spec.contact_list, SYNC)

    @property
    def _same(self) -> dict[str, object]:
        """What the runs of this list have in common."""
        return {"server": self.context.name, "list": self.spec.contact_list}

    def _replace_others(self, number: int | None) -> None:
        """End unfinished syncs of the list: their remaining changes are part of this one."""
        runs = self.context.runs
        for metadata in runs.unfinished(**self._same, kind=SYNC):
            if metadata["id"] != number:
                with closing(runs.journal(metadata["id"])) as journal:
                    end(journal, REPLACED)
