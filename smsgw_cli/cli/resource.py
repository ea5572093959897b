"""A noun of the API as data: where it is, what it is made of, how people name it."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from smsgw_cli.api.reader import ListReader
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.model import Record


class Field(NamedTuple):
    """One value of a resource that a command takes, and how it stands on the wire.

    `kind` is the type of one value: str, int, or bool, whose flag is then `--key/--no-key`
    unless `flag` says otherwise. `names` is the resource whose id, number or name may be given,
    `file` says that it is the name of a file, `example` is a value of it as one would type it,
    for the examples of the help. `parse` makes a value of the text, `past` is for a point in time
    that a list is filtered by.
    """

    key: str
    help: str
    kind: type = str
    flag: str | None = None
    many: bool = False
    required: bool = False
    argument: bool = False
    choices: tuple[str, ...] = ()
    names: "Resource | None" = None
    file: bool = False
    example: str = ""
    parse: Callable[[str], Any] | None = None
    past: bool = False


class Dependant(NamedTuple):
    """What a delete takes along, counted by one request: a path, or a list filtered by id."""

    label: str
    path: str
    filter: str | None = None


def nameless(_: Record) -> list[str]:
    """What something may be called by of which only an id will do: nothing."""
    return []


class Resource(NamedTuple):
    """A noun. `path` is the API's word, `columns` a table's, `keys` all that is documented.

    `names` gives what a record may be called by; empty where only an id will do. `records`
    lists all there are, where that is not simply the path. Things of a `parent` are listed
    and made under it: `/contact-lists/{id}/contacts`.
    """

    noun: str
    path: str
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()
    names: Callable[[Record], list[str]] = nameless
    parent: "Resource | None" = None
    filters: tuple[Field, ...] = ()
    creates: tuple[Field, ...] = ()
    updates: tuple[Field, ...] = ()
    takes_along: tuple[Dependant, ...] = ()
    loses: str = ""
    records: Callable[[ListReader], Iterator[Record]] | None = None

    @property
    def plural(self) -> str:
        return f"{self.noun}s"

    @property
    def has_names(self) -> bool:
        """Whether one can be named by something else than its id."""
        return self.names is not nameless


def by_keys(*keys: str) -> Callable[[Record], list[str]]:
    """The names of a record that stand under these keys."""
    return lambda record: [str(record[key]) for key in keys if record.get(key)]


def find(api: ListReader, resource: Resource, reference: str) -> int:
    """The id that a reference means: digits are an id, anything else must name exactly one.

    Raises NotFound if nothing has that name, Usage naming the candidates if several have, or
    if only an id will do.
    """
    if re.fullmatch("[0-9]{1,18}", reference):
        return int(reference)
    if not resource.has_names:
        raise Usage(f"{reference!r} is not the id of a {resource.noun}", hint="ids are numbers")
    listed = resource.records(api) if resource.records else api.pages(resource.path)
    matches = [record for record in listed if reference in resource.names(record)]
    if not matches:
        raise NotFound(
            f"there is no {resource.noun} called {reference!r}",
            hint=f"'smsgw {resource.path} list' shows them",
        )
    if len(matches) > 1:
        candidates = "; ".join(
            f"{match['id']} ({', '.join(resource.names(match))})" for match in matches
        )
        raise Usage(
            f"{len(matches)} {resource.plural} are called {reference!r}: {candidates}",
            hint="name it by its id",
        )
    return int(matches[0]["id"])
