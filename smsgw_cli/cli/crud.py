"""List, get, create, update and delete commands for any resource."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from smsgw_cli.cli.actions import create, existing, print_record, update
from smsgw_cli.cli.delete import delete
from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.lists import show_filtered
from smsgw_cli.cli.old_words import OldOption
from smsgw_cli.cli.parameters import Run, flag_of, register
from smsgw_cli.cli.resource import Field, Resource, find
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import (
    collection,
    id_argument,
    ids_argument,
    parent_argument,
    references,
    require_changes,
    values_of,
)

FILTERS = "Filters"  # a section of the help
ALL = Field("all", "Show everything, not only the first page on a terminal", bool, "--all")
LIMIT = Field("limit", "Maximum number to show", int)


def crud(
    resource: Resource,
    help: str,
    *,
    verbs: str = "list get create update delete",
    old: Sequence[OldOption] = (),
) -> Group:
    """The command group of a resource, with the verbs that the API supports.

    `old` are hidden options of its list.
    """
    app = Group(help)
    for verb in verbs.split():
        add = partial(_list, old=old) if verb == "list" else _VERBS[verb]
        add(app, resource)
    return app


def _list(app: Group, resource: Resource, old: Sequence[OldOption]) -> None:
    def run(session: Session, **arguments: Any) -> None:
        everything, limit = arguments.pop("all"), arguments.pop("limit")
        path = collection(session, resource, arguments)
        filters = values_of(session, resource.filters, arguments)
        show_filtered(session, resource, path, filters, everything=everything, limit=limit)

    filters = (each._replace(section=FILTERS) for each in resource.filters)
    fields = (*parent_argument(resource), *filters, ALL, LIMIT)
    _register(app, resource, "list", f"List {resource.plural}.", fields, run, old)


def _get(app: Group, resource: Resource) -> None:
    def run(session: Session, **arguments: Any) -> None:
        print_record(session, resource, existing(session, resource, arguments["id"])[1])

    _register(app, resource, "get", f"Show one {resource.noun}.", (id_argument(resource),), run)


def _create(app: Group, resource: Resource) -> None:
    def run(session: Session, **arguments: Any) -> None:
        path = collection(session, resource, arguments)
        create(session, resource, path, values_of(session, resource.creates, arguments))

    fields = (*parent_argument(resource), *resource.creates)
    _register(app, resource, "create", f"Create a {resource.noun}.", fields, run)


def _update(app: Group, resource: Resource) -> None:
    def run(session: Session, **arguments: Any) -> None:
        require_changes(resource.updates, arguments)
        values = values_of(session, resource.updates, arguments)
        update(session, resource, find(session.api, resource, arguments["id"]), values)

    fields = (id_argument(resource), *resource.updates)
    _register(app, resource, "update", f"Update a {resource.noun}.", fields, run)


def _delete(app: Group, resource: Resource) -> None:
    def run(session: Session, **arguments: Any) -> None:
        delete(session, resource, list(references(arguments["ids"])))

    help = f"Delete {resource.plural}{resource.loses}."
    _register(app, resource, "delete", help, (ids_argument(resource),), run)


_VERBS = {"get": _get, "create": _create, "update": _update, "delete": _delete}


def _register(
    app: Group,
    resource: Resource,
    verb: str,
    help: str,
    fields: tuple[Field, ...],
    run: Run,
    old: Sequence[OldOption] = (),
) -> None:
    """Register a command, with an example built from the examples of its fields."""
    words = ["smsgw -p sandbox", resource.path, verb, *filter(None, map(_example, fields))]
    register(app, verb, help, fields, run, old=old, epilog=" ".join(words))


def _example(field: Field) -> str:
    if field.argument or not field.example:
        return field.example
    return f"{flag_of(field)} {field.example}"
