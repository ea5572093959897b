"""Shows the changes of a sync as data or as a diff, with counts."""

from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.model import MOBILE_NUMBER
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan
    from smsgw_cli.contacts.sync.diff import Diff

COLUMNS = ("action", "id", MOBILE_NUMBER, "field", "before", "after")
MOST_SHOWN = 20  # changes of each kind shown without --all


def show_changes(
    session: Session, diff: "Diff", plan: "Plan", *, acts: bool, everything: bool
) -> None:
    """Show the changes on stdout, as a diff or as data.

    If they will be made (`acts`), stdout is for the result, so they are shown on stderr.
    """
    out = session.out
    aside = acts and not (session.options.yes or session.options.quiet or out.is_table)
    most = MOST_SHOWN if not everything and (aside or out.is_first_page_view) else -1
    if aside or out.is_table:
        out.diff(diff.lines(most), to_stderr=aside)
    elif not acts:
        out.rows(diff.ids() if session.options.quiet else diff.rows(), COLUMNS)
    _note_hidden(session, diff, most)
    _note(session, diff, plan)


def counted(diff: "Diff", plan: "Plan") -> str:
    """`2 fields to create, 1 to create`; empty if there is nothing to do."""
    contacts = [f"{count:,} to {verb}" for verb, count in diff.counts().items()]
    fields = [f"{pluralize(len(plan.new_fields), 'field')} to create"] if plan.new_fields else []
    return ", ".join([*fields, *contacts])


def _note_hidden(session: Session, diff: "Diff", most: int) -> None:
    hidden = {verb: count - most for verb, count in diff.counts().items() if count > most}
    if most >= 0 and hidden:
        counts = ", ".join(f"{count:,} to {verb}" for verb, count in hidden.items())
        session.out.note(f"… and more: {counts}; use --all to show them")


def _note(session: Session, diff: "Diff", plan: "Plan") -> None:
    note = session.out.note
    if diff.duplicates:
        note(
            f"note: {pluralize(diff.duplicates, 'contact has', 'contacts have')} a "
            "duplicate number; "
            "if the server refuses an update, delete the duplicate"
        )
    if diff.opted_out:
        note(f"note: {diff.opted_out:,} contacts in the file stay unsubscribed")
    note(f"{counted(diff, plan) or 'nothing to do'}, {diff.unchanged:,} unchanged")
