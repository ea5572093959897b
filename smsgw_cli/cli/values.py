"""Arguments of a command as the API takes them: values by key, names made into ids, paths."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from smsgw_cli.cli.parameters import flag_of
from smsgw_cli.cli.resource import Field, Resource, find
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.time_filter import query_time
from smsgw_cli.errors import Usage


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


def references(arguments: Iterable[str]) -> Iterator[str]:
    """What is named, one by one; `-` reads it from standard input."""
    for argument in arguments:
        if argument == "-":
            yield from sys.stdin.read().split()
        else:
            yield argument


def id_argument(resource: Resource) -> Field:
    """The argument that says which one."""
    by_keys = called_by(resource)
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
            called_by(parent),
            flag=short,
            required=True,
            argument=True,
            names=parent,
            example="1",
        ),
    )


def called_by(resource: Resource) -> str:
    return f"The {resource.noun}'s id{' or name' if resource.has_names else ''}"
