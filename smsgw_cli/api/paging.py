"""Joins pages to one stream of records, without duplicates or gaps while the list changes.

The API numbers its pages and sorts newest first (reference, every "List all …"). So a record
created while a list is read moves others to later pages, where they would be read again, and a
deleted one moves others to earlier pages, where they would be missed.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any, NamedTuple

from smsgw_cli.api.prefetch import prefetched
from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import Record

BLOCK = 64
LARGEST_ID = 1 << 63
MAX_EMPTY_PAGES = 1_000  # consecutive pages; a changing list has a few


class NotAPage(Exception):
    """The JSON is not a page of a list; the text gives the reason."""


class Page(NamedTuple):
    """A page: its `records`, the number of the `last` page, and the `total` of records."""

    records: list[Record]
    last: int
    total: int


def page_of(body: Any) -> Page:
    """The page in `{"data": [...], "meta": {"last_page": 3, "total": 42}}`. Raises NotAPage."""
    if not isinstance(body, dict):
        raise NotAPage("is not a JSON object")
    records, meta = body.get("data"), body.get("meta")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise NotAPage("has no list of records in it")
    if not all(map(has_id, records)):
        raise NotAPage("has a record without an id")
    if not isinstance(meta, dict):
        raise NotAPage("has no page information")
    numbers = [meta.get(key) for key in ("last_page", "total")]
    if not all(isinstance(each, int) for each in numbers):
        raise NotAPage("has unknown page information")
    last, total = numbers
    return Page(records, last or 1, total or 0)


def has_id(record: Record) -> bool:
    """Whether a record has an id within the range of a database's."""
    record_id = record.get("id")
    return isinstance(record_id, int) and abs(record_id) < LARGEST_ID


class IdSet:
    """A set of ids, one bit each: 1,000,000 consecutive ids take about 2 MB."""

    def __init__(self) -> None:
        self._blocks: dict[int, int] = {}
        self.count = 0

    def has(self, record: Record) -> bool:
        record_id = record.get("id")
        if not isinstance(record_id, int):
            return False
        return bool(self._blocks.get(record_id // BLOCK, 0) >> record_id % BLOCK & 1)

    def is_new(self, record: Record) -> bool:
        """Add the record; returns whether it is new."""
        if self.has(record):
            return False
        record_id = record.get("id")
        if isinstance(record_id, int):
            block = record_id // BLOCK
            self._blocks[block] = self._blocks.get(block, 0) | 1 << record_id % BLOCK
        self.count += 1
        return True


def records(fetch: Callable[[int], Page]) -> Generator[Record, None, None]:
    """All records of a list; `fetch` gets page numbers from 1.

    From the second page on it is called in another thread, one page ahead, never concurrently.
    Its errors are raised after the records before.
    """
    with closing(prefetched(_batches(fetch))) as batches:
        for batch in batches:
            yield from batch


def _batches(fetch: Callable[[int], Page]) -> Iterator[list[Record]]:
    """The new records of each page.

    Unless records were deleted since the page before, the next page continues where that one
    ended. If the total has dropped, a page is only used if it starts with a known record;
    otherwise the page before it is read again.
    """
    seen = IdSet()
    number, page, gap, empty_pages = 1, fetch(1), False, 0
    while True:
        gap = gap and number > 1 and not _overlaps(page, seen)
        new = [] if gap else list(filter(seen.is_new, page.records))
        empty_pages = 0 if new else empty_pages + 1
        if empty_pages > MAX_EMPTY_PAGES:
            raise SmsgwError(
                f"the server's list does not end: {empty_pages} pages in a row had nothing new",
                hint="its total is wrong",
            )
        if not gap:
            yield new
            if not page.records or number >= page.last:
                break
        number += -1 if gap else 1
        before, page = page, fetch(number)
        gap = gap or page.total < before.total
    if seen.count < page.total:
        yield from _new_at_front(fetch, seen)


def _overlaps(page: Page, seen: IdSet) -> bool:
    return bool(page.records) and seen.has(page.records[0])


def _new_at_front(fetch: Callable[[int], Page], seen: IdSet) -> Iterator[list[Record]]:
    """The records added at the front during reading, such as messages sent meanwhile."""
    number, has_new = 1, True
    while has_new:
        page = fetch(number)
        new_records = [record for record in page.records if seen.is_new(record)]
        yield new_records
        number, has_new = number + 1, bool(new_records) and number < page.last
