"""Undo of an import: deletes the contacts it created."""

from contextlib import closing

from smsgw_cli.contacts.bulk_context import BulkContext
from smsgw_cli.contacts.bulk_run import Show
from smsgw_cli.contacts.jobs import DeleteCreated
from smsgw_cli.contacts.report import Report
from smsgw_cli.contacts.runs import SYNC, UNDONE, end, was_interrupted
from smsgw_cli.engine.job import JobResult, Throttle
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.model import Record


class Undo:
    """The undoing of imports into one server."""

    def __init__(self, target: BulkContext) -> None:
        self._target = target

    def refuse(self, facts: Record) -> None:
        """Raise Usage for a sync, a run with another server, one that may have created more."""
        self._target.refuse_other(facts)
        number = facts["id"]
        if facts.get("kind") == SYNC:
            raise Usage(
                f"run {number} is a sync and cannot be undone: replaced values are not stored",
                hint="sync the list with an earlier file, such as one of 'contacts export'",
            )
        if was_interrupted(facts):
            raise Usage(
                f"import {number} was interrupted and may have created unrecorded contacts",
                hint=f"run 'smsgw imports resume {number}' first",
            )

    def carry_out(self, number: int, throttle: Throttle, show: Show) -> Report:
        """Delete what a run created. Raises as `BulkRun.do` does."""
        runs = self._target.runs
        facts = runs.facts(number)
        self.refuse(facts)
        with runs.locked(facts["lock"]), closing(runs.journal(number)) as journal:
            created = journal.created()
            report = Report(rows=len(created), run=number)
            run = self._target.run(journal, throttle, report, show)
            with run.stopped_by_signals():
                run.do(DeleteCreated(created))
                if run.unknown:
                    run.conclude(JobResult(SmsgwError("the server did not delete all of them")))
            end(journal, UNDONE)
        return report
