"""Converts a command's arguments for the API: values by key, names to ids, paths."""

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from smsgw_cli.cli.parameters import flag_of
from smsgw_cli.cli.resource import Field, Resource, find
from smsgw_cli.cli.session import Session
from smsgw_cli.errors import Usage


def values_of(
    session: Session, fields: Iterable[Field], arguments: dict[str, Any]
) -> dict[str, Any]:
    """The arguments that are set, by API key, with names resolved to ids. Raises as `find` does."""
    values = {}
    for field in fields:
        value = arguments.get(field.key)
        if value is None or value == []:
            continue
        if field.past:
            time_filter = import_module("smsgw_cli.cli.time_filter")  # few lists are filtered by it
            value = time_filter.query_time(flag_of(field), value, session.out.note)
        values[field.key] = _resolved(session, field, value)
    return values


def _resolved(session: Session, field: Field, value: Any) -> Any:
    """The value, with a name resolved to an id, or to a list of those it stands for."""
    if field.resolve is not None:
        found = field.resolve(session, value)
        return found[0] if isinstance(found, list) and len(found) == 1 else found
    if field.names is None:
        return value
    if field.many:
        return list(dict.fromkeys(find(session.api, field.names, each) for each in value))
    return find(session.api, field.names, value)


def require_changes(fields: Iterable[Field], arguments: dict[str, Any]) -> None:
    """Raise Usage with the possible options if an update has none."""
    if all(arguments[field.key] in (None, []) for field in fields):
        raise Usage("nothing to update", hint="use one of " + ", ".join(map(flag_of, fields)))


def collection(session: Session, resource: Resource, arguments: dict[str, Any]) -> str:
    """The path of the collection; pops `parent` from the arguments."""
    if resource.parent is None:
        return resource.path
    parent = find(session.api, resource.parent, arguments.pop("parent"))
    return f"{resource.parent.path}/{parent}/{resource.path}"


def references(arguments: Iterable[str]) -> Iterator[str]:
    """The references, one by one; `-` reads them from standard input."""
    for argument in arguments:
        if argument == "-":
            yield from sys.stdin.read().split()
        else:
            yield argument


def id_argument(resource: Resource) -> Field:
    """The argument that identifies the record."""
    by_keys = called_by(resource)
    return Field("id", by_keys, required=True, argument=True, names=resource, example="1")


def ids_argument(resource: Resource) -> Field:
    """The argument that identifies any number of records."""
    return Field(
        "ids",
        called_by(resource) + "; - reads from standard input",
        many=True,
        required=True,
        argument=True,
        names=resource,
        example="1 2",
    )


def parent_argument(resource: Resource) -> tuple[Field, ...]:
    """The argument that identifies the parent; none without a parent."""
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
