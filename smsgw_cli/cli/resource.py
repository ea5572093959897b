"""A resource of the API as data: path, fields, names."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from smsgw_cli.api.reader import ListReader
from smsgw_cli.cli.completion.hints import CompletionHint
from smsgw_cli.errors import NotFound, Usage
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from smsgw_cli.cli.session import Session


Rows = Callable[["Session", list[Record]], Iterator[Record]]
"""What a table for people shows of each of these records."""


class Field(NamedTuple):
    """An argument or option for one value of a resource, and its key in the API.

    `kind` is the type of one value: str, int, or bool, with a flag `--key/--no-key` unless `flag`
    overrides it. `names` is the resource whose id, number or name it takes; `resolve` turns it into
    what the filter needs: with a list it stands for several records. `selects` is a filter that
    the API does not have, and `view` shows people what it selects. `single` is refused with two
    values, where the last would win otherwise. `file` marks a file name, and `example` is a value
    for the examples of the help. `parse` converts the text, `past` marks a filter by a time in the
    past. `section` is the heading it has in the help, `setting` marks the option of a setting,
    whose value is the default. `hint` completes it.
    """

    key: str
    help: str
    kind: type = str
    flag: str | None = None
    many: bool = False
    single: bool = False
    required: bool = False
    argument: bool = False
    choices: tuple[str, ...] = ()
    names: "Resource | None" = None
    resolve: Callable[[Any, str], Any] | None = None
    selects: Callable[[Record, Any], bool] | None = None
    view: "Callable[[Session, list[Record]], None] | None" = None
    file: bool = False
    example: str = ""
    parse: Callable[[str], Any] | None = None
    past: bool = False
    section: str = ""
    setting: bool = False
    metavar: str = ""
    hint: CompletionHint = CompletionHint()


class Dependant(NamedTuple):
    """Dependent records that are deleted too; `path` (with `{id}`) or `filter` counts them."""

    noun: str
    path: str
    filter: str | None = None


def no_names(_: Record) -> list[str]:
    """The `names` of a resource whose records have only ids."""
    return []


class Resource(NamedTuple):
    """A resource. `path` is its API path, `columns` those of a table, `keys` all documented ones.

    A table for people has the columns `table`, if there are any, and records changed by `shown`;
    in a list `rows` adds to the records what is worked out of all of them.
    `names` returns the names of a record; none if it has only an id. `records` lists all records
    if `path` alone does not, and `listed_by` are the words of the command that shows them. Records
    with a `parent` are listed and created under it: `/contact-lists/{id}/contacts`.
    """

    noun: str
    path: str
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()
    table: tuple[str, ...] = ()
    shown: Callable[[Record], Record] | None = None
    rows: "Rows | None" = None
    names: Callable[[Record], list[str]] = no_names
    parent: "Resource | None" = None
    filters: tuple[Field, ...] = ()
    creates: tuple[Field, ...] = ()
    updates: tuple[Field, ...] = ()
    dependants: tuple[Dependant, ...] = ()
    loses: str = ""
    records: Callable[[ListReader], Iterator[Record]] | None = None
    listed_by: str = ""

    @property
    def plural(self) -> str:
        return f"{self.noun}s"

    @property
    def kind(self) -> str:
        """Its kind of names for completion: its command group and noun, as `devices/SIM`."""
        return f"{self.path}/{self.noun.replace(' ', '-')}"

    @property
    def hint(self) -> CompletionHint:
        """The completion of its names (or recognizable ids); empty if it has none."""
        is_recognizable = self.has_names or "name" in self.columns
        return CompletionHint(kind=self.kind if is_recognizable and self.parent is None else "")

    @property
    def has_names(self) -> bool:
        """Whether records can be referenced by name."""
        return self.names is not no_names


def by_keys(*keys: str) -> Callable[[Record], list[str]]:
    """The names of a record: the values of these keys."""
    return lambda record: [str(record[key]) for key in keys if record.get(key)]


def find(api: ListReader, resource: Resource, reference: str) -> int:
    """Resolve a reference to an id: digits are an id, anything else must name exactly one record.

    Raises NotFound for an unknown name, Usage with the candidates for an ambiguous one, or if
    the resource has no names.
    """
    if re.fullmatch("[0-9]{1,18}", reference):
        return int(reference)
    if not resource.has_names:
        raise Usage(f"invalid {resource.noun} id {reference!r}", hint="ids are numeric")
    records = resource.records(api) if resource.records else api.pages(resource.path)
    matches = [record for record in records if reference in resource.names(record)]
    if not matches:
        raise NotFound(
            f"{resource.noun} {reference!r} not found",
            hint=f"see 'smsgw {resource.listed_by or f'{resource.path} list'}'",
        )
    if len(matches) > 1:
        candidates = "; ".join(
            f"{match['id']} ({', '.join(resource.names(match))})" for match in matches
        )
        raise Usage(
            f"{len(matches)} {resource.plural} are named {reference!r}: {candidates}",
            hint="use the id instead",
        )
    return int(matches[0]["id"])
