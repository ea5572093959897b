"""Imports: the runs of `contacts import` and `contacts sync`, finished or not."""

from typing import Annotated

import typer

from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_options import Rate, Settle, Workers, bulk_context, throttle_of
from smsgw_cli.commands._contact_import import carry_out
from smsgw_cli.commands._contact_sync import carry_out as run_sync
from smsgw_cli.commands._undo import undo_run
from smsgw_cli.contacts.job_spec import ImportSpec, SyncSpec
from smsgw_cli.engine.job import SETTLE, WORKERS
from smsgw_cli.errors import Usage

COLUMNS = ("id", "kind", "state", "list", "file", "rows", "created", "updated", "skipped", "failed",
           "started_at")  # fmt: skip

app = Group("List, resume and undo imports.")

_Run = Annotated[int, typer.Argument(metavar="RUN", help="Number of the import")]


@app.command("list", epilog="smsgw imports list -o json")
def list_runs(session: Session) -> None:
    """List past imports, newest last."""
    context = bulk_context(session)
    session.out.rows(map(context.summary, context.runs.numbers()), COLUMNS)


@app.command("show", epilog="smsgw imports show 1")
def show_run(session: Session, run: _Run) -> None:
    """Show one import."""
    session.out.record(bulk_context(session).summary(run), COLUMNS)


@app.command("resume", epilog="smsgw -p sandbox imports resume 1")
def resume_run(
    session: Session,
    run: _Run,
    workers: Workers = WORKERS,
    rate: Rate = None,
    settle: Settle = SETTLE,
) -> None:
    """Resume an interrupted import.

    For a sync, the changes are computed again, shown and confirmed.
    """
    throttle = throttle_of(session, workers, rate, settle)
    metadata = bulk_context(session).runs.metadata(run)
    if metadata["state"] != "unfinished":
        raise Usage(f"import {run} is {metadata['state']}: nothing left to do")
    if metadata.get("kind") == "sync":
        sync_spec = bulk_context(session).spec_of(run, SyncSpec)
        run_sync(
            session,
            bulk_context(session).table(sync_spec.file, sync_spec.encoding),
            sync_spec,
            throttle,
        )
    else:
        spec = bulk_context(session).spec_of(run, ImportSpec)
        carry_out(session, bulk_context(session).table(spec.file, spec.encoding), spec, throttle)


@app.command("undo", epilog="smsgw -p sandbox imports undo 1 --yes")
def undo(
    session: Session,
    run: _Run,
    workers: Workers = WORKERS,
    rate: Rate = None,
    settle: Settle = SETTLE,
) -> None:
    """Delete the contacts that an import created."""
    undo_run(session, run, throttle_of(session, workers, rate, settle))


@app.command("remove", epilog="smsgw imports remove 1 --yes")
def remove_run(session: Session, run: _Run) -> None:
    """Remove the record of an import; its contacts are kept."""
    metadata = bulk_context(session).runs.metadata(run)
    if session.options.dry_run:
        session.out.json({"id": run, "would": "remove"})
        return
    if metadata["state"] == "unfinished":
        session.confirm(f"Import {run} is not finished; remove its record anyway?")
    bulk_context(session).runs.remove(run)
    session.out.record({"id": run, "result": "removed"})
