"""`backup create`: read a server and the records of this program into a folder or an archive."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

from smsgw_cli import redact
from smsgw_cli.backup.create import Batches, Creation, Part, archive_parts, list_parts
from smsgw_cli.backup.local_records import LocalRecords
from smsgw_cli.backup.manifest import Manifest, now, summary
from smsgw_cli.backup.targets import TarTarget, target
from smsgw_cli.backup.writer import Target, Writer
from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_progress import LONG
from smsgw_cli.commands._suppression_lists import suppression_lists
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.errors import Partial, SmsgwError, Usage
from smsgw_cli.model import Record
from smsgw_cli.output.progress import Show
from smsgw_cli.wording import pluralize

STDOUT = "-"


def create_backup(session: Session, folder: str, contact_lists: list[str] | None) -> None:
    """Write a backup. Raises Partial if some of it could not be read."""
    if folder == STDOUT and sys.stdout.isatty() and not session.options.dry_run:
        raise Usage("an archive is not written to a terminal", hint="smsgw backup create - > FILE")
    names, parts = _parts(session, contact_lists)
    if session.options.dry_run:
        session.out.rows(_counts(session, parts), ("file", "records"))
        return
    begun = Manifest(
        session.key, {}, now(), lists=names, has_secrets=bool(session.options.show_secrets)
    )
    manifest = _written(session, folder, parts, begun)
    if folder == STDOUT:
        contacts = pluralize(summary(manifest)["contacts"], "contact")
        session.out.note(f"backup written, with {contacts}")
    else:
        session.out.record({"id": folder, "result": "created", **summary(manifest)})
    _refuse_missing(manifest.missing)


def _parts(session: Session, wanted: list[str] | None) -> tuple[list[str] | None, list[Part]]:
    """The names of the lists, None for all, and the parts. Raises as `find` does."""
    if wanted is None:
        local = LocalRecords(suppression_lists(session), session.profile.key)
        every = list_parts(list(session.api.pages(CONTACT_LIST.path)))
        archived = archive_parts(dict if session.options.show_secrets else redact.data)
        return None, [*every, *local.parts(), *archived]
    ids = dict.fromkeys(find(session.api, CONTACT_LIST, each) for each in wanted)
    lists = [session.api.get(f"{CONTACT_LIST.path}/{each}") for each in ids]
    return [str(each.get("name")) for each in lists], list(list_parts(lists))


def _counts(session: Session, parts: Iterable[Part]) -> Iterator[Record]:
    for each in parts:
        count = session.api.count(each.path) if each.path else sum(1 for _ in each.records())
        yield {"file": each.name, "records": count}


def _written(session: Session, folder: str, parts: Sequence[Part], manifest: Manifest) -> Manifest:
    """Write the parts; returns the manifest as it was written. Raises SmsgwError."""
    try:
        with _target(folder) as where, session.out.progress("backup") as show:
            writer = Writer(where)
            creation = Creation(writer, _reader(session, show))
            missing = creation.write(parts)
            return writer.finish(replace(manifest, missing=missing))
    except OSError as error:
        raise SmsgwError(
            f"cannot write the backup: {error.strerror or error}; no backup was created",
            hint="free space on the disk, or use another folder",
        ) from error


def _target(folder: str) -> AbstractContextManager[Target]:
    if folder == STDOUT:
        return nullcontext(TarTarget(sys.stdout.buffer))
    return target(Path(folder))


def _reader(session: Session, show: Show) -> Callable[[Part], Batches]:
    """Reads a list of the API, proven complete."""
    is_shown = sys.stderr.isatty()

    def read(part: Part) -> Batches:
        reading = session.api.reading(part.path)
        for batch in reading.batches():
            yield batch
            if is_shown or reading.total >= LONG:
                show(reading.count, max(reading.total, reading.count), part.name)

    return read


def _refuse_missing(missing: Mapping[str, str]) -> None:
    """Raise Partial with what could not be read, if there is any."""
    if missing:
        raise Partial(
            f"the backup is incomplete: {', '.join(missing)}",
            errors={name: [reason] for name, reason in missing.items()},
            hint="run it again with another folder; the part that was read can be restored",
        )
