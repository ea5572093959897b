"""The contact lists of a backup, matched with those of the server."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import NamedTuple, cast

from smsgw_cli.api.reader import ListReader
from smsgw_cli.backup.layout import CONTACT_LISTS, contacts_of, fields_of
from smsgw_cli.backup.source import Backup
from smsgw_cli.contacts import custom_fields
from smsgw_cli.contacts.bulk_context import BulkClient
from smsgw_cli.contacts.field_values import by_tag
from smsgw_cli.contacts.option_values import options_of
from smsgw_cli.errors import Unknown, Usage
from smsgw_cli.model import FIELD_TYPES, ContactField, Record
from smsgw_cli.tables.names import TAG
from smsgw_cli.wording import pluralize

PATH = "contact-lists"


class SavedList(NamedTuple):
    """A list of a backup: `number` is its id there, `fields` are in the order of creation."""

    number: int
    name: str
    fields: Sequence[ContactField]


class Match(NamedTuple):
    """A list of a backup, and the id of the server's list of that name, or None.

    `missing` are the tags of the fields that it lacks.
    """

    saved: SavedList
    target: int | None
    missing: frozenset[str]


def saved_lists(backup: Backup) -> list[SavedList]:
    """The lists of a backup, oldest first. Raises Usage for an invalid one."""
    found = sorted(backup.records(CONTACT_LISTS), key=_id)
    return [_saved(backup, each) for each in found if backup.has(contacts_of(_id(each)))]


def _saved(backup: Backup, record: Record) -> SavedList:
    number, name = _id(record), record.get("name")
    if not isinstance(name, str) or not name.strip():
        raise Usage(f"{CONTACT_LISTS}: the list {number} has no name")
    fields = sorted(backup.records(fields_of(number)), key=_id)
    for each in fields:
        tag, kind = each.get("tag"), each.get("type")
        if not (isinstance(tag, str) and TAG.fullmatch(tag) and kind in FIELD_TYPES):
            raise Usage(f"{fields_of(number)}: invalid field {tag!r}")
    return SavedList(number, name, cast("list[ContactField]", fields))


def _id(record: Record) -> int:
    if not isinstance(record.get("id"), int):
        raise Usage(f"the backup has a record without an id: {record!r:.200}")
    return int(record["id"])


def matches(api: ListReader, saved: Sequence[SavedList]) -> list[Match]:
    """The lists with those of the server of the same names.

    Raises Usage where it is not certain which list is meant, or its fields are of other types or
    lack options, and what reading raises.
    """
    there = _by_name(api)
    counts = Counter(each.name for each in saved)
    for name, count in counts.items():
        ids = there.get(name, [])
        if ids and len(ids) != count:
            raise Usage(
                f"the server has {pluralize(len(ids), 'list')} named {name!r}, the backup {count}; "
                "nothing was restored",
                hint=f"rename lists with 'smsgw contact-lists update': {', '.join(map(str, ids))}",
            )
    targets = {name: iter(ids) for name, ids in there.items()}
    return [_match(api, each, next(targets.get(each.name, iter(())), None)) for each in saved]


def _by_name(api: ListReader) -> dict[str, list[int]]:
    """The ids of the server's lists by name, oldest first."""
    found: dict[str, list[int]] = {}
    with closing(api.pages(PATH)) as lists:
        for each in sorted(lists, key=_id):
            found.setdefault(str(each.get("name")), []).append(each["id"])
    return found


def _match(api: ListReader, saved: SavedList, target: int | None) -> Match:
    there = {} if target is None else by_tag(custom_fields.of_list(api, target))
    own = by_tag(saved.fields)
    found = {tag: _difference(own.get(tag), field) for tag, field in there.items()}
    if problems := {f"{saved.name}, {tag}": [why] for tag, why in found.items() if why}:
        raise Usage(
            "fields of the server differ from those of the backup; nothing was restored",
            errors=problems,
            hint="change them with 'smsgw fields update', or rename the list",
        )
    return Match(saved, target, frozenset(own.keys() - there.keys()))


def _difference(saved: ContactField | None, there: ContactField) -> str:
    """Why a field of the server does not take what the backup has of it; "" if it does."""
    if saved is None:
        is_needed = there.get("required") and there.get("default_value") is None
        return "is required, and the backup does not have it" if is_needed else ""
    if saved["type"] != there.get("type"):
        return f"has the type {there.get('type')}, not {saved['type']}"
    offered = {each["value"] for each in options_of(there)}
    lacking = [each["value"] for each in options_of(saved) if each["value"] not in offered]
    return f"lacks the options {', '.join(lacking)}" if lacking else ""


def create_list(api: BulkClient, name: str, settle: float, note: Callable[[str], None]) -> int:
    """Create a list; after a lost response, check whether it exists. Returns its id."""
    before = set(_ids(api, name))
    try:
        return int(api.create(PATH, {"name": name})["id"])
    except Unknown as error:
        note(f"{error.message}; checking in {settle:.0f} s")
        time.sleep(settle)
        for found in _ids(api, name):
            if found not in before:
                return found
        return int(api.create(PATH, {"name": name})["id"])


def _ids(api: ListReader, name: str) -> Iterator[int]:
    yield from _by_name(api).get(name, [])
