"""Checks a file of contacts before anything is sent, and shows its problems or its plan."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_context import bulk_context
from smsgw_cli.commands._bulk_progress import long_progress
from smsgw_cli.commands._own_files import ask_to_replace_rows
from smsgw_cli.commands._table_check import table_check
from smsgw_cli.contacts.job_spec import JobSpec
from smsgw_cli.errors import Usage
from smsgw_cli.tables.names import REASON
from smsgw_cli.tables.reader import Table
from smsgw_cli.tables.rejects import Problem, Reasons, rejects_path
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

MOST_LISTED = 20  # problems that are shown one by one


def checked(
    session: Session,
    table: Table,
    spec: JobSpec,
    hint: str,
    *,
    skip_bad: bool = False,
    is_shown: bool = False,
) -> "Plan":
    """The plan of a table, with notes on it; if it `is_shown`, not on what that shows.

    Raises Usage with `hint` for invalid rows, unless `skip_bad`.
    """
    with long_progress(session, "check", table.source.lines) as show:
        plan = bulk_context(session).plan(table, spec, show)
    # First, as a wrong country makes both landlines and invalid rows.
    spec.kind_rules.refuse(plan.kinds, sends=False)
    if plan.invalid_in_file and not skip_bad:
        raise _refusal(session, spec.file, plan, hint)
    table_check(session)(table, list(plan.mapping.targets))
    ask_to_replace_rows(session, rejects_path(spec.file, spec.part), (REASON,))
    _note(session, plan)
    if not is_shown:
        _note_changes(session, plan)
    return plan


def _note(session: Session, plan: "Plan") -> None:
    for text in (*plan.notes, *plan.kinds.sentences()):
        session.out.note(f"note: {text}")
    if plan.landlines:
        session.out.note(f"note: {pluralize(len(plan.landlines), 'landline')} skipped")


def _note_changes(session: Session, plan: "Plan") -> None:
    for field in plan.new_fields:
        session.out.note(f"new field: {field['tag']} ({field['type']}, {field['label']!r})")
    if plan.invalid_in_file:
        session.out.note(f"{pluralize(plan.invalid_in_file, 'invalid row')} skipped")


def _refusal(session: Session, file: str, plan: "Plan", hint: str) -> Usage:
    more = plan.invalid_in_file - len({problem.row.number for problem in plan.problems})
    rest = f"; the first {plan.invalid_in_file - more}" if more else ""
    return Usage(
        f"{file}: {pluralize(plan.invalid_in_file, 'invalid row')}, nothing was sent{rest}",
        errors=_lines(plan.problems) if session.out.is_json else _grouped(plan.problems),
        hint=hint,
    )


def _grouped(problems: Sequence[Problem]) -> dict[str, list[str]]:
    """The same if there are few, else the first of each kind with the number of others."""
    if len(problems) <= MOST_LISTED:
        return _lines(problems)
    reasons, shown = Reasons(), dict[str, list[str]]()
    for each in problems:
        reasons.add(each.row.number, f"{each.column}: {each.reason}")
    for count, row, reason in reasons.groups():
        others = f" and {pluralize(count - 1, 'more row')}" if count > 1 else ""
        shown.setdefault(f"row {row}{others}", []).append(reason)
    if reasons.left:
        shown["more"] = [pluralize(reasons.left, "other reason")]
    return shown


def _lines(problems: Sequence[Problem]) -> dict[str, list[str]]:
    """Problems by row and column, for an error."""
    return {f"row {each.row.number}, {each.column}": [each.reason] for each in problems}
