"""Imports of contacts: starts or resumes them."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from smsgw_cli.contacts.bulk_context import BulkContext, metadata_of
from smsgw_cli.contacts.bulk_run import BulkRun, Show
from smsgw_cli.contacts.contact_index import ContactIndex, IndexReading
from smsgw_cli.contacts.job_spec import FAIL, ImportSpec
from smsgw_cli.contacts.jobs import CreateOrUpdate
from smsgw_cli.contacts.journal import Journal, State
from smsgw_cli.contacts.new_fields import complete_fields, create_fields
from smsgw_cli.contacts.reconcile import Reconciliation
from smsgw_cli.contacts.report import Report
from smsgw_cli.contacts.resume_point import prove_created, resume_point
from smsgw_cli.contacts.runs import FINISHED, begin, end, fingerprint, has, import_lock
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Usage
from smsgw_cli.model import Record
from smsgw_cli.sms.number_map import as_text
from smsgw_cli.tables.reader import Table
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

MOST_NAMED = 1_000


class Import(NamedTuple):
    """An import with the options of `spec`; `note` prints a note."""

    context: BulkContext
    spec: ImportSpec
    note: Callable[[str], None]

    def locked(self, table: Table) -> AbstractContextManager[None]:
        """Lock the file and list. Raises Usage if another process imports it."""
        return self.context.runs.locked(self._lock(table))

    def reading(self) -> AbstractContextManager[IndexReading]:
        """Read the list from now on, in another thread."""
        return closing(IndexReading(self.context.api().another(), self.spec.contact_list))

    def run(
        self, plan: "Plan", index: ContactIndex, throttle: Throttle, show: Show
    ) -> tuple[Report, Path | None]:
        """Import the rows of a plan, resuming an unfinished run of it.

        Returns the report, and the file of rejected rows, if any. Raises as `BulkRun.do` does. The
        caller must hold `locked`, also while the index was read.
        """
        number = self._number(plan, index)
        with closing(self.context.runs.journal(number)) as journal:
            report = self._report(number, journal, plan)
            run = self.context.run(journal, throttle, report, show)
            self._carry_out(run, plan, index)
            return report, self._rejected(report, journal, plan)

    def _lock(self, table: Table) -> str:
        spec, digest = self.spec, table.source.digest
        return import_lock(self.context.name, spec.contact_list, digest, spec.shard)

    def _carry_out(self, run: BulkRun, plan: "Plan", index: ContactIndex) -> None:
        """Run until every row has an outcome."""
        spec, api = self.spec, self.context.api()
        watermark = run.journal.metadata()["watermark"]
        is_resumed = run.journal.counts()[State.CREATED] > 0
        start = resume_point(run.journal, plan, index)
        run.report.states.update(run.journal.counts())
        run.unknown = start.unknown
        begin(run.journal)
        create_fields(api, spec.contact_list, plan, run, self.note)
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

    def _number(self, plan: "Plan", index: ContactIndex) -> int:
        """The run to resume, or a new one."""
        spec, lock = self.spec, self._lock(plan.table)
        key = fingerprint(lock, plan.mapping.targets, spec.existing, plan.mapping.region)
        key += f"{plan.table.source.encoding} {spec.skip_bad}"
        key += "".join(f" {each}" for each in (spec.dates, spec.decimal) if each)
        key += f" {spec.delimiter} {spec.skip_lines}" if spec.delimiter or spec.skip_lines else ""
        runs, server = self.context.runs, self.context.name
        unfinished = runs.unfinished(server=server)
        earlier = [each["id"] for each in unfinished if each.get("key") == key]
        if earlier:
            self.note(f"resuming import {earlier[-1]}")
            return int(earlier[-1])
        self._note_changed(unfinished)
        if spec.existing == FAIL:
            _refuse_existing(plan, index)
        metadata = {"key": key, "lock": lock, "shard": spec.shard, "watermark": index.highest}
        metadata |= {"kind": spec.kind} if spec.kind != ImportSpec.kind else {}
        rows = plan.count + plan.invalid
        return runs.new(server, rows=rows, **metadata, **metadata_of(plan, spec))

    def _report(self, number: int, journal: Journal, plan: "Plan") -> Report:
        rows, made = plan.count + plan.invalid, journal.metadata().get("fields_created", 0)
        return self.spec.report(rows, number, plan.invalid, fields_created=made)

    def _rejected(self, report: Report, journal: Journal, plan: "Plan") -> Path | None:
        """The file of rejected rows, if there are any; those of an earlier run are kept."""
        path = self.spec.rejects_path
        self.context.keep_rejects(path, report.run, self.note)
        if not report.failed:
            return None
        rows = plan.failed_rows(journal.failures())
        return self.context.write_rejects(path, plan.table, rows, journal, self.note)

    def _note_changed(self, unfinished: Iterable[Record]) -> None:
        spec = self.spec
        file = str(Path(spec.file).resolve())
        same = {"file": file, "list": spec.contact_list, "shard": spec.shard}
        for metadata in unfinished:
            if has(metadata, same):
                self.note(
                    f"note: import {metadata['id']} of this file was not finished, but the file or "
                    "the options have changed; this is a new import"
                )


def _refuse_existing(plan: "Plan", index: ContactIndex) -> None:
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
