"""Undo of an import, with confirmation."""

from contextlib import closing

from smsgw_cli.cli.dry_run import request_of
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.titles import title
from smsgw_cli.commands._bulk_context import bulk_context
from smsgw_cli.commands._bulk_progress import run_progress
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.contacts.journal import State
from smsgw_cli.contacts.runs import was_interrupted
from smsgw_cli.contacts.undo import Undo
from smsgw_cli.engine.job import Throttle
from smsgw_cli.errors import Partial
from smsgw_cli.model import Record
from smsgw_cli.wording import pluralize


def undo_run(session: Session, number: int, throttle: Throttle) -> None:
    """Delete what an import created, after asking: contacts, and fields that are empty then."""
    context = bulk_context(session)
    runs, undo = context.runs, Undo(context)
    with closing(runs.journal(number)) as journal:
        created = list(journal.created())
    metadata = runs.metadata(number)
    undo.refuse(metadata)
    if session.options.dry_run:
        fields, _ = undo.fields(metadata, but={each.contact for each in created})
        paths = [f"contacts/{each.contact}" for each in created]
        paths += [f"fields/{each['id']}" for each in fields]
        session.out.json([request_of("DELETE", path) for path in paths])
        return
    if was_interrupted(metadata):
        session.warn(
            f"warning: import {number} was interrupted, and its file has changed: the last "
            "contacts that it created may not be recorded, and are kept"
        )
    if not session.options.yes:
        changed = title(session, CONTACT_LIST, metadata["list"])
        session.confirm_on_server(_question(metadata, len(created), changed))
    with run_progress(session, "undo") as show:
        report = undo.carry_out(number, throttle, show)
    deleted, left = report.states[State.UNDONE], report.states[State.SKIPPED]
    session.out.record(
        {
            "id": number,
            "result": "undone",
            "deleted": deleted,
            "fields_deleted": len(report.fields_deleted),
        }
    )
    if report.fields_kept:
        kept = ", ".join(report.fields_kept)
        session.out.note(f"note: fields kept, as contacts have values in them: {kept}")
    if left:
        raise Partial(
            f"{pluralize(left, 'contact')} not deleted: the id now belongs to another number",
            hint="see 'smsgw contacts list' for what is on the list",
        )


def _question(metadata: Record, contacts: int, contact_list: str) -> str:
    tags = ", ".join(each["tag"] for each in metadata.get("fields", ()))
    fields = f", and its fields {tags} if empty" if tags else ""
    created = f"{pluralize(contacts, 'contact')} that import {metadata['id']} created"
    return f"Delete the {created} on {contact_list}{fields}?"
