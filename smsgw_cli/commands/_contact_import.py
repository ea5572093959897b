"""`contacts import`: check a file, show the plan, import it, and show the result."""

from typing import TYPE_CHECKING, Any

from smsgw_cli.cli.parameters import deferred, typed
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_context import bulk_context, spec_arguments, throttle_of
from smsgw_cli.commands._bulk_progress import run_progress
from smsgw_cli.commands._checked_file import checked
from smsgw_cli.commands._column_map import column_map_of
from smsgw_cli.contacts.imports import Import
from smsgw_cli.contacts.job_spec import ImportSpec
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Partial, Usage
from smsgw_cli.tables.read_options import ReadOptions
from smsgw_cli.tables.reader import Table
from smsgw_cli.tables.reader import table as table_of
from smsgw_cli.tables.shard import shard

if TYPE_CHECKING:
    from smsgw_cli.contacts.plan import Plan

show_preview = deferred("smsgw_cli.commands._import_plan", "show_preview")
undo_run = deferred("smsgw_cli.commands._undo", "undo_run")
FIX_HINT = "fix them and import the file again, or use --skip-bad to import the valid ones"


def import_contacts(session: Session, **given: Any) -> None:
    """Import a file, or undo an import with the old --undo."""
    throttle = throttle_of(session, given)
    if "undo" in given:
        undo_run(session, number=_number(given["undo"]), throttle=throttle)
        return
    if given["contact_list"] is None or given["file"] is None:
        missing = "LIST" if given["contact_list"] is None else "FILE"
        raise Usage(f"missing argument {missing}", hint="smsgw contacts import LIST FILE")
    _check(given)
    table = table_of(given["file"], typed(ReadOptions, given))
    spec = typed(ImportSpec, spec_arguments(session, table, given))
    carry_out(session, table, spec, throttle)


def _check(given: dict[str, Any]) -> None:
    """Raise Usage for invalid options, before any request."""
    column_map_of(given["mappings"])
    if given["shard"] is not None:
        shard(given["shard"])


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Usage(f"--undo takes the number of an import, not {text!r}")
    return int(text)


def carry_out(session: Session, table: Table, spec: ImportSpec, throttle: Throttle) -> None:
    """Check the file, then import it, or with --dry-run show what that would do.

    Raises Partial if some rows were not imported, else as `checked` and `Import.run` do.
    """
    if session.options.dry_run:
        _preview(session, table, spec)
        return
    imported = Import(bulk_context(session), spec, session.out.note)
    with imported.locked(table), imported.reading() as contacts:
        plan = _checked(session, table, spec)
        index = contacts.index(plan)
        with run_progress(session, "import") as show:
            report, rejected = imported.run(plan, index, throttle, show)
    session.out.record({"id": spec.contact_list, **report.as_dict()})
    if rejected:
        raise Partial(
            f"{report.failed} of {report.rows} rows were not imported",
            hint=f"see {rejected} for the rows and reasons; fix it and import it",
        )


def _preview(session: Session, table: Table, spec: ImportSpec) -> None:
    with Import(bulk_context(session), spec, session.out.note).reading() as contacts:
        plan = _checked(session, table, spec)
        index = contacts.index(plan)
        show_preview(session, plan=plan, index=index, existing=spec.existing)


def _checked(session: Session, table: Table, spec: ImportSpec) -> "Plan":
    shown = bool(session.options.dry_run) and session.out.is_first_page_view
    return checked(session, table, spec, FIX_HINT, skip_bad=spec.skip_bad, is_shown=shown)
