"""The state of an interrupted import: outcomes so far, and rows with an unknown one."""

import time
from dataclasses import dataclass

from smsgw_cli.contacts.contact_index import ContactIndex
from smsgw_cli.contacts.jobs import match_existing
from smsgw_cli.contacts.journal import Journal, State
from smsgw_cli.contacts.plan import Plan

PENDING = 255  # a row's state while it waits to be looked up


@dataclass
class ResumePoint:
    """The state of each row (0 for none), and the unknown rows with their times."""

    states: bytearray
    unknown: dict[int, float]


def resume_point(journal: Journal, plan: Plan, there: ContactIndex) -> ResumePoint:
    """Determine the state of the run. `there` is the current list."""
    facts = journal.facts()
    reserved: int = facts.get("reserved", 0)
    touched: float = facts.get("touched", time.time())
    states = journal.states(max(len(plan.numbers) - 1, reserved))
    found = ResumePoint(
        states,
        {
            row: touched
            for row in range(min(reserved + 1, len(plan.numbers)))
            if plan.numbers[row] > 0 and not states[row]
        },
    )
    _sort_out(found, journal, plan, there, facts["watermark"])
    journal.forget_free()
    for row, state in enumerate(states):
        if state == State.NOT_SENT:
            states[row] = 0
    return found


def _sort_out(
    found: ResumePoint, journal: Journal, plan: Plan, there: ContactIndex, watermark: int
) -> None:
    """Unknown rows that are already on the list need no waiting."""
    told = list(match_existing(found.unknown.keys(), plan, there.id_of, watermark))
    ours = [outcome for outcome in told if outcome.state is State.CREATED]
    journal.note(ours)
    for outcome in ours:
        found.states[outcome.row] = outcome.state
    for outcome in told:  # those that were there before were never to be created
        del found.unknown[outcome.row]
    for row in found.unknown:
        found.states[row] = PENDING
