"""Undo of an import: deletes the contacts and the fields that it created."""

from collections.abc import Container
from contextlib import closing, suppress
from typing import NamedTuple

from smsgw_cli.contacts.bulk_context import BulkContext
from smsgw_cli.contacts.bulk_run import Show
from smsgw_cli.contacts.jobs import DeleteCreated
from smsgw_cli.contacts.report import UndoReport
from smsgw_cli.contacts.runs import SYNC, UNDONE, end, was_interrupted
from smsgw_cli.contacts.unused_fields import still_there, unused
from smsgw_cli.engine.job import JobResult, Throttle
from smsgw_cli.errors import NotFound, SmsgwError, Usage
from smsgw_cli.model import Record


class Undo(NamedTuple):
    """Undoes imports into one server."""

    context: BulkContext

    def refuse(self, metadata: Record) -> None:
        """Raise Usage for a sync, a run of another server, or one that must be resumed first, as it
        has unknown outcomes."""
        self.context.refuse_other(metadata)
        number = metadata["id"]
        if metadata.get("kind") == SYNC:
            raise Usage(
                f"run {number} is a sync and cannot be undone: replaced values are not stored",
                hint="sync the list with an earlier file, such as one of 'contacts export'",
            )
        if was_interrupted(metadata) and self.context.can_resume(metadata):
            raise Usage(
                f"import {number} was interrupted and may have created unrecorded contacts",
                hint=f"run 'smsgw imports resume {number}' first",
            )

    def fields(
        self, metadata: Record, but: Container[int] = ()
    ) -> tuple[list[Record], list[Record]]:
        """The fields that a run created and that are still there: those that are empty in all
        contacts but the ones of these ids, and the others.

        Raises what listing raises, also where the list is not proven complete.
        """
        api, contact_list = self.context.api(), metadata["list"]
        created = still_there(api, contact_list, metadata.get("fields", ()))
        empty = unused(api, contact_list, created, but)
        return empty, [each for each in created if each not in empty]

    def carry_out(self, number: int, throttle: Throttle, show: Show) -> UndoReport:
        """Delete the contacts that a run created and that still have their numbers, and then the
        fields that it created and that are empty.

        Raises as `refuse` and `BulkRun.do` do.
        """
        runs = self.context.runs
        metadata = runs.metadata(number)
        self.refuse(metadata)
        with runs.locked(metadata["lock"]), closing(runs.journal(number)) as journal:
            created = list(journal.created())
            report = UndoReport(rows=len(created), run=number)
            run = self.context.run(journal, throttle, report, show)
            with run.stopped_by_signals():
                run.do(DeleteCreated(created))
                if run.unknown:
                    run.conclude(JobResult(SmsgwError("the server did not delete all of them")))
            try:
                self._delete_fields(metadata, report)
            except SmsgwError as error:
                run.conclude(JobResult(error))
            end(journal, UNDONE)
        return report

    def _delete_fields(self, metadata: Record, report: UndoReport) -> None:
        """Delete the created fields that are empty, which a killed undo does again."""
        empty, used = self.fields(metadata)
        report.fields_kept = [each["tag"] for each in used]
        for each in empty:
            with suppress(NotFound):
                self.context.api().delete(f"fields/{each['id']}")
            report.fields_deleted.append(each["tag"])
