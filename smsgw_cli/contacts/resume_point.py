"""The state of an interrupted import: outcomes so far, unknown ones, contacts that it created."""

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from smsgw_cli.api.reader import ListReader
from smsgw_cli.contacts.bulk_run import BulkRun
from smsgw_cli.contacts.contact_index import ContactIndex
from smsgw_cli.contacts.jobs import digits_of, match_existing
from smsgw_cli.contacts.journal import Journal, Outcome, State
from smsgw_cli.engine.job import JobResult
from smsgw_cli.engine.settle_time import clock_at
from smsgw_cli.errors import SmsgwError
from smsgw_cli.sms.number_map import NumberMap

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

GONE = "mobile_number: was created, but is no longer on the list"
PENDING = 255  # a row's state while it waits to be looked up


class ResumePoint(NamedTuple):
    """The state of each row (0 for none), and the unknown rows, each with the
    `clock` of its request."""

    states: bytearray
    unknown: dict[int, float]


def resume_point(journal: Journal, plan: "Plan", index: ContactIndex) -> ResumePoint:
    """The state of the run, given the contacts now on the list. Raises as the journal does."""
    metadata = journal.metadata()
    reserved: int = metadata.get("reserved", 0)
    touched = clock_at(metadata.get("clock"))
    states = journal.states(max(len(plan.numbers) - 1, reserved))
    found = ResumePoint(
        states,
        {
            row: touched
            for row in range(min(reserved + 1, len(plan.numbers)))
            if plan.numbers[row] > 0 and not states[row]
        },
    )
    _match_unknown(found, journal, plan, index, metadata["watermark"])
    journal.forget_not_sent()
    for row, state in enumerate(states):
        if state == State.NOT_SENT:
            states[row] = 0
    return found


def _match_unknown(
    found: ResumePoint, journal: Journal, plan: "Plan", index: ContactIndex, watermark: int
) -> None:
    """Determine the outcomes of unknown rows that are on the list; the others are PENDING."""
    matched = list(match_existing(found.unknown.keys(), plan, index.id_of, watermark))
    created = [outcome for outcome in matched if outcome.state is State.CREATED]
    journal.note(created)
    for outcome in created:
        found.states[outcome.row] = outcome.state
    for outcome in matched:  # those that existed before are left to the import's mode
        del found.unknown[outcome.row]
    for row in found.unknown:
        found.states[row] = PENDING


def prove_created(run: BulkRun, api: ListReader, plan: "Plan", contact_list: int) -> None:
    """Note the created rows that are not on the list as failed: it was emptied or restored.

    Raises as `BulkRun.do` does if the list cannot be read.
    """
    rows, is_there = NumberMap(), bytearray(len(plan.numbers))
    for each in run.journal.created():
        rows.setdefault(each.number or plan.numbers[each.row], each.row)
    try:
        with closing(api.pages(f"contact-lists/{contact_list}/contacts")) as contacts:
            for contact in contacts:
                if row := rows.get(digits_of(contact)):
                    is_there[row] = True
    except SmsgwError as error:
        run.conclude(JobResult(error))
        raise
    gone = [row for row in rows.values() if not is_there[row]]
    if gone:
        run.note(Outcome(row, State.FAILED, None, GONE) for row in gone)
        run.report.states[State.CREATED] -= len(gone)
