"""`contacts export`: write a whole list to a file or standard output, proven complete."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TextIO

from smsgw_cli.api.parallel_pages import ParallelReader
from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.contacts import custom_fields, export
from smsgw_cli.errors import Incomplete, Usage
from smsgw_cli.model import Record, with_subscription
from smsgw_cli.output.formats import EXCEL, Format, module
from smsgw_cli.output.stdout import writing
from smsgw_cli.wording import pluralize


def export_contacts(session: Session, **given: Any) -> None:
    """Write all contacts of a list to the file, or to standard output."""
    to = None if given["file"] in (None, "-") else Path(given["file"])
    format = _format(session, to)
    identity = find(session.api, CONTACT_LIST, given["contact_list"])
    columns = export.columns(custom_fields.of_list(session.api, identity))
    if to:
        _ask_about(session, to)
    reading = session.api.reading(f"contact-lists/{identity}/contacts")
    with _target(to) as target:
        write = getattr(module(format.name), format.rows)
        write(_shown(session, reading, columns), columns, target)
    _note(session, reading)


def _format(session: Session, to: Path | None) -> Format:
    """The format. Raises Usage for options that cannot be combined, before any request."""
    if session.options.columns or session.options.query:
        raise Usage("an export is complete: --columns and --query cannot be used")
    name = export.format_of(to, session.format)
    return Format("csv", "excel_rows") if name == EXCEL else Format(name)


def _ask_about(session: Session, to: Path) -> None:
    export.refuse_special(to)
    if to.exists():
        session.confirm(f"Replace {to}?")


def _target(to: Path | None) -> AbstractContextManager[TextIO]:
    return export.file(to) if to else writing()


def _shown(session: Session, reading: ParallelReader, columns: list[str]) -> Iterator[Record]:
    """The records, with progress on stderr."""
    with session.out.progress("export") as show:
        try:
            for batch in reading.batches():
                export.refuse_new_fields(batch, columns)
                yield from map(with_subscription, batch)
                show(reading.count, max(reading.total, reading.count), "")
        except Incomplete as error:
            raise error.as_partial() from error


def _note(session: Session, reading: ParallelReader) -> None:
    moved = ", although the list changed meanwhile" if reading.shifts else ""
    session.out.note(f"{pluralize(reading.count, 'contact')}, all of them{moved}")
