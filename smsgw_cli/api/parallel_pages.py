"""A whole list read with its pages side by side: each record once, none missed, and proven so.

Pages that are fetched at different moments fit together only if the list did not shift between
them. The first page is read alone. As long as each further one counts the same total, holds no
record that was met before, and none that is newer than those, nothing was missed: where the total
stays, a new record came in at the front for each that is gone, so what moved, moved down, and is
met twice; or so far down that new ones stand in its place. A page that shows such a thing is read
again, alone, and those before it, until one begins with a record that was met: there the readings
join, and that page is the first one of what is left.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future

from smsgw_cli.api.paging import IdSet, Page, Record
from smsgw_cli.errors import Partial

Ask = Callable[[int], "Future[Page]"]

PAGES_AHEAD = 4  # for each reader: what it has fetched may wait for one that is slower
AGAIN_FOR_EACH_PAGE = 3
AGAIN_AT_LEAST = 100


class ParallelReader:
    """One reading of a list, `ask` giving its pages by number, several at once.

    `total` is what the server counted last, `count` how many records were met, `shifts` how
    often the list was seen to change.
    """

    def __init__(self, ask: Ask, readers: int) -> None:
        self._ask = ask
        self._ahead = _Ahead(ask, PAGES_AHEAD * readers)
        self._seen = IdSet()
        self._newest = 0
        self._again_left = AGAIN_AT_LEAST
        self.total = 0
        self.shifts = 0

    @property
    def count(self) -> int:
        return self._seen.count

    def batches(self) -> Iterator[list[Record]]:
        """The new records, page by page.

        Raises what fetching raises, after the records before; and Partial in the end if the
        list changed too fast to prove that these are all.
        """
        yield from self._side_by_side()
        yield from self._page_by_page()

    def _side_by_side(self) -> Iterator[list[Record]]:
        number, page = 1, self._ask(1).result()
        self._again_left += AGAIN_FOR_EACH_PAGE * page.last
        yield self._new(page)
        while page.records and number < page.last:
            number += 1
            following = self._ahead.page(number, page.last)
            if not self._goes_on(page, following):
                self.shifts += 1
                self._ahead.forget()
                number, following = self._joining(number)
            page = following
            yield self._new(page)

    def _page_by_page(self) -> Iterator[list[Record]]:
        """What is left out by then: contacts made meanwhile, or pages that were not whole."""
        number = 1
        while self.count < self.total:
            page = self._again(number)
            yield self._new(page)
            number = number + 1 if page.records and number < page.last else 1

    def _goes_on(self, page: Page, following: Page) -> bool:
        known, self._newest = self._newest, max(self._newest, _newest(following))
        return (
            following.total == page.total
            and self._newest == known
            and not any(map(self._seen.has, following.records))
        )

    def _joining(self, number: int) -> tuple[int, Page]:
        """The page of that number, or the nearest before it that goes on where we are."""
        page = self._again(number)
        while number > 1 and not (page.records and self._seen.has(page.records[0])):
            number = max(1, min(number - 1, page.last))
            page = self._again(number)
        return number, page

    def _again(self, number: int) -> Page:
        if not self._again_left:
            raise Partial(
                f"the list changed too fast to read all of it: {self.count:,} records were read, "
                f"{self.total:,} were counted",
                hint="run it again when the list is stable",
            )
        self._again_left -= 1
        return self._ask(number).result()

    def _new(self, page: Page) -> list[Record]:
        self.total = page.total
        self._newest = max(self._newest, _newest(page))
        return list(filter(self._seen.is_new, page.records))


def _newest(page: Page) -> int:
    """The highest id on a page: the API counts them up."""
    ids = (record.get("id") for record in page.records)
    return max((each for each in ids if isinstance(each, int)), default=0)


class _Ahead:
    """Pages asked for before their turn: `most` of them, fewer for a while after a shift."""

    def __init__(self, ask: Ask, most: int) -> None:
        self._ask = ask
        self._most = self._width = most
        self._pages: dict[int, Future[Page]] = {}

    def page(self, number: int, last: int) -> Page:
        """The page; those after it are asked for too, up to the last."""
        for each in range(number, min(last, number + self._width - 1) + 1):
            if each not in self._pages:
                self._pages[each] = self._ask(each)
        self._width = min(2 * self._width, self._most)
        return self._pages.pop(number).result()

    def forget(self) -> None:
        """What was asked for is out of date."""
        for each in self._pages.values():
            each.cancel()
        self._pages.clear()
        self._width = 1
