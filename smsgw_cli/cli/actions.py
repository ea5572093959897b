"""Lists, creates, updates and replaces records of a resource, and prints the result."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from smsgw_cli.cli.dry_run import would_send
from smsgw_cli.cli.resource import Resource, Rows, find
from smsgw_cli.cli.session import Session
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.model import SERVER_KEYS, Record


def show_list(
    session: Session,
    resource: Resource,
    path: str,
    query: dict[str, Any] | None = None,
    *,
    everything: bool | None = None,
    limit: int | None = None,
) -> None:
    """Print a list: in full, or only the first page on a terminal. Raises as `at_most` does."""
    maximum = at_most(limit)
    if session.out.is_first_page_view and not everything and limit is None:
        page = session.api.page(path, query)
        print_rows(session, resource, page.records)
        if page.total > len(page.records):
            left = page.total - len(page.records)
            session.out.note(f"{left:,} more; use --all to show them")
        return
    print_rows(session, resource, session.api.pages(path, query, maximum))


def print_rows(session: Session, resource: Resource, records: Iterable[Record]) -> None:
    """Print records of a list, as people or programs read them."""
    columns, every = resource.columns, resource.keys or resource.columns
    if is_for_people(session):
        columns = resource.table or columns
        records, every = _shown(session, resource, records), (*every, *columns)
    session.out.rows(records, columns, every=every, empty=f"no {resource.plural}")


def _shown(session: Session, resource: Resource, records: Iterable[Record]) -> Iterable[Record]:
    if resource.rows:
        return _with_rows(session, resource.rows, list(records))
    return map(resource.shown, records) if resource.shown else records


def _with_rows(session: Session, rows: Rows, records: list[Record]) -> Iterator[Record]:
    """The records with what people read; columns that were chosen have what the server says."""
    for record, row in zip(records, rows(session, records), strict=True):
        yield {**row, **record} if session.options.columns else {**record, **row}


def print_record(session: Session, resource: Resource, record: Record) -> None:
    """Print one record, as people or programs read it."""
    shown = resource.shown(record) if resource.shown and is_for_people(session) else record
    session.out.record(shown, resource.columns)


def is_for_people(session: Session) -> bool:
    """Whether a table of the data itself is printed, not of the result of a query."""
    return session.out.is_table and not session.options.query


def show_records(
    session: Session,
    records: Iterable[Record],
    columns: Sequence[str],
    every: Sequence[str],
    *,
    empty: str,
    limit: int | None = None,
) -> None:
    """Print records that a command has selected itself, in full or up to a limit."""
    session.out.rows(islice(records, at_most(limit)), columns, every=every, empty=empty)


def at_most(limit: int | None) -> int | None:
    """The limit for `islice`. Raises Usage if it is negative."""
    if limit is None:
        return None
    if limit < 0:
        raise Usage(f"--limit must not be negative: {limit}")
    return min(limit, sys.maxsize)


def create(session: Session, resource: Resource, path: str, body: Record) -> None:
    """Create a record and print it as returned by the server."""
    if would_send(session, "POST", path, body):
        return
    session.out.record(session.api.create(path, body), resource.columns)


def update(session: Session, resource: Resource, identity: int, body: Record) -> None:
    """Update a record and print its id."""
    path = f"{resource.path}/{identity}"
    if would_send(session, "PUT", path, body):
        return
    session.api.update(path, body)
    session.out.record({"id": identity, "result": "updated"})


def replace(
    session: Session, resource: Resource, reference: str, change: Callable[[Record], Record]
) -> None:
    """Update a record of an API without partial updates, keeping all other values.

    `change` takes the record without read-only keys and returns the values to change.
    """
    identity, record = existing(session, resource, reference)
    kept = {key: value for key, value in record.items() if key not in SERVER_KEYS}
    update(session, resource, identity, {**kept, **change(kept)})


def existing(session: Session, resource: Resource, reference: str) -> tuple[int, Record]:
    """Id and record of a reference. Raises NotFound, and Usage for an ambiguous name."""
    identity = find(session.api, resource, reference)
    try:
        return identity, session.api.get(f"{resource.path}/{identity}")
    except NotFound as error:
        raise NotFound(f"{resource.noun} {identity} not found", status=error.status) from error
