"""Proves that contacts which an earlier run created are still there when it is resumed."""

from contextlib import closing

from smsgw_cli.api.reader import ListReader
from smsgw_cli.contacts.bulk_run import BulkRun
from smsgw_cli.contacts.jobs import digits_of
from smsgw_cli.contacts.journal import Outcome, State
from smsgw_cli.contacts.plan import Plan
from smsgw_cli.engine.job import JobResult
from smsgw_cli.errors import SmsgwError

GONE = "mobile_number: was created, but is no longer on the list"


def prove_created(run: BulkRun, api: ListReader, plan: Plan, contact_list: int) -> None:
    """Note the created rows that are not on the list as failed: it was emptied or restored.

    Raises as `BulkRun.do` does if the list cannot be read.
    """
    created = {each.number or plan.numbers[each.row]: each for each in run.journal.created()}
    try:
        with closing(api.pages(f"contact-lists/{contact_list}/contacts")) as contacts:
            for contact in contacts:
                created.pop(digits_of(contact), None)
    except SmsgwError as error:
        run.conclude(JobResult(error))
        raise
    if created:
        run.note(Outcome(each.row, State.FAILED, None, GONE) for each in created.values())
        run.report.states[State.CREATED] -= len(created)
