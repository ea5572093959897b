"""Imports of contacts: starts or resumes them."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

from smsgw_cli.contacts.bulk_context import BulkContext, metadata_of
from smsgw_cli.contacts.bulk_run import BulkRun, Show
from smsgw_cli.contacts.contact_index import ContactIndex
from smsgw_cli.contacts.index_reading import IndexReading
from smsgw_cli.contacts.job_spec import FAIL, ImportSpec
from smsgw_cli.contacts.jobs import CreateOrUpdate
from smsgw_cli.contacts.journal import Journal, State
from smsgw_cli.contacts.new_fields import complete_fields, create_fields
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.contacts.proof import prove_created
from smsgw_cli.contacts.reconcile import Reconciliation
from smsgw_cli.contacts.report import Report
from smsgw_cli.contacts.resume_point import resume_point
from smsgw_cli.contacts.runs import FINISHED, begin, end, fingerprint, import_lock
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Usage
from smsgw_cli.sms.number_map import as_text
from smsgw_cli.tables.reader import Table
from smsgw_cli.wording import pluralize

MOST_NAMED = 1_000


class Imports:
    """Imports into the lists of one server."""

    def __init__(self, context: BulkContext) -> None:
        self._context = context

    def locked(self, table: Table, spec: ImportSpec) -> AbstractContextManager[None]:
        """Lock the file and list. Raises Usage if another process imports it."""
        return self._context.runs.locked(self._lock(table, spec))

    def reading(self, spec: ImportSpec) -> AbstractContextManager[IndexReading]:
        """Read the list from now on, in another thread."""
        return closing(IndexReading(self._context.api().another(), spec.contact_list))

    def run(
        self,
        plan: Plan,
        spec: ImportSpec,
        index: ContactIndex,
        throttle: Throttle,
        show: Show,
        note: Callable[[str], None],
    ) -> tuple[Report, Path | None]:
        """Import the rows of a plan, resuming an unfinished run of it.

        Returns the report, and the file of rejected rows, if any. Raises as `BulkRun.do` does. The
        caller must hold `locked`, also while the index was read.
        """
        number = self._number(plan, spec, index, note)
        with closing(self._context.runs.journal(number)) as journal:
            report = _report(number, journal, plan, spec)
            run = self._context.run(journal, throttle, report, show)
            self._carry_out(run, plan, spec, index, note)
            return report, self._rejected(report, journal, plan, spec, note)

    def _lock(self, table: Table, spec: ImportSpec) -> str:
        return import_lock(self._context.name, spec.contact_list, table.source.digest, spec.shard)

    def _carry_out(
        self,
        run: BulkRun,
        plan: Plan,
        spec: ImportSpec,
        index: ContactIndex,
        note: Callable[[str], None],
    ) -> None:
        """Run until every row has an outcome."""
        api, watermark = self._context.api(), run.journal.metadata()["watermark"]
        is_resumed = run.journal.counts()[State.CREATED] > 0
        start = resume_point(run.journal, plan, index)
        run.report.states.update(run.journal.counts())
        run.unknown = start.unknown
        begin(run.journal)
        create_fields(api, spec.contact_list, plan, run, note)
        with run.stopped_by_signals():
            job = CreateOrUpdate(plan, spec.contact_list, index, spec.existing, start.states)
            run.do(job)
            Reconciliation(
                run, api, plan, spec.contact_list, watermark, frozenset(job.taken), spec.existing
            ).carry_out()
            if is_resumed:
                prove_created(run, api, plan, spec.contact_list)
            complete_fields(api, spec.contact_list, plan, run)
        end(run.journal, FINISHED)

    def _number(
        self,
        plan: Plan,
        spec: ImportSpec,
        index: ContactIndex,
        note: Callable[[str], None],
    ) -> int:
        """The run to resume, or a new one."""
        lock = self._lock(plan.table, spec)
        key = fingerprint(lock, plan.mapping.targets, spec.existing, plan.mapping.region)
        key += f"{plan.table.source.encoding} {spec.skip_bad}"
        key += "".join(f" {each}" for each in (spec.dates, spec.decimal) if each)
        key += f" {spec.delimiter} {spec.skip_lines}" if spec.delimiter or spec.skip_lines else ""
        runs, server = self._context.runs, self._context.name
        earlier = runs.unfinished(server=server, key=key)
        if earlier:
            note(f"resuming import {earlier[-1]['id']}")
            return int(earlier[-1]["id"])
        self._note_changed(spec, note)
        if spec.existing == FAIL:
            _refuse_existing(plan, index)
        metadata = {"key": key, "lock": lock, "shard": spec.shard, "watermark": index.highest}
        metadata |= {"kind": spec.kind} if spec.kind != ImportSpec.kind else {}
        rows = plan.count + plan.invalid
        return runs.new(server, rows=rows, **metadata, **metadata_of(plan, spec))

    def _rejected(
        self,
        report: Report,
        journal: Journal,
        plan: Plan,
        spec: ImportSpec,
        note: Callable[[str], None],
    ) -> Path | None:
        """The file of rejected rows, if there are any; those of an earlier run are kept."""
        path = spec.rejects_path
        self._context.keep_rejects(path, report.run, note)
        if not report.failed:
            return None
        rows = plan.failed_rows(journal.failures())
        return self._context.write_rejects(path, plan.table, rows, journal, note)

    def _note_changed(self, spec: ImportSpec, note: Callable[[str], None]) -> None:
        file = str(Path(spec.file).resolve())
        same = {"file": file, "list": spec.contact_list, "shard": spec.shard}
        for metadata in self._context.runs.unfinished(server=self._context.name, **same):
            note(
                f"note: import {metadata['id']} of this file was not finished, but the file or "
                "the options have changed; this is a new import"
            )


def _report(number: int, journal: Journal, plan: Plan, spec: ImportSpec) -> Report:
    made = journal.metadata().get("fields_created", 0)
    return spec.report(
        rows=plan.count + plan.invalid, run=number, invalid=plan.invalid, fields_created=made
    )


def _refuse_existing(plan: Plan, index: ContactIndex) -> None:
    """Raise Usage with the rows that are already on the list."""
    known = [
        (row, number)
        for row, number in enumerate(plan.numbers)
        if number > 0 and index.id_of(number) is not None
    ]
    if known:
        rows = pluralize(len(known), "row is", "rows are")
        raise Usage(
            f"{rows} already on the list; nothing was sent",
            errors={
                f"row {row}": [f"{as_text(number)} is contact {index.id_of(number)}"]
                for row, number in known[:MOST_NAMED]
            },
            hint="use --existing skip to skip them, --existing update to update them",
        )
