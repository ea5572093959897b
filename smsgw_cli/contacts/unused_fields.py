"""Fields that a run created: which ones are still there, and in which no contact has a value."""

from collections.abc import Container, Sequence
from contextlib import closing

from smsgw_cli.api.reader import ListReader
from smsgw_cli.errors import NotFound
from smsgw_cli.model import Record


def record_of(field: Record) -> Record:
    """What a field is known again by: one of the same tag may be somebody else's."""
    return {key: field.get(key) for key in ("id", "tag", "type")}


def still_there(api: ListReader, contact_list: int, created: Sequence[Record]) -> list[Record]:
    """Those of the created fields that a list still has. Raises what listing raises."""
    if not created:
        return []
    try:
        with closing(api.pages(f"contact-lists/{contact_list}/fields")) as fields:
            there = [record_of(each) for each in fields]
    except NotFound:  # the list is gone, and its fields with it
        return []
    return [each for each in created if each in there]


def unused(
    api: ListReader, contact_list: int, fields: Sequence[Record], but: Container[int] = ()
) -> list[Record]:
    """Those of the fields that are empty in all contacts of a list but the ones of these ids.

    Raises what listing raises, also where the list is not proven complete.
    """
    empty = {str(each["tag"]): each for each in fields}
    if not empty:
        return []
    with closing(api.pages(f"contact-lists/{contact_list}/contacts")) as contacts:
        for contact in contacts:
            if contact["id"] not in but:
                for tag in [each for each in empty if contact.get(each) not in (None, "", [])]:
                    del empty[tag]
    return list(empty.values())
