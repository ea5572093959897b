"""`imports`: shows past imports and syncs, finishes and undoes them."""

from typing import Any

from smsgw_cli.backup.contacts_plan import RestoreSpec
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_context import bulk_context, throttle_of
from smsgw_cli.commands._contact_import import carry_out as carry_out_import
from smsgw_cli.commands._contact_sync import carry_out as carry_out_sync
from smsgw_cli.commands._undo import undo_run
from smsgw_cli.contacts.bulk_context import BulkContext
from smsgw_cli.contacts.job_spec import ImportSpec, JobSpec, SyncSpec
from smsgw_cli.contacts.runs import summary
from smsgw_cli.errors import Usage
from smsgw_cli.model import Record
from smsgw_cli.tables.reader import Table
from smsgw_cli.tables.reader import table as table_of

COLUMNS = ("id", "kind", "state", "list", "file", "rows", "created", "updated", "skipped",
           "rejected", "started_at")  # fmt: skip


def list_runs(session: Session) -> None:
    runs = map(summary, bulk_context(session).runs.all())
    session.out.rows(runs, COLUMNS, empty="no imports")


def get_run(session: Session, run: int) -> None:
    session.out.record(summary(bulk_context(session).runs.metadata(run)), COLUMNS)


def resume_run(session: Session, **given: Any) -> None:
    """Finish a run with the options it was started with. Raises Usage if it is finished."""
    run, throttle, context = given["run"], throttle_of(session, given), bulk_context(session)
    metadata = context.runs.metadata(run)
    if metadata["state"] != "unfinished":
        raise Usage(f"import {run} is {metadata['state']}: nothing left to do")
    if metadata.get("kind") == RestoreSpec.kind:
        raise Usage(
            f"import {run} restores a backup",
            hint="run 'smsgw backup restore' with the same backup: nothing is done twice",
        )
    if metadata.get("kind") == "sync":
        sync = context.spec_of(run, SyncSpec)
        carry_out_sync(session, _table(context, metadata, sync), sync, throttle)
    else:
        spec = context.spec_of(run, ImportSpec)
        carry_out_import(session, _table(context, metadata, spec), spec, throttle)


def _table(context: BulkContext, metadata: Record, spec: JobSpec) -> Table:
    """The file of a run. Raises Usage if it has changed."""
    table = table_of(spec.file, spec.read_options)
    context.refuse_other_file(metadata, table)
    return table


def undo(session: Session, **given: Any) -> None:
    undo_run(session, given["run"], throttle_of(session, given))


def remove_run(session: Session, run: int) -> None:
    """Remove the record of a run, after confirmation if it is unfinished."""
    metadata = bulk_context(session).runs.metadata(run)
    if session.options.dry_run:
        session.out.json({"id": run, "would": "remove"})
        return
    if metadata["state"] == "unfinished":
        session.confirm(f"Import {run} is not finished; remove its record anyway?")
    bulk_context(session).runs.remove(run)
    session.out.record({"id": run, "result": "removed"})
