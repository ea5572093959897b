"""Fields that a run created and in which no contact has a value."""

from collections.abc import Container, Mapping, Sequence
from contextlib import closing, suppress

from smsgw_cli.api.reader import ListReader
from smsgw_cli.errors import NotFound
from smsgw_cli.model import Record


def record_of(field: Record) -> Record:
    """What a field is known again by: one of the same tag may be somebody else's."""
    return {key: field.get(key) for key in ("id", "tag", "type")}


def unused(
    api: ListReader, contact_list: int, created: Sequence[Record], but: Container[int] = ()
) -> list[Record]:
    """The created fields that are still there and empty in all contacts but those of these ids.

    Raises what listing raises, also where the list is not proven complete.
    """
    empty: dict[str, Record] = {}
    with suppress(NotFound):  # the list is gone, and its fields with it
        empty = _present(api, contact_list, created)
        if empty:
            _drop_used(api, contact_list, empty, but)
    return list(empty.values())


def _present(api: ListReader, contact_list: int, created: Sequence[Record]) -> dict[str, Record]:
    """The created fields that are still there, by tag."""
    with closing(api.pages(f"contact-lists/{contact_list}/fields")) as fields:
        there = [record_of(each) for each in fields]
    return {each["tag"]: each for each in created if each in there}


def _drop_used(
    api: ListReader, contact_list: int, empty: dict[str, Record], but: Container[int]
) -> None:
    """Drop the fields that have a value."""
    with closing(api.pages(f"contact-lists/{contact_list}/contacts")) as contacts:
        for contact in contacts:
            if not empty:
                return
            if contact["id"] not in but:
                for tag in [each for each in empty if _has_value(contact, each)]:
                    del empty[tag]


def _has_value(contact: Mapping[str, object], tag: str) -> bool:
    return contact.get(tag) not in (None, "", [])
