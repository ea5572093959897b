"""Reads a complete list with pages in parallel: each record once, provably none missed.

Pages fetched at different times fit together only if the list did not shift in between. The first
page is read alone. Nothing was missed as long as each further page has the same total, no known
record and none newer than the known ones: with an unchanged total, each deleted record was
replaced by a new one at the front, so records only moved to later pages, where they are seen
twice or new ones take their place. A page that violates this is read again alone, and so are
those before it, until one starts with a known record; reading continues from that page.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future

from smsgw_cli.api.paging import IdSet, Page, missing
from smsgw_cli.errors import Incomplete
from smsgw_cli.model import Record

RequestPage = Callable[[int], "Future[Page]"]

PAGES_AHEAD = 4  # per reader; fetched pages may wait for a slower one
REREADS_PER_PAGE = 3
MIN_REREADS = 100


class ParallelReader:
    """Reads a list once; `request` returns the future of a page by number.

    `total` is the last total from the server, `count` the number of records read, `shifts` the
    number of detected changes of the list.
    """

    def __init__(self, request: RequestPage, readers: int) -> None:
        self._request = request
        self._ahead = _Prefetcher(request, PAGES_AHEAD * readers)
        self._seen = IdSet()
        self._newest = 0
        self._rereads_left = MIN_REREADS
        self.total = 0
        self.shifts = 0

    @property
    def count(self) -> int:
        return self._seen.count

    def batches(self) -> Iterator[list[Record]]:
        """The new records, page by page.

        Errors of fetching are raised after the records before. Raises Incomplete at the end if
        the list changed too fast to prove that it is complete, or records are missing.
        """
        yield from self._in_parallel()
        yield from missing(self._reread, self._seen, self.total)

    def _in_parallel(self) -> Iterator[list[Record]]:
        number, page = 1, self._request(1).result()
        self._rereads_left += REREADS_PER_PAGE * page.last
        yield self._new(page)
        while page.records and number < page.last:
            number += 1
            following = self._ahead.page(number, page.last)
            if not self._continues(page, following):
                self.shifts += 1
                self._ahead.clear()
                number, following = self._overlapping(number)
            page = following
            yield self._new(page)

    def _continues(self, page: Page, following: Page) -> bool:
        known, self._newest = self._newest, max(self._newest, _newest(following))
        return (
            following.total == page.total
            and self._newest == known
            and not any(map(self._seen.has, following.records))
        )

    def _overlapping(self, number: int) -> tuple[int, Page]:
        """The page of this number, or the nearest one before it that starts with a known record."""
        page = self._reread(number)
        while number > 1 and not (page.records and self._seen.has(page.records[0])):
            number = max(1, min(number - 1, page.last))
            page = self._reread(number)
        return number, page

    def _reread(self, number: int) -> Page:
        if not self._rereads_left:
            raise Incomplete(
                f"the list changed too fast to read all of it: {self.count:,} records were read, "
                f"{self.total:,} were counted",
                hint="run it again when the list is stable",
            )
        self._rereads_left -= 1
        page = self._request(number).result()
        self.total = page.total
        return page

    def _new(self, page: Page) -> list[Record]:
        self.total = page.total
        self._newest = max(self._newest, _newest(page))
        return list(filter(self._seen.is_new, page.records))


def _newest(page: Page) -> int:
    """The highest id of a page; ids of the API increase."""
    ids = (record.get("id") for record in page.records)
    return max((each for each in ids if isinstance(each, int)), default=0)


class _Prefetcher:
    """Requests up to `maximum` pages ahead, fewer for a while after a shift."""

    def __init__(self, request: RequestPage, maximum: int) -> None:
        self._request = request
        self._maximum = self._width = maximum
        self._pages: dict[int, Future[Page]] = {}

    def page(self, number: int, last: int) -> Page:
        """The page; also requests the pages after it, up to the last one."""
        for ahead in range(number, min(last, number + self._width - 1) + 1):
            if ahead not in self._pages:
                self._pages[ahead] = self._request(ahead)
        self._width = min(2 * self._width, self._maximum)
        return self._pages.pop(number).result()

    def clear(self) -> None:
        """Discard the requested pages, as they are outdated."""
        for each in self._pages.values():
            each.cancel()
        self._pages.clear()
        self._width = 1
