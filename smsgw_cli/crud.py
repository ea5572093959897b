"""What can be done with any resource: list, get, create, update and delete, once for all."""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

import typer

from smsgw_cli.errors import NotFound, Partial, Usage
from smsgw_cli.group import Group
from smsgw_cli.resource import Field, Resource, find
from smsgw_cli.session import Session

Run = Callable[..., None]

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

    fields = (*_parent(resource), *resource.filters, ALL, LIMIT)
    register(app, "list", f"List {resource.plural}.", fields, run)


def _get(app: Group, resource: Resource) -> None:
    def run(session: Session, **given: Any) -> None:
        identity = find(session.api, resource, given["id"])
        session.out.record(session.api.get(f"{resource.path}/{identity}"), resource.columns)

    register(app, "get", f"Show one {resource.noun}.", (_reference(resource),), run)


def _create(app: Group, resource: Resource) -> None:
    def run(session: Session, **given: Any) -> None:
        path = collection(session, resource, given)
        create(session, resource, path, values_of(session, resource.creates, given))

    fields = (*_parent(resource), *resource.creates)
    register(app, "create", f"Create a {resource.noun}.", fields, run)


def _update(app: Group, resource: Resource) -> None:
    def run(session: Session, **given: Any) -> None:
        values = values_of(session, resource.updates, given)
        if not values:
            raise Usage("nothing to update", hint=_flags(resource.updates))
        update(session, resource, find(session.api, resource, given["id"]), values)

    fields = (_reference(resource), *resource.updates)
    register(app, "update", f"Update a {resource.noun}.", fields, run)


def _delete(app: Group, resource: Resource) -> None:
    def run(session: Session, **given: Any) -> None:
        delete(session, resource, list(_references(given["ids"])))

    ids = Field(
        "ids",
        _called(resource) + "; - reads them from standard input",
        many=True,
        required=True,
        argument=True,
    )
    register(app, "delete", f"Delete {resource.plural}{resource.loses}.", (ids,), run)


_VERBS = {"list": _list, "get": _get, "create": _create, "update": _update, "delete": _delete}


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
    if limit is not None and limit < 0:
        raise Usage(f"--limit must not be negative, as {limit} is")
    every = resource.keys or resource.columns
    if session.out.is_table and not everything and limit is None:
        page = session.api.page(path, query)
        session.out.rows(page.records, resource.columns, every=every)
        if page.total > len(page.records):
            left = page.total - len(page.records)
            session.out.note(f"{left:,} more; --all shows them")
        return
    records: Iterable[Any] = islice(session.api.pages(path, query), limit)
    session.out.rows(records, resource.columns, every=every)


def create(session: Session, resource: Resource, path: str, body: dict[str, Any]) -> None:
    """Create one and print it as the server now has it."""
    if would_send(session, "POST", path, body):
        return
    session.out.record(session.api.create(path, body), resource.columns)


def update(session: Session, resource: Resource, identity: int, body: dict[str, Any]) -> None:
    path = f"{resource.path}/{identity}"
    if would_send(session, "PUT", path, body):
        return
    session.api.update(path, body)
    session.out.record({"id": identity, "result": "updated"})


def delete(session: Session, resource: Resource, references: list[str]) -> None:
    """Delete those named, after asking; what is not there is told and passed over.

    Raises Partial if some were not there, NotFound if the only one was not.
    """
    found, missing = _found(session, resource, references)
    if missing and len(references) == 1:
        raise missing[0]
    if session.dry_run:
        session.out.json([request_of("DELETE", f"{resource.path}/{each}") for each in found])
        return
    if found:
        session.confirm(_question(session, resource, found))
    done, gone = _delete_each(session, resource, found)
    _tell_deleted(session, done, [*missing, *gone], only=len(references) == 1)


def _found(
    session: Session, resource: Resource, references: list[str]
) -> tuple[list[int], list[NotFound]]:
    found: list[int] = []
    missing: list[NotFound] = []
    for reference in references:
        try:
            found.append(find(session.api, resource, reference))
        except NotFound as error:
            missing.append(error)
    return list(dict.fromkeys(found)), missing


def _delete_each(
    session: Session, resource: Resource, identities: list[int]
) -> tuple[list[int], list[NotFound]]:
    done: list[int] = []
    gone: list[NotFound] = []
    for identity in identities:
        try:
            session.api.delete(f"{resource.path}/{identity}")
            done.append(identity)
        except NotFound as error:
            gone.append(NotFound(f"there is no {resource.noun} {identity}", status=error.status))
    return done, gone


def _tell_deleted(
    session: Session, done: list[int], missing: list[NotFound], *, only: bool
) -> None:
    if only and missing:
        raise missing[0]
    results = [{"id": identity, "result": "deleted"} for identity in done]
    if only:
        session.out.record(results[0])
    else:
        session.out.rows(results, ("id", "result"))
    if missing:
        raise Partial(
            f"{len(done)} deleted, {len(missing)} not found",
            hint="; ".join(error.message for error in missing),
        )


def _question(session: Session, resource: Resource, identities: list[int]) -> str:
    """What is about to be deleted, with what goes along, in numbers where they are cheap."""
    if len(identities) > 1:
        listed = ", ".join(map(str, identities[:10])) + (", …" if len(identities) > 10 else "")
        return f"Delete {len(identities)} {resource.plural} ({listed}){resource.loses}?"
    identity = identities[0]
    counts = [] if session.yes else _counts(session, resource, identity)
    along = f": {', '.join(counts)}" if counts else resource.loses
    return f"Delete {resource.noun} {identity}{along}?"


def _counts(session: Session, resource: Resource, identity: int) -> list[str]:
    counts = []
    for each in resource.takes_along:
        query = {each.filter: identity} if each.filter else None
        total = session.api.count(each.path.format(id=identity), query)
        counts.append(f"{total:,} {each.label}")
    return counts


def would_send(session: Session, method: str, path: str, body: Any) -> bool:
    """With --dry-run, print the request instead of sending it: whether that was so."""
    if session.dry_run:
        session.out.json(request_of(method, path, body))
    return bool(session.dry_run)


def request_of(method: str, path: str, body: Any = None) -> dict[str, Any]:
    request = {"method": method, "path": f"/api/v1/{path}"}
    return request if body is None else {**request, "body": body}


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
        values[field.key] = _identified(session, field, value)
    return values


def _identified(session: Session, field: Field, value: Any) -> Any:
    """The value, or the id that it means where it names something."""
    if field.names is None:
        return value
    if field.many:
        return [find(session.api, field.names, each) for each in value]
    return find(session.api, field.names, value)


def _references(arguments: list[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == "-":
            yield from sys.stdin.read().split()
        else:
            yield argument


def _reference(resource: Resource) -> Field:
    return Field("id", _called(resource), required=True, argument=True)


def _parent(resource: Resource) -> tuple[Field, ...]:
    parent = resource.parent
    if parent is None:
        return ()
    short = parent.noun.rpartition(" ")[2]
    return (Field("parent", _called(parent), flag=short, required=True, argument=True),)


def _called(resource: Resource) -> str:
    named = resource.names is not Resource.names
    return f"The {resource.noun}'s id{' or name' if named else ''}"


def _flags(fields: Iterable[Field]) -> str:
    return "give one of " + ", ".join(flag_of(field) for field in fields)


def flag_of(field: Field) -> str:
    plain = "--" + field.key.replace("_", "-")
    if field.flag:
        return field.flag
    return f"{plain}/--no-{plain[2:]}" if field.kind is bool else plain


def register(
    app: Group, verb: str, help: str, fields: Iterable[Field], run: Run, **settings: Any
) -> None:
    """Make `run` a command whose arguments and options are the fields."""
    session = inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [session, *map(_parameter, fields)]
    )
    run.__doc__ = help
    app.command(verb, **settings)(run)


def _parameter(field: Field) -> inspect.Parameter:
    kind: Any = _choice(field) if field.choices else field.kind
    kind = list[kind] if field.many else kind
    if not field.required:
        kind = kind | None
    metavar = None if field.kind is bool or field.choices else _metavar(field)
    told = (
        typer.Argument(help=field.help, metavar=metavar, show_default=False)
        if field.argument
        else typer.Option(
            *flag_of(field).split(),
            help=field.help,
            metavar=metavar,
            show_default=False,
            case_sensitive=False,
        )
    )
    default = inspect.Parameter.empty if field.required else None
    return inspect.Parameter(
        field.key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, told]
    )


def _metavar(field: Field) -> str:
    name = (field.flag or field.key).split()[-1]
    return name.lstrip("-").replace("-", "_").upper()


def _choice(field: Field) -> type[StrEnum]:
    members = {each: each for each in field.choices}
    return StrEnum(field.key, members)  # type: ignore[return-value]  # the call makes a class
