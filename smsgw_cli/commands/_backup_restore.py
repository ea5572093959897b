"""`backup restore`: verify a backup, then merge its records and restore its lists."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from smsgw_cli.backup.layout import SUPPRESSED, contacts_of
from smsgw_cli.backup.lists import Match, matches, saved_lists
from smsgw_cli.backup.local_records import LocalRecords, Merged
from smsgw_cli.backup.restore import STDIN, ListToRestore, Restore, planned
from smsgw_cli.backup.source import Backup, verified
from smsgw_cli.backup.tar_source import extracted
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_context import bulk_context, throttle_of
from smsgw_cli.commands._bulk_progress import long_progress, run_progress
from smsgw_cli.commands._suppression_lists import create_if_missing, suppression_lists
from smsgw_cli.contacts.job_spec import SKIP
from smsgw_cli.errors import Interrupted, Partial, SmsgwError, Usage
from smsgw_cli.model import Record
from smsgw_cli.wording import pluralize

LIST = "contact list"
COLUMNS = ("what", "name", "created", "updated", "skipped", "failed")
WOULD = ("what", "name", "create", "update", "skip", "fields")


def restore_backup(session: Session, folder: str, existing: str | None, **given: Any) -> None:
    """Restore a backup. Raises Usage before anything is changed, Partial if some of it is not."""
    throttle = throttle_of(session, given)
    with _folder(folder) as path:
        backup = verified(path)
        local = LocalRecords(suppression_lists(session), session.profile.key)
        found = matches(session.api, saved_lists(backup))
        lists = [_planned(session, backup, each, is_archive=folder == STDIN) for each in found]
        context, note = bulk_context(session), session.out.note
        restore = Restore(context, throttle, existing or SKIP, note)
        _warn(session, backup, local)
        if backup.has(SUPPRESSED):
            create_if_missing(session)
        # In any case: what is invalid is found before anything is changed.
        would = local.merge(backup, dry_run=True)
        if session.options.dry_run:
            rows = [*map(_would_merge, would), *_would_restore(restore, lists)]
            session.out.rows(rows, WOULD)
        else:
            _carry_out(session, restore, lists, local.merge(backup))


def _folder(name: str) -> AbstractContextManager[Path]:
    if name != STDIN:
        return nullcontext(Path(name))
    if sys.stdin.isatty():
        raise Usage("no archive on standard input", hint="smsgw backup restore - < FILE")
    return extracted(sys.stdin.buffer)


def _planned(session: Session, backup: Backup, match: Match, *, is_archive: bool) -> ListToRestore:
    contacts = backup.manifest.records[contacts_of(match.saved.number)]
    with long_progress(session, "check", contacts) as show:
        return planned(backup, match, show, is_archive=is_archive)


def _warn(session: Session, backup: Backup, local: LocalRecords) -> None:
    """Say what cannot be restored."""
    for name, reason in backup.manifest.missing.items():
        session.warn(f"warning: the backup is incomplete: {name}: {reason}")
    if not local.is_ledger_of(backup):
        session.out.note(
            f"note: the sends of the backup went to {backup.manifest.server}, another server, and "
            "are not merged"
        )


def _would_merge(merged: Merged) -> Record:
    counts = {"create": merged.created, "update": merged.updated, "skip": merged.skipped}
    return {"what": merged.what, "name": None, **counts, "fields": None}


def _would_restore(restore: Restore, lists: Iterable[ListToRestore]) -> Iterable[Record]:
    for each in lists:
        counts = {"create": 0, "update": 0, "skip": 0, **restore.counts(each)}
        fields = [field["tag"] for field in each.plan.new_fields]
        yield {"what": LIST, "name": each.name, **counts, "fields": fields}


def _carry_out(
    session: Session,
    restore: Restore,
    lists: Sequence[ListToRestore],
    merged: Iterable[Merged],
) -> None:
    """Restore the lists, and print what became of everything.

    Raises Partial, with what is missing, or Interrupted.
    """
    done: list[Record] = [_merged(each) for each in merged]
    rejected: list[Path] = []
    try:
        for each in lists:
            with run_progress(session, "restore") as show:
                target, report, path = restore.carry_out(each, show)
            record = {"what": LIST, "name": each.name, **report.as_dict(), "id": target}
            done.append(record)
            rejected += [path] if path else []
    except SmsgwError as error:
        session.out.rows(done, COLUMNS)
        restored = sum(each["what"] == LIST for each in done)
        raise _cut_short(error, lists[restored:], done) from error
    session.out.rows(done, COLUMNS)
    _refuse_rejected(done, rejected)


def _merged(merged: Merged) -> Record:
    counts = {"created": merged.created, "updated": merged.updated, "skipped": merged.skipped}
    return {"what": merged.what, "name": None, **counts, "failed": 0}


def _cut_short(
    error: SmsgwError, left: Sequence[ListToRestore], done: Sequence[Record]
) -> SmsgwError:
    """The error with the lists that are not restored; Partial if anything was done before."""
    names = ", ".join(each.name for each in left)
    if isinstance(error, Interrupted):
        return error
    if not (isinstance(error, Partial) or any(each["created"] for each in done)):
        return error
    return Partial(
        f"{error.message}; not restored: {names}",
        status=error.status,
        errors=error.errors,
        hint="run the same command again: nothing is done twice",
    )


def _refuse_rejected(done: Iterable[Record], rejected: Sequence[Path]) -> None:
    """Raise Partial if the server refused contacts."""
    if rejected:
        failed = sum(each["failed"] for each in done)
        files = ", ".join(map(str, rejected))
        raise Partial(
            f"{pluralize(failed, 'contact')} not restored",
            hint=f"see {files} for the contacts and reasons; fix it and import it",
        )
