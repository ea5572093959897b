"""Checks a file of contacts before anything is sent, and shows its problems or its plan."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_context import bulk_context
from smsgw_cli.commands._bulk_progress import long_progress
from smsgw_cli.commands._own_files import ask_to_replace_rows
from smsgw_cli.errors import Usage
from smsgw_cli.tables.mapping import REASON
from smsgw_cli.tables.rejects import rejects_path
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.contacts.job_spec import JobSpec
    from smsgw_cli.contacts.plan import Plan
    from smsgw_cli.tables.reader import Table
    from smsgw_cli.tables.rejects import Problem


def checked(
    session: Session,
    table: "Table",
    spec: "JobSpec",
    hint: str,
    *,
    skip_bad: bool = False,
    is_shown: bool = False,
) -> "Plan":
    """The plan of a table, with notes on it, unless it `is_shown`.

    Raises Usage with `hint` for invalid rows, unless `skip_bad`.
    """
    with long_progress(session, "check", table.source.lines) as show:
        plan = bulk_context(session).plan(table, spec, show)
    if plan.invalid_in_file and not skip_bad:
        raise _refusal(spec.file, plan, hint)
    ask_to_replace_rows(session, rejects_path(spec.file, spec.part), (REASON,))
    if not is_shown:
        _note(session, plan)
    return plan


def _note(session: Session, plan: "Plan") -> None:
    encoding = plan.table.source.encoding
    if not encoding.startswith("utf"):
        session.out.note(f"note: read as {encoding} (override with --encoding)")
    for field in plan.new_fields:
        session.out.note(f"new field: {field['tag']} ({field['type']}, {field['label']!r})")
    if plan.invalid_in_file:
        session.out.note(f"{pluralize(plan.invalid_in_file, 'invalid row')} skipped")


def _refusal(file: str, plan: "Plan", hint: str) -> Usage:
    more = plan.invalid_in_file - len({problem.row.number for problem in plan.problems})
    rest = f"; the first {plan.invalid_in_file - more}" if more else ""
    return Usage(
        f"{file}: {pluralize(plan.invalid_in_file, 'invalid row')}, nothing was sent{rest}",
        errors=_lines(plan.problems),
        hint=hint,
    )


def _lines(problems: "Sequence[Problem]") -> dict[str, list[str]]:
    """Problems by row and column, for an error."""
    return {f"row {each.row.number}, {each.column}": [each.reason] for each in problems}
