"""What a sync would change, shown: as data, or to people as a diff, and counted."""

from typing import TYPE_CHECKING

from smsgw_cli.cli.session import Session
from smsgw_cli.model import MOBILE_NUMBER
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan
    from smsgw_cli.contacts.sync.diff import Diff

COLUMNS = ("action", "id", MOBILE_NUMBER, "field", "before", "after")
MOST_SHOWN = 20  # changes of a kind that people are shown without --all


def show_changes(
    session: Session, difference: "Diff", plan: "Plan", *, acts: bool, everything: bool
) -> None:
    """Show the changes on stdout, as a table's readers or programs want them.

    Where they are carried out, it is the outcome that programs want there: then they are
    shown on stderr, to whoever is asked about them.
    """
    out = session.out
    aside = acts and not (session.options.yes or session.options.quiet or out.is_table)
    most = MOST_SHOWN if not everything and (aside or out.is_first_page_view) else -1
    if aside or out.is_table:
        out.diff(difference.lines(most), aside=aside)
    elif not acts:
        out.rows(difference.ids() if session.options.quiet else difference.rows(), COLUMNS)
    _tell_hidden(session, difference, most)
    _tell(session, difference, plan)


def counted(difference: "Diff", plan: "Plan") -> str:
    """`2 fields to make, 1 to create`; empty if there is nothing to do."""
    told = [f"{count:,} to {verb}" for verb, count in difference.counts().items()]
    fields = [f"{pluralize(len(plan.new_fields), 'field')} to make"] if plan.new_fields else []
    return ", ".join([*fields, *told])


def _tell_hidden(session: Session, difference: "Diff", most: int) -> None:
    hidden = {verb: count - most for verb, count in difference.counts().items() if count > most}
    if most >= 0 and hidden:
        told = ", ".join(f"{count:,} to {verb}" for verb, count in hidden.items())
        session.out.note(f"… and more: {told}; --all shows them")


def _tell(session: Session, difference: "Diff", plan: "Plan") -> None:
    note = session.out.note
    if difference.doubled:
        note(
            f"note: {pluralize(difference.doubled, 'contact has', 'contacts have')} a number that "
            "another one has too; "
            "if the server refuses to change one, delete the other"
        )
    if difference.opted_out:
        note(f"note: {difference.opted_out:,} contacts in the file are unsubscribed, and stay so")
    note(f"{counted(difference, plan) or 'nothing to do'}, {difference.unchanged:,} unchanged")
