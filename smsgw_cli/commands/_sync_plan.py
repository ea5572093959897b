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
    session: Session, difference: "Diff", plan: "Plan", *, acts: bool, everything: bool
) -> None:
    """Show the changes on stdout, as a diff or as data.

    If they are going to be made, stdout is for the result: then they are shown on stderr, for
    the confirmation.
    """
    out = session.out
    aside = acts and not (session.options.yes or session.options.quiet or out.is_table)
    most = MOST_SHOWN if not everything and (aside or out.is_first_page_view) else -1
    if aside or out.is_table:
        out.diff(difference.lines(most), to_stderr=aside)
    elif not acts:
        out.rows(difference.ids() if session.options.quiet else difference.rows(), COLUMNS)
    _tell_hidden(session, difference, most)
    _tell(session, difference, plan)


def counted(difference: "Diff", plan: "Plan") -> str:
    """`2 fields to create, 1 to create`; empty if there is nothing to do."""
    told = [f"{count:,} to {verb}" for verb, count in difference.counts().items()]
    fields = [f"{pluralize(len(plan.new_fields), 'field')} to create"] if plan.new_fields else []
    return ", ".join([*fields, *told])


def _tell_hidden(session: Session, difference: "Diff", most: int) -> None:
    hidden = {verb: count - most for verb, count in difference.counts().items() if count > most}
    if most >= 0 and hidden:
        told = ", ".join(f"{count:,} to {verb}" for verb, count in hidden.items())
        session.out.note(f"… and more: {told}; use --all to show them")


def _tell(session: Session, difference: "Diff", plan: "Plan") -> None:
    note = session.out.note
    if difference.doubled:
        note(
            f"note: {pluralize(difference.doubled, 'contact has', 'contacts have')} a "
            "duplicate number; "
            "if the server refuses an update, delete the duplicate"
        )
    if difference.opted_out:
        note(f"note: {difference.opted_out:,} contacts in the file stay unsubscribed")
    note(f"{counted(difference, plan) or 'nothing to do'}, {difference.unchanged:,} unchanged")
