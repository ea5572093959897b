"""Reads a complete list with pages in parallel: each record once, and provably all.

The API numbers its pages and sorts newest first (reference, every "List all …"). So a record
created while a list is read moves others to later pages, where they would be read again, and a
deleted one moves others to earlier pages, where they would be missed.

Pages fetched at different times fit together only if the list did not shift in between. The first
page is read alone. Nothing was missed as long as each further page has the same total, no known
record and none newer than the known ones: with an unchanged total, each deleted record was
replaced by a new one at the front, so records only moved to later pages, where they are seen
twice or new ones take their place. A page that violates this is good nevertheless if it was
requested after the one before had come and nothing was deleted in between; all others are
discarded then. Otherwise it is read again alone, and so are those before it, until one starts
with a known record; reading continues from that page.
"""

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from smsgw_cli.api.paging import FetchOne, FetchPage, IdSet, Page, missing, no_record
from smsgw_cli.errors import Incomplete
from smsgw_cli.model import Record

if TYPE_CHECKING:
    from concurrent.futures import Future

RequestPage = Callable[[int], "Future[Page]"]

PAGES_AHEAD = 3  # per reader; fetched pages may wait for a slower one
MAX_EMPTY_PAGES = 100  # consecutive pages; a changing list has a few
REREADS_PER_PAGE = 3
MIN_REREADS = 100


class ParallelReader:
    """Reads a list once.

    `fetch` returns a page by its number, `request` the future of one, of which up to `readers`
    are fetched at once. Of the list only `limit` records are needed, if it is given. `fetch_one`
    gets ids. `total` is the last total from the server, `per_page` the length of a full page (0 if
    unknown), `count` the number of records read, `shifts` the number of detected changes.
    """

    def __init__(
        self,
        fetch: FetchPage,
        request: RequestPage,
        readers: int,
        *,
        fetch_one: FetchOne = no_record,
        limit: int | None = None,
    ) -> None:
        self._fetch = fetch
        self._fetch_one = fetch_one
        self._ahead = _Prefetcher(request, PAGES_AHEAD * readers)
        self._limit = limit
        self._seen = IdSet()
        self._order: Callable[[Record], Any] = lambda _: 0
        self._newest: Any = None  # the greatest value by which the list is sorted
        self._empty_pages = 0
        self._first_total = 0
        self._rereads_left = MIN_REREADS
        self.total = self.per_page = 0
        self.shifts = 0

    @property
    def count(self) -> int:
        return self._seen.count

    def batches(self) -> Generator[list[Record], None, None]:
        """The new records, page by page. The second page is not requested before the first one
        is used up.

        Errors of fetching are raised after the records before. Raises Incomplete at the end if
        the list changed too fast to prove that it is complete, or records are missing.
        """
        try:
            yield from self._in_parallel()
            yield from missing(self._reread, self._seen, self.total, self._fetch_one)
        finally:
            self._ahead.clear()

    def _in_parallel(self) -> Iterator[list[Record]]:
        number, page = 1, self._fetch(1)
        self._first_total = page.total
        self._rereads_left += REREADS_PER_PAGE * page.last
        self.per_page, length = page.per_page, max(1, len(page.records))
        self._order = _order_of(page)
        self._newest = max(map(self._order, page.records), default=None)
        yield self._new(page)
        while page.records and number < page.last:
            number += 1
            following, is_later = self._ahead.page(number, self._last_needed(page, number, length))
            if not self._continues(page, following):
                self._shift()
                if not (is_later and self._follows(page, following)):
                    number, following = self._overlapping(number)
            page = following
            yield self._new(page)

    def _last_needed(self, page: Page, number: int, per_page: int) -> int:
        if self._limit is None:
            return page.last
        return min(page.last, number + (self._limit - self.count - 1) // per_page)

    def _continues(self, page: Page, following: Page) -> bool:
        known = self._newest
        self._newest = max([known, *map(self._order, following.records)])
        return (
            following.total == page.total
            and self._newest == known
            and not any(map(self._seen.has, following.records))
        )

    def _follows(self, page: Page, later: Page) -> bool:
        """Whether no record was deleted between two pages that were read one after the other, or
        they overlap."""
        return later.total >= page.total or self._starts_known(later)

    def _starts_known(self, page: Page) -> bool:
        return bool(page.records) and self._seen.has(page.records[0])

    def _overlapping(self, number: int) -> tuple[int, Page]:
        """The page of this number, or the nearest one before it that starts with a known record."""
        page = self._reread(number)
        while number > 1 and not self._starts_known(page):
            number = max(1, min(number - 1, page.last))
            page = self._reread(number)
        return number, page

    def _shift(self) -> None:
        self.shifts += 1
        self._ahead.clear()
        self._spend()

    def _reread(self, number: int) -> Page:
        self._spend()
        page = self._fetch(number)
        self.total = page.total
        return page

    def _spend(self) -> None:
        if not self._rereads_left:
            raise self._too_fast()
        self._rereads_left -= 1

    def _new(self, page: Page) -> list[Record]:
        self.total = page.total
        new = list(filter(self._seen.is_new, page.records))
        self._empty_pages = 0 if new else self._empty_pages + 1
        if self._empty_pages > MAX_EMPTY_PAGES:
            raise self._without_end() if page.total == self._first_total else self._too_fast()
        return new

    def _without_end(self) -> Incomplete:
        return Incomplete(
            f"the server's list does not end: {self._empty_pages} pages in a row had nothing new",
            hint="its total is wrong",
        )

    def _too_fast(self) -> Incomplete:
        return Incomplete(
            f"the list changed too fast to read all of it: {self.count:,} records were read, "
            f"{self.total:,} were counted",
            hint="run it again when the list is stable",
        )


def _order_of(page: Page) -> Callable[[Record], Any]:
    """The value by which a list is sorted: messages and USSD pulls by when they were sent, others
    by creation, as ids increase (reference, every "List all …")."""
    key = "sent_at" if any("sent_at" in record for record in page.records) else "id"
    kind = str if key == "sent_at" else int
    return lambda record: value if isinstance(value := record.get(key), kind) else kind()


class _Prefetcher:
    """Requests up to `maximum` pages ahead, few at first and after a shift."""

    def __init__(self, request: RequestPage, maximum: int) -> None:
        self._request = request
        self._maximum = maximum
        self._width = min(2, maximum)  # who needs only the beginning causes few requests
        self._pages: dict[int, Future[Page]] = {}

    def page(self, number: int, last: int) -> tuple[Page, bool]:
        """The page, and whether it was requested only now; also requests the pages after it, up
        to the last one."""
        is_later = number not in self._pages
        for ahead in range(number, min(last, number + self._width - 1) + 1):
            if ahead not in self._pages:
                self._pages[ahead] = self._request(ahead)
        self._width = min(2 * self._width, self._maximum)
        return self._pages.pop(number).result(), is_later

    def clear(self) -> None:
        """Discard the requested pages, as they are outdated."""
        for each in self._pages.values():
            each.cancel()
        self._pages.clear()
        self._width = 1
