"""`contacts sync`: compare a list with a file, show and confirm the changes, make them."""

from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Any

from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.titles import title
from smsgw_cli.commands._bulk_context import bulk_context, spec_arguments, throttle_of
from smsgw_cli.commands._bulk_progress import long_progress, run_progress
from smsgw_cli.commands._checked_file import checked
from smsgw_cli.commands._column_map import column_map_of
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.contacts.job_spec import SyncSpec
from smsgw_cli.contacts.sync.delete_limit import limit, refuse_too_many
from smsgw_cli.contacts.sync.diff import Diff
from smsgw_cli.contacts.sync.syncs import Sync, SyncResult
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Partial
from smsgw_cli.model import MOBILE_NUMBER
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.reader import Table
from smsgw_cli.tables.reader import table as table_of
from smsgw_cli.wording import pluralize

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

COLUMNS = ("action", "id", MOBILE_NUMBER, "field", "before", "after")
MOST_SHOWN = 20  # changes of each kind shown without --all
FIX_HINT = (
    "fix them and sync the file again; --skip-bad is not available, as the contact of a "
    "skipped row would be treated as missing from the file"
)


def sync_contacts(session: Session, **given: Any) -> None:
    """Compare the list with the file, and make the changes once confirmed."""
    throttle = throttle_of(session, given)
    column_map_of(given["mappings"])
    limit(given["max_delete"] or SyncSpec.max_delete)
    table = table_of(given["file"], typed(ReadOptions, given))
    spec = typed(SyncSpec, spec_arguments(session, table, given))
    carry_out(session, table, spec, throttle, everything=bool(given["all"]))


def carry_out(
    session: Session,
    table: Table,
    spec: SyncSpec,
    throttle: Throttle,
    *,
    everything: bool = False,
) -> None:
    """Check the file, show the changes, and make them once confirmed.

    Raises Usage if too many contacts would be removed, or if confirmation is impossible.
    """
    plan = checked(session, table, spec, FIX_HINT)
    acts = not session.options.dry_run and bool(session.options.yes or session.can_ask)
    sync = Sync(bulk_context(session), spec, session.out.note)
    with sync.locked() if acts else nullcontext():
        if acts:
            sync.wait_for_interrupted(throttle)
        with closing(_compare(session, sync, plan)) as diff:
            show_changes(session, diff, plan, acts=acts, everything=everything)
            refuse_too_many(spec.max_delete, diff.removed, diff.contacts)
            if session.options.dry_run:
                return
            if (summary := counted(diff, plan)) and not session.options.yes:
                changed = title(session, CONTACT_LIST, spec.contact_list)
                session.confirm_on_server(f"Change {changed}: {summary}?")
            if acts:
                _carry_out(session, sync, diff, plan, throttle)


def _compare(session: Session, sync: Sync, plan: "Plan") -> Diff:
    with long_progress(session, "compare", plan.count) as show:
        return sync.compare(plan, show)


def _carry_out(session: Session, sync: Sync, diff: Diff, plan: "Plan", throttle: Throttle) -> None:
    has_changes = counted(diff, plan)
    with run_progress(session, "sync") if has_changes else nullcontext(lambda _: None) as show:
        result = sync.run(diff, plan, throttle, show)
    session.out.record({"id": sync.spec.contact_list, **result.report.as_dict()})
    _refuse_failures(result, sync.spec)


def _refuse_failures(result: SyncResult, spec: SyncSpec) -> None:
    """Raise Partial if some changes were not made."""
    report = result.report
    if report.failed:
        rows = f"see {result.rejected} for the rows and reasons; " if result.rejected else ""
        raise Partial(
            f"{report.failed} of {report.rows} changes were not made",
            errors=result.others or None,
            hint=f"{rows}fix {spec.file} itself and sync it again"
            if rows
            else "sync the file again",
        )


def show_changes(
    session: Session, diff: Diff, plan: "Plan", *, acts: bool, everything: bool
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


def counted(diff: Diff, plan: "Plan") -> str:
    """`2 fields to create, 1 to create`; empty if there is nothing to do."""
    contacts = [f"{count:,} to {verb}" for verb, count in diff.counts().items()]
    fields = [f"{pluralize(len(plan.new_fields), 'field')} to create"] if plan.new_fields else []
    return ", ".join([*fields, *contacts])


def _note_hidden(session: Session, diff: Diff, most: int) -> None:
    hidden = {verb: count - most for verb, count in diff.counts().items() if count > most}
    if most >= 0 and hidden:
        counts = ", ".join(f"{count:,} to {verb}" for verb, count in hidden.items())
        session.out.note(f"… and more: {counts}; use --all to show them")


def _note(session: Session, diff: Diff, plan: "Plan") -> None:
    note = session.out.note
    if diff.duplicates:
        note(
            f"note: {pluralize(diff.duplicates, 'contact has', 'contacts have')} a "
            "duplicate number; if the server refuses an update, delete the duplicate"
        )
    if diff.opted_out:
        note(f"note: {diff.opted_out:,} contacts in the file stay unsubscribed")
    note(f"{counted(diff, plan) or 'nothing to do'}, {diff.unchanged:,} unchanged")
