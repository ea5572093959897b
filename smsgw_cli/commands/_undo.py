"""An import undone: asked about, carried out, told."""

from contextlib import closing

from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_progress import run_progress
from smsgw_cli.contacts.job_spec import Tempo
from smsgw_cli.wording import many


def undo_run(session: Session, number: int, tempo: Tempo) -> None:
    """Delete what an import created, after asking."""
    runs, undoing = session.target.runs, session.undoing
    with closing(runs.journal(number)) as journal:
        created = journal.created()
    undoing.refuse(runs.facts(number))
    if session.dry_run:
        requests = [{"method": "DELETE", "path": f"/api/v1/contacts/{c}"} for _, c in created]
        session.out.json(requests)
        return
    session.confirm(f"Delete the {many(len(created), 'contact')} that import {number} created?")
    with run_progress(session, "undo") as show:
        report = undoing.carry_out(number, tempo, show)
    session.out.record({"id": number, "result": "undone", "deleted": report.done})
