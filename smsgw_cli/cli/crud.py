"""What can be done with any resource: list, get, create, update and delete, once for all."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from smsgw_cli.cli.delete import delete
from smsgw_cli.cli.dry_run import request_of, would_send
from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.parameters import Run, flag_of, register
from smsgw_cli.cli.resource import Field, Resource, find
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.time_filter import query_time
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.model import SERVER_KEYS, Record

__all__ = [  # what commands are made of, those of the rooms beside included
    "collection",
    "create",
    "crud",
    "delete",
    "flag_of",
    "id_argument",
    "parent_argument",
    "references",
    "register",
    "replace",
    "request_of",
    "require_changes",
    "show_list",
    "update",
    "values_of",
    "would_send",
]

ALL = Field("all", "Show everything on a terminal too, not the first page alone", bool, "--all")
LIMIT = Field("limit", "Stop after so many", int)


def crud(resource: Resource, help: str, *, verbs: str = "list get create update delete") -> Group:
    """The group of a plain resource, with those of the verbs that the API has for it."""
    app = Group(help)
    for verb in verbs.split():
        _VERBS[verb](app, resource)
    return app


def _list(app: Group, resource: Resource) -> None:
    def run(session: Session, **given: Any) -> None:
        everything, limit = given.pop("all"), given.pop("limit")
        path = collection(session, resource, given)
        show_list(
            session,
            resource,
            path,
            values_of(session, resource.filters, given),
            everything=everything,
            limit=limit,
        )

    fields = (*parent_argument(resource), *resource.filters, ALL, LIMIT)
    _register(app, resource, "list", f"List {resource.plural}.", fields, run)


def _get(app: Group, resource: Resource) -> None:
    def run(session: Session, **given: Any) -> None:
        session.out.record(_existing(session, resource, given["id"])[1], resource.columns)

    _register(app, resource, "get", f"Show one {resource.noun}.", (id_argument(resource),), run)


def _create(app: Group, resource: Resource) -> None:
    def run(session: Session, **given: Any) -> None:
        path = collection(session, resource, given)
        create(session, resource, path, values_of(session, resource.creates, given))

    fields = (*parent_argument(resource), *resource.creates)
    _register(app, resource, "create", f"Create a {resource.noun}.", fields, run)


def _update(app: Group, resource: Resource) -> None:
    def run(session: Session, **given: Any) -> None:
        require_changes(resource.updates, given)
        values = values_of(session, resource.updates, given)
        update(session, resource, find(session.api, resource, given["id"]), values)

    fields = (id_argument(resource), *resource.updates)
    _register(app, resource, "update", f"Update a {resource.noun}.", fields, run)


def _delete(app: Group, resource: Resource) -> None:
    def run(session: Session, **given: Any) -> None:
        delete(session, resource, list(references(given["ids"])))

    ids = Field(
        "ids",
        _called(resource) + "; - reads them from standard input",
        many=True,
        required=True,
        argument=True,
        names=resource,
        example="1 2",
    )
    _register(app, resource, "delete", f"Delete {resource.plural}{resource.loses}.", (ids,), run)


_VERBS = {"list": _list, "get": _get, "create": _create, "update": _update, "delete": _delete}


def _register(
    app: Group, resource: Resource, verb: str, help: str, fields: tuple[Field, ...], run: Run
) -> None:
    """A command with an example, made of those that its fields have."""
    words = ["smsgw -p sandbox", resource.path, verb, *filter(None, map(_shown, fields))]
    register(app, verb, help, fields, run, epilog=" ".join(words))


def _shown(field: Field) -> str:
    if field.argument or not field.example:
        return field.example
    return f"{flag_of(field)} {field.example}"


def at_most(limit: int | None) -> int | None:
    """How many to show, as `islice` takes it. Raises Usage for fewer than none."""
    if limit is None:
        return None
    if limit < 0:
        raise Usage(f"--limit must not be negative, as {limit} is")
    return min(limit, sys.maxsize)


def show_list(
    session: Session,
    resource: Resource,
    path: str,
    query: dict[str, Any] | None = None,
    *,
    everything: bool | None = None,
    limit: int | None = None,
) -> None:
    """Print a list: all of it, but on a terminal the first page, and how much is left."""
    most = at_most(limit)
    every = resource.keys or resource.columns
    if session.out.is_first_page_view and not everything and limit is None:
        page = session.api.page(path, query)
        session.out.rows(page.records, resource.columns, every=every)
        if page.total > len(page.records):
            left = page.total - len(page.records)
            session.out.note(f"{left:,} more; --all shows them")
        return
    with closing(session.api.pages(path, query)) as records:
        session.out.rows(
            islice(records, most),
            resource.columns,
            every=every,
        )


def create(session: Session, resource: Resource, path: str, body: Record) -> None:
    """Create one and print it as the server now has it."""
    if would_send(session, "POST", path, body):
        return
    session.out.record(session.api.create(path, body), resource.columns)


def update(session: Session, resource: Resource, identity: int, body: Record) -> None:
    """Update one, and say so."""
    path = f"{resource.path}/{identity}"
    if would_send(session, "PUT", path, body):
        return
    session.api.update(path, body)
    session.out.record({"id": identity, "result": "updated"})


def replace(
    session: Session, resource: Resource, reference: str, change: Callable[[Record], Record]
) -> None:
    """Update one that the API only takes whole: what `change` does not name stays as it is.

    `change` gets the record without what the server alone may say of it, and gives the
    values that are to be others.
    """
    identity, record = _existing(session, resource, reference)
    kept = {key: value for key, value in record.items() if key not in SERVER_KEYS}
    update(session, resource, identity, {**kept, **change(kept)})


def _existing(session: Session, resource: Resource, reference: str) -> tuple[int, Record]:
    """Id and record of what is named. Raises NotFound in our words, not the server's."""
    identity = find(session.api, resource, reference)
    try:
        return identity, session.api.get(f"{resource.path}/{identity}")
    except NotFound as error:
        raise NotFound(f"there is no {resource.noun} {identity}", status=error.status) from error


def require_changes(fields: Iterable[Field], given: dict[str, Any]) -> None:
    """Raise Usage, naming the options, if an update was given none of them."""
    if all(given[field.key] in (None, []) for field in fields):
        raise Usage("nothing to update", hint="give one of " + ", ".join(map(flag_of, fields)))


def collection(session: Session, resource: Resource, given: dict[str, Any]) -> str:
    """The path things are listed and made at; `parent` is taken out of the arguments."""
    if resource.parent is None:
        return resource.path
    parent = find(session.api, resource.parent, given.pop("parent"))
    return f"{resource.parent.path}/{parent}/{resource.path}"


def values_of(session: Session, fields: Iterable[Field], given: dict[str, Any]) -> dict[str, Any]:
    """What was given, by its key on the wire, names made into ids; nothing that was not given."""
    values = {}
    for field in fields:
        value = given.get(field.key)
        if value is None or value == []:
            continue
        if field.past:
            value = query_time(flag_of(field), value, session.out.note)
        values[field.key] = _identified(session, field, value)
    return values


def _identified(session: Session, field: Field, value: Any) -> Any:
    """The value, or the id that it means where it names something."""
    if field.names is None:
        return value
    if field.many:
        return [find(session.api, field.names, each) for each in value]
    return find(session.api, field.names, value)


def references(arguments: Iterable[str]) -> Iterator[str]:
    """What is named, one by one; `-` reads it from standard input."""
    for argument in arguments:
        if argument == "-":
            yield from sys.stdin.read().split()
        else:
            yield argument


def id_argument(resource: Resource) -> Field:
    """The argument that says which one."""
    by_keys = _called(resource)
    return Field("id", by_keys, required=True, argument=True, names=resource, example="1")


def parent_argument(resource: Resource) -> tuple[Field, ...]:
    """The argument that says of which parent; none where there are no parents."""
    parent = resource.parent
    if parent is None:
        return ()
    short = parent.noun.rpartition(" ")[2]
    return (
        Field(
            "parent",
            _called(parent),
            flag=short,
            required=True,
            argument=True,
            names=parent,
            example="1",
        ),
    )


def _called(resource: Resource) -> str:
    return f"The {resource.noun}'s id{' or name' if resource.has_names else ''}"
