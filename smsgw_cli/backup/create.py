"""The contents of a backup, and how it is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from smsgw_cli.backup.layout import (
    ARCHIVED,
    CONTACT_LISTS,
    SENDING_SERVERS,
    contacts_of,
    fields_of,
)
from smsgw_cli.backup.writer import Writer
from smsgw_cli.errors import Auth, Incomplete, NotFound, SmsgwError
from smsgw_cli.model import Record, with_subscription

Batches = Iterable[Sequence[Record]]
BATCH = 500  # records of this program
FORBIDDEN = 403


class Part(NamedTuple):
    """A file of a backup: the API's `path` that has its records, or the `records` themselves.

    `change` is applied to each record.
    """

    name: str
    path: str = ""
    records: Callable[[], Iterable[Record]] = tuple
    change: Callable[[Record], Record] = dict


def list_parts(contact_lists: Sequence[Record]) -> Iterator[Part]:
    """The parts of contact lists: `id` and `name`, their fields and contacts."""
    found = [{"id": each["id"], "name": each.get("name")} for each in contact_lists]
    yield Part(CONTACT_LISTS, records=lambda: found)
    for each in found:
        path = f"contact-lists/{each['id']}"
        yield Part(fields_of(each["id"]), f"{path}/fields")
        yield Part(contacts_of(each["id"]), f"{path}/contacts", change=with_subscription)


def archive_parts(mask: Callable[[Record], Record]) -> Iterator[Part]:
    """The parts that are only kept to be read; `mask` hides the secrets of sending servers."""
    for path in ARCHIVED:
        yield Part(f"{path}.ndjson", path, change=mask if path == SENDING_SERVERS else dict)


@dataclass
class Creation:
    """Writes parts; `read` returns the records of a path of the API in batches, proven complete.

    `missing` collects what could not be read, by file.
    """

    writer: Writer
    read: Callable[[Part], Batches]
    missing: dict[str, str] = field(default_factory=dict)

    def write(self, parts: Iterable[Part]) -> Mapping[str, str]:
        """Write all parts; returns `missing`. Raises what reading raises, if nothing can be read
        then."""
        for part in parts:
            self.writer.write(part.name, self._batches(part))
        return self.missing

    def _batches(self, part: Part) -> Batches:
        try:
            for batch in self.read(part) if part.path else batches(part.records()):
                yield [part.change(record) for record in batch]
        except (Incomplete, NotFound, Auth) as error:
            if not _is_of_part(error):
                raise
            self.missing[part.name] = error.message


def _is_of_part(error: SmsgwError) -> bool:
    """Whether other parts can be read: the token may not read this one, or the server has none."""
    return not isinstance(error, Auth) or error.status == FORBIDDEN


def batches(records: Iterable[Record]) -> Batches:
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch
