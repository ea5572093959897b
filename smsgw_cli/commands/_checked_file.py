"""A file of contacts checked before anything is sent: what is wrong told, or what it comes to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_options import bulk_context
from smsgw_cli.commands._bulk_progress import long_progress
from smsgw_cli.errors import Usage
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.contacts.job_spec import JobSpec
    from smsgw_cli.contacts.plan import Plan
    from smsgw_cli.tables.reader import Table
    from smsgw_cli.tables.rejects import Problem


def checked(
    session: Session, table: "Table", spec: "JobSpec", mend: str, *, skip_bad: bool = False
) -> "Plan":
    """The plan of a table, told. Raises Usage if rows are wrong; `mend` says what to do then."""
    with long_progress(session, "check", table.source.lines) as show:
        plan = bulk_context(session).plan(table, spec, show)
    if plan.wrong and not skip_bad:
        raise _refusal(spec.file, plan, mend)
    _tell(session, plan)
    return plan


def _tell(session: Session, plan: "Plan") -> None:
    encoding = plan.table.source.encoding
    if not encoding.startswith("utf"):
        session.out.note(f"note: read as {encoding}; --encoding says otherwise")
    for field in plan.new_fields:
        session.out.note(f"new field: {field['tag']} ({field['type']}, {field['label']!r})")
    if plan.wrong:
        session.out.note(f"{pluralize(plan.wrong, 'row is', 'rows are')} wrong and left out")


def _refusal(file: str, plan: "Plan", mend: str) -> Usage:
    more = plan.wrong - len({problem.row.number for problem in plan.problems})
    rest = f"; here are the first {plan.wrong - more}" if more else ""
    return Usage(
        f"{file}: {pluralize(plan.wrong, 'row is', 'rows are')} wrong, so nothing was sent{rest}",
        errors=_lines(plan.problems),
        hint=mend,
    )


def _lines(problems: "Sequence[Problem]") -> dict[str, list[str]]:
    """Problems by row and column, as an error shows them."""
    return {f"row {each.row.number}, {each.column}": [each.reason] for each in problems}
