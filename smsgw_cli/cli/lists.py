"""Lists with filters that the API does not have: other values, and several records."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from typing import Any

from smsgw_cli.api.reader import ListReader
from smsgw_cli.cli.actions import at_most, print_rows, show_list
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.cli.session import Session
from smsgw_cli.model import Record

FIRST_PAGE = 100  # records shown on a terminal


def show_filtered(
    session: Session,
    resource: Resource,
    path: str,
    filters: Record,
    *,
    everything: bool | None,
    limit: int | None,
) -> None:
    """Print the records that `filters` select, as `show_list` does."""
    own = [each for each in resource.filters if each.selects and each.key in filters]
    conditions = [
        partial(_is_selected, each.selects, filters.pop(each.key))
        for each in own
        if each.selects is not None
    ]
    queries = queries_of(resource.filters, filters)
    if not own and len(queries) == 1:
        return show_list(session, resource, path, filters, everything=everything, limit=limit)
    for each in own:
        note_read_here(session, resource, each.key)
    maximum = at_most(limit)
    is_cut = session.out.is_first_page_view and not everything and limit is None
    view = next((each.view for each in own if each.view), None)
    with closing(_selected(session.api, path, queries, conditions)) as records:
        shown = islice(records, FIRST_PAGE if is_cut else maximum)
        if view and session.out.is_first_page_view and not session.options.columns:
            view(session, list(shown))
        else:
            print_rows(session, resource, shown)
        if is_cut and next(records, None) is not None:
            session.out.note("there are more; use --all to show them")
    return None


def note_read_here(session: Session, resource: Resource, key: str) -> None:
    """Say that a filter is not the API's, as a long list then takes its time."""
    session.out.note(f"note: the API cannot filter {resource.plural} by {key}: all are read")


def queries_of(fields: Sequence[Field], filters: Record) -> list[Record]:
    """The filters as queries of the API, one for each record that a value stands for."""
    for field in fields:
        value = filters.get(field.key)
        if field.resolve is not None and isinstance(value, list):
            return [{**filters, field.key: each} for each in value]
    return [filters]


def _is_selected(selects: Callable[[Record, Any], bool], value: Any, record: Record) -> bool:
    return selects(record, value)


def _selected(
    api: ListReader,
    path: str,
    queries: Sequence[Record],
    own: Sequence[Callable[[Record], bool]],
) -> Generator[Record, None, None]:
    for query in queries:
        with closing(api.pages(path, query)) as records:
            for record in records:
                if all(is_selected(record) for is_selected in own):
                    yield record
