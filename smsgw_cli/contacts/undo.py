"""Undo of an import: deletes the contacts it created."""

from contextlib import closing

from smsgw_cli.contacts.bulk_context import BulkContext
from smsgw_cli.contacts.bulk_run import Show
from smsgw_cli.contacts.jobs import DeleteCreated
from smsgw_cli.contacts.report import Report, UndoReport
from smsgw_cli.contacts.runs import SYNC, UNDONE, end, was_interrupted
from smsgw_cli.engine.job import JobResult, Throttle
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.model import Record


class Undo:
    """Undoes imports into one server."""

    def __init__(self, context: BulkContext) -> None:
        self._context = context

    def refuse(self, metadata: Record) -> None:
        """Raise Usage for a sync, a run of another server, or one that must be resumed first, as it
        has unknown outcomes."""
        self._context.refuse_other(metadata)
        number = metadata["id"]
        if metadata.get("kind") == SYNC:
            raise Usage(
                f"run {number} is a sync and cannot be undone: replaced values are not stored",
                hint="sync the list with an earlier file, such as one of 'contacts export'",
            )
        if was_interrupted(metadata) and self._context.can_resume(metadata):
            raise Usage(
                f"import {number} was interrupted and may have created unrecorded contacts",
                hint=f"run 'smsgw imports resume {number}' first",
            )

    def carry_out(self, number: int, throttle: Throttle, show: Show) -> Report:
        """Delete the contacts that a run created and that still have their numbers.

        Raises as `refuse` and `BulkRun.do` do.
        """
        runs = self._context.runs
        metadata = runs.metadata(number)
        self.refuse(metadata)
        with runs.locked(metadata["lock"]), closing(runs.journal(number)) as journal:
            created = journal.created()
            report = UndoReport(rows=len(created), run=number)
            run = self._context.run(journal, throttle, report, show)
            with run.stopped_by_signals():
                run.do(DeleteCreated(created))
                if run.unknown:
                    run.conclude(JobResult(SmsgwError("the server did not delete all of them")))
            end(journal, UNDONE)
        return report
