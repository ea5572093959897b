"""Pages of lists: validates a page, finds its new records, and what is still missing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from smsgw_cli.errors import Incomplete
from smsgw_cli.model import Record, has_id

BLOCK = 64
MAX_FUTILE_PASSES = 2  # readings of the whole list in a row that find nothing new
MAX_PASSES = 20
MAX_GAPS = 1_000  # ids between those of a list that are requested one by one
UNIQUE = "_"  # a parameter that filters nothing, and is different each time
STATUS_FILTERS = ("status", "statuses")  # the records show their status


class NotAPage(Exception):
    """The JSON is not a page of a list; the text gives the reason."""


class Page(NamedTuple):
    """A page: its `records`, the number of the `last` page, and the `total` of records.

    `per_page` is the number of records of a full page, 0 if the server does not say.
    """

    records: list[Record]
    last: int
    total: int
    per_page: int = 0


def page_of(body: Any) -> Page:
    """The page in `{"data": [...], "meta": {"last_page": 3, "total": 42}}`. Raises NotAPage."""
    if not isinstance(body, dict):
        raise NotAPage("is not a JSON object")
    records, meta = body.get("data"), body.get("meta")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise NotAPage("has no list of records in it")
    for record in records:
        if not has_id(record):
            raise NotAPage(_wrong_id(record.get("id")))
    if not isinstance(meta, dict):
        raise NotAPage("has no page information")
    numbers = [meta.get(key) for key in ("last_page", "total")]
    if not all(isinstance(each, int) for each in numbers):
        raise NotAPage("has unknown page information")
    last, total = numbers
    per_page = meta.get("per_page")
    return Page(records, last or 1, total or 0, per_page if isinstance(per_page, int) else 0)


def doubt(body: Any, number: int, query: Mapping[str, Any]) -> str:
    """Why a page is not the one that was asked for, such as after a proxy dropped the query;
    "" if it is."""
    current = body["meta"].get("current_page", number)
    if current != number:
        return f"page {number} was requested, and page {current} was returned"
    for name in STATUS_FILTERS:
        wanted = {str(each).casefold() for each in _values(query.get(name))}
        shown = {str(record.get("status") or "").casefold() for record in body["data"]} - {""}
        if wanted and not shown <= wanted:
            return f"the filter {name!r} was not applied"
    return ""


def _values(value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    return [] if value in (None, "") else [value]


def _wrong_id(value: Any) -> str:
    return (
        f"has an id that is text: {value!r}"
        if isinstance(value, str)
        else ("has a record without an id")
    )


FetchPage = Callable[[int], Page]
FetchOne = Callable[[int], Sequence[Record]]
"""The record of a list with this id, if there is one."""


def no_record(_: int) -> Sequence[Record]:
    """For lists whose records do not show that they are on it."""
    return ()


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

    def gaps(self) -> list[int]:
        """The ids between the lowest and the highest one that are not there; none if too many."""
        if not self._blocks:
            return []
        first, last = min(self._blocks), max(self._blocks)
        lowest = first * BLOCK + (self._blocks[first] & -self._blocks[first]).bit_length() - 1
        highest = last * BLOCK + self._blocks[last].bit_length() - 1
        if highest - lowest + 1 - self.count > MAX_GAPS:
            return []
        return [each for each in range(lowest, highest) if not self.has({"id": each})]


def missing(
    fetch: FetchPage, seen: IdSet, total: int, fetch_one: FetchOne = no_record
) -> Iterator[list[Record]]:
    """The records not seen yet, from reading the list again until as many as `total` are; those
    still missing then are requested by the ids between the others.

    They were added at the front meanwhile, were on an incomplete page, or come in no fixed order:
    Laravel's `latest()` leaves open which of several rows of one second is first. Raises
    Incomplete if some are not found.
    """
    futile = 0
    for _ in range(MAX_PASSES):
        if seen.count >= total:
            return
        before, number, last = seen.count, 1, 1
        while number <= last and seen.count < total:
            page = fetch(number)
            yield list(filter(seen.is_new, page.records))
            number, last, total = number + 1, page.last, page.total
        futile = futile + 1 if seen.count == before else 0
        if futile == MAX_FUTILE_PASSES:
            break
    for each in seen.gaps() if seen.count < total else []:
        yield list(filter(seen.is_new, fetch_one(each)))
    if seen.count < total:
        raise Incomplete(
            f"the list could not be read completely: {total - seen.count:,} of {total:,} records "
            "are missing",
            hint="run it again when the list is stable; if this persists, a proxy or cache "
            "changes the server's responses",
        )
