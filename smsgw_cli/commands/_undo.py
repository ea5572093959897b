"""Undo of an import, with confirmation."""

from contextlib import closing

from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_context import bulk_context
from smsgw_cli.commands._bulk_progress import run_progress
from smsgw_cli.contacts.undo import Undo
from smsgw_cli.engine.job import Throttle
from smsgw_cli.wording import pluralize


def undo_run(session: Session, number: int, throttle: Throttle) -> None:
    """Delete what an import created, after asking."""
    context = bulk_context(session)
    runs, undo = context.runs, Undo(context)
    with closing(runs.journal(number)) as journal:
        created = journal.created()
    undo.refuse(runs.metadata(number))
    if session.options.dry_run:
        requests = [{"method": "DELETE", "path": f"/api/v1/contacts/{c}"} for _, c in created]
        session.out.json(requests)
        return
    session.confirm(
        f"Delete the {pluralize(len(created), 'contact')} that import {number} created?"
    )
    with run_progress(session, "undo") as show:
        report = undo.carry_out(number, throttle, show)
    session.out.record({"id": number, "result": "undone", "deleted": report.done})
