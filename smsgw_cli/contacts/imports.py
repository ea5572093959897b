"""Imports of contacts: starts or resumes them."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from smsgw_cli.contacts import contact_index
from smsgw_cli.contacts.bulk_context import BulkContext, facts_of
from smsgw_cli.contacts.bulk_run import BulkRun, Show
from smsgw_cli.contacts.contact_index import ContactIndex
from smsgw_cli.contacts.job_spec import FAIL, ImportSpec
from smsgw_cli.contacts.jobs import CreateOrUpdate
from smsgw_cli.contacts.journal import Journal
from smsgw_cli.contacts.new_fields import make_fields
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.contacts.reconcile import Reconciliation
from smsgw_cli.contacts.report import Report
from smsgw_cli.contacts.resume_point import resume_point
from smsgw_cli.contacts.runs import FINISHED, begin, end, fingerprint, lock_of
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Usage
from smsgw_cli.model import Record
from smsgw_cli.tables import rejects
from smsgw_cli.wording import pluralize

MOST_NAMED = 1_000


class Imports:
    """Imports into the lists of one server."""

    def __init__(self, target: BulkContext) -> None:
        self._target = target

    def foreseen(self, plan: Plan, spec: ImportSpec) -> Record:
        """Counts of what a run would do. Raises what reading the list raises."""
        there = contact_index.existing(self._target.api(), spec.contact_list)
        known = sum(there.id_of(number) is not None for number in plan.numbers if number > 0)
        return {"rows": plan.count, "create": plan.count - known, spec.existing: known}

    def run(
        self,
        plan: Plan,
        spec: ImportSpec,
        throttle: Throttle,
        show: Show,
        tell: Callable[[str], None],
    ) -> tuple[Report, Path | None]:
        """Carry the plan out, from where an earlier run of it stopped: how it went, and the
        file of rows that were not imported, if there are any.

        Raises what stopped it if nothing was done, else Partial or Interrupted, which say
        how to go on; Usage if another process is at it.
        """
        digest = plan.table.source.digest
        lock = lock_of(self._target.name, spec.contact_list, fingerprint(digest, spec.shard))
        with self._target.runs.locked(lock):
            there = contact_index.existing(self._target.api(), spec.contact_list)
            number = self._number(plan, spec, lock, there, tell)
            with closing(self._target.runs.journal(number)) as journal:
                report = _report(number, journal, plan)
                run = self._target.run(journal, throttle, report, show)
                self._carry_out(run, plan, spec, there, tell)
                return report, _rejected(report, journal, plan, spec)

    def _carry_out(
        self,
        run: BulkRun,
        plan: Plan,
        spec: ImportSpec,
        there: ContactIndex,
        tell: Callable[[str], None],
    ) -> None:
        """Run until every row has an outcome."""
        api, watermark = self._target.api(), run.journal.facts()["watermark"]
        before = resume_point(run.journal, plan, there)
        run.report.states.update(run.journal.counts())
        run.unknown = before.unknown
        begin(run.journal)
        make_fields(api, spec.contact_list, plan, run, tell)
        with run.stopped_by_signals():
            run.do(CreateOrUpdate(plan, spec.contact_list, there, spec.existing, before.states))
            Reconciliation(run, api, plan, spec.contact_list, watermark).carry_out()
        end(run.journal, FINISHED)

    def _number(
        self,
        plan: Plan,
        spec: ImportSpec,
        lock: str,
        there: ContactIndex,
        tell: Callable[[str], None],
    ) -> int:
        """The run to resume, or a new one."""
        key = fingerprint(lock, plan.mapping.targets, spec.existing, plan.mapping.region)
        key += f"{plan.table.source.encoding} {spec.skip_bad}"
        runs, server = self._target.runs, self._target.name
        earlier = runs.unfinished(server=server, key=key)
        if earlier:
            tell(f"resuming import {earlier[-1]['id']}")
            return int(earlier[-1]["id"])
        self._tell_changed(spec, tell)
        if spec.existing == FAIL:
            _refuse_existing(plan, there)
        facts = {"key": key, "lock": lock, "shard": spec.shard, "watermark": there.highest}
        rows = plan.count + plan.bad
        return runs.new(server, rows=rows, **facts, **facts_of(plan, spec))

    def _tell_changed(self, spec: ImportSpec, tell: Callable[[str], None]) -> None:
        file = str(Path(spec.file).resolve())
        same = {"file": file, "list": spec.contact_list, "shard": spec.shard}
        for facts in self._target.runs.unfinished(server=self._target.name, **same):
            tell(
                f"note: import {facts['id']} of this file was not finished, but the file or "
                "the options have changed; this is a new import"
            )


def _report(number: int, journal: Journal, plan: Plan) -> Report:
    made = journal.facts().get("fields_created", 0)
    return Report(rows=plan.count + plan.bad, run=number, bad=plan.bad, fields_created=made)


def _rejected(report: Report, journal: Journal, plan: Plan, spec: ImportSpec) -> Path | None:
    if not report.failed:
        return None
    path = rejects.beside(spec.file, spec.part)
    return rejects.write_rows(path, plan.table.columns, plan.failed_rows(journal.failures()))


def _refuse_existing(plan: Plan, there: ContactIndex) -> None:
    """Raise Usage with the rows that are already on the list."""
    known = [
        (row, number)
        for row, number in enumerate(plan.numbers)
        if number > 0 and there.id_of(number) is not None
    ]
    if known:
        rows = pluralize(len(known), "row is", "rows are")
        raise Usage(
            f"{rows} already on the list; nothing was sent",
            errors={
                f"row {row}": [f"+{number} is contact {there.id_of(number)}"]
                for row, number in known[:MOST_NAMED]
            },
            hint="use --existing skip to skip them, --existing update to update them",
        )
