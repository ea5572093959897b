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
from smsgw_cli.commands._sync_plan import counted, show_changes
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.contacts.job_spec import SyncSpec
from smsgw_cli.contacts.sync.delete_limit import limit, refuse_too_many
from smsgw_cli.contacts.sync.syncs import Syncs
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Partial
from smsgw_cli.tables.read_options import ReadOptions

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan
    from smsgw_cli.contacts.sync.diff import Diff
    from smsgw_cli.contacts.sync.syncs import SyncResult
    from smsgw_cli.tables.reader import Table

FIX_HINT = (
    "fix them and sync the file again; --skip-bad is not available, as the contact of a "
    "skipped row would be treated as missing from the file"
)


def sync_contacts(session: Session, **given: Any) -> None:
    """Compare the list with the file, and make the changes once confirmed."""
    throttle = throttle_of(session, given)
    column_map_of(given["mappings"])
    limit(given["max_delete"] or SyncSpec.max_delete)
    table = bulk_context(session).table(given["file"], typed(ReadOptions, given))
    spec = typed(SyncSpec, spec_arguments(session, table, given))
    carry_out(session, table, spec, throttle, everything=bool(given["all"]))


def carry_out(
    session: Session,
    table: "Table",
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
    with Syncs(bulk_context(session)).locked(spec) if acts else nullcontext():
        if acts:
            Syncs(bulk_context(session)).wait_for_interrupted(spec, throttle, session.out.note)
        with closing(_compare(session, plan, spec)) as diff:
            show_changes(session, diff, plan, acts=acts, everything=everything)
            refuse_too_many(spec.max_delete, diff.removed, diff.contacts)
            if session.options.dry_run:
                return
            if (summary := counted(diff, plan)) and not session.options.yes:
                changed = title(session, CONTACT_LIST, spec.contact_list)
                session.confirm_on_server(f"Change {changed}: {summary}?")
            if acts:
                _carry_out(session, diff, plan, spec, throttle)


def _compare(session: Session, plan: "Plan", spec: SyncSpec) -> "Diff":
    with long_progress(session, "compare", plan.count) as show:
        return Syncs(bulk_context(session)).compare(plan, spec, show)


def _carry_out(
    session: Session, diff: "Diff", plan: "Plan", spec: SyncSpec, throttle: Throttle
) -> None:
    has_changes = counted(diff, plan)
    with run_progress(session, "sync") if has_changes else nullcontext(lambda _: None) as show:
        result = Syncs(bulk_context(session)).run(
            diff,
            plan,
            spec,
            throttle,
            show,
            session.out.note,
        )
    session.out.record({"id": spec.contact_list, **result.report.as_dict()})
    _refuse_failures(result, spec)


def _refuse_failures(result: "SyncResult", spec: SyncSpec) -> None:
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
