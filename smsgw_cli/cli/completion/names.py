"""Names for completion, from the configuration or the server."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from types import ModuleType

from smsgw_cli.cli.completion.hints import PROFILE
from smsgw_cli.cli.completion.request import Request
from smsgw_cli.cli.resource import Resource
from smsgw_cli.cli.session import Session
from smsgw_cli.config import profiles
from smsgw_cli.model import Record

MAX_NAMES = 1_000


def lines_of(request: Request, module: Callable[[str], ModuleType]) -> list[str]:
    """Lines `name<TAB>description` of all records of a kind; none if they are unavailable.

    `module` imports the module of a command group by name.
    """
    try:
        if request.kind == PROFILE.kind:
            return list(_profiles())
        return list(dict.fromkeys(_on_server(request.profile, _resource(module, request.kind))))
    except Exception:  # errors cannot be shown in the middle of a command line
        return []


def _profiles() -> Iterator[str]:
    for each in profiles.load().profiles.values():
        yield f"{each.name}\t{each.server}"
    yield f"{profiles.SANDBOX}\tthe embedded gateway"


def _resource(module: Callable[[str], ModuleType], kind: str) -> Resource:
    """The resource of a kind, from the module of its group."""
    attributes = vars(module(kind.partition("/")[0])).values()
    for each in attributes:
        if isinstance(each, Resource) and each.kind == kind:
            return each
    raise LookupError(kind)


def _on_server(profile: str | None, resource: Resource) -> Iterator[str]:
    with closing(Session()) as session:
        session.options.apply({"profile_name": profile, "retries": 0, "quiet": True})
        if session.profile.token_command and not session.profile.token:
            return  # it might prompt for a passphrase
        api = session.api
        records = resource.records(api) if resource.records else api.pages(resource.path)
        for record in islice(records, MAX_NAMES):
            yield from _words(resource, record)


def _words(resource: Resource, record: Record) -> Iterator[str]:
    """The words that identify a record: its names, or its id if it has none."""
    if not resource.has_names:
        yield f"{record.get('id')}\t{_plain(record.get('name'))}"
    for name in resource.names(record):
        # Digits would be read as an id, a dash as an option.
        if name.isprintable() and not name.isdecimal() and not name.startswith("-"):
            yield f"{name}\t{resource.noun} {record.get('id')}"


def _plain(value: object) -> str:
    return "".join(each if each.isprintable() else " " for each in str(value or ""))
