"""New messages as they arrive, each once, whatever their date.

The list is sorted by sending date, so a late arrival is somewhere in the middle, and a message
that enters a status can be old. A message is new if its id was not printed before. If the total
of the list grows by n, n new messages are searched for page by page, mostly on the first page.
Equal numbers of new and deleted messages leave the total unchanged, so the whole list, as far
back as `look_back`, is read from time to time.

A longer `look_back` than before brings back messages that were printed, or older than the cursor.
They are told from late arrivals by their ids: the cursor knows those printed, and the highest when
it began.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from smsgw_cli.api.paging import Page
from smsgw_cli.api.reader import PageReader
from smsgw_cli.campaigns.cursor import Cursor
from smsgw_cli.model import Record
from smsgw_cli.sms.durations import LONGEST
from smsgw_cli.sms.timestamps import day_sent, read_timestamp, sent

MessagesById = dict[int, Record]
Metadata = dict[str, str]

PATH = "messages"
FULL_SCAN_EVERY = 300.0  # seconds until the whole list is read again
FULL_SCAN_SHARE = 10  # but at most 1 / FULL_SCAN_SHARE of the time is spent on that
FORGET_AFTER = timedelta(days=2)  # ids that have been missing from the list for this long
DELETE_AFTER = timedelta(days=35)  # the same; a longer look_back than before finds no more

MOST_OLD = 1_000  # messages of before that are held at a time


class Tail:
    """New messages among those selected by `query`; `cursor` stores what was printed.

    With a new cursor, `since` (UTC) is the first date of interest; without it, existing messages
    are not new. `look_back` is the maximum age of a late arrival.
    """

    def __init__(
        self,
        api: PageReader,
        cursor: Cursor,
        query: Record,
        *,
        since: datetime | None = None,
        look_back: timedelta = timedelta(days=1),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._api = api
        self._cursor = cursor
        self._query = query
        self._look_back = look_back
        self._now = now
        known, first = cursor.metadata("after"), now() - look_back
        if known is None:
            begins = {"since": since.isoformat()} if since else {}
            cursor.note(after=_day(min(first, since or first)), **begins)
        elif known > _day(now()):  # stored while the clock was ahead
            cursor.note(after=_day(first), whole_at="0")

    def new_messages(self) -> Iterator[Record]:
        """Messages since the last call, oldest first.

        A message counts as printed when the next one is requested. Errors of the API are raised
        before the first message.
        """
        found, metadata = self._poll()
        for record in sorted(found.values(), key=lambda each: (sent(each), each["id"])):
            yield record
            self._cursor.add([record], self._today)
        if "after" in metadata:  # the whole list was read: ids missing from it will not return
            now = self._now()
            self._cursor.forget_before(_day(now - FORGET_AFTER), _day(now - DELETE_AFTER))
        self._cursor.note(**metadata)

    def _poll(self) -> tuple[MessagesById, Metadata]:
        """New messages, and the metadata to store once they are printed."""
        total = self._cursor.metadata("total")
        if total is None:
            return self._first_scan()
        if self._cursor.metadata("first_id") is None:  # of a cursor of 0.1.0
            self._cursor.note(first_id=str(self._cursor.highest or self._highest_id()))
        known = self._cursor.metadata("after") or ""
        if known > _day(self._now() - self._look_back):
            return self._full_scan(partial(self._is_late, known))
        if self._now().timestamp() < float(self._cursor.metadata("whole_at") or 0):
            found, counted = self._newest(int(total))
            if found is not None:
                return found, {"total": str(counted)}
        return self._full_scan(lambda record: True)

    def _first_scan(self) -> tuple[MessagesById, Metadata]:
        """The scan of a new cursor, which also stores the highest id of that time."""
        found, metadata = self._full_scan(self._initial_filter())
        return found, {**metadata, "first_id": str(max([*found, self._highest_id()]))}

    def _highest_id(self) -> int:
        """The highest id seen or, as late arrivals are older, among the newest messages."""
        after = _day(self._now() - LONGEST)
        newest = self._api.page(PATH, {**self._query, "after": after}).records
        return max(self._cursor.highest or 0, *(int(each["id"]) for each in newest), 0)

    def _is_late(self, known: str, record: Record) -> bool:
        """Whether a message that was not seen is new, though it may be from before `known`, the
        first day of the earlier readings."""
        day = day_sent(record)
        if day >= known:
            return True
        if day < _day(self._now() - DELETE_AFTER) or self._cursor.has_forgotten(record):
            return False
        return int(record["id"]) > int(self._cursor.metadata("first_id") or 0)

    def _initial_filter(self) -> Callable[[Record], bool]:
        """The predicate that selects the new messages of the first scan."""
        since = self._cursor.metadata("since")
        if since is None:
            return lambda record: False
        first = read_timestamp(since)
        return lambda record: sent(record) >= first

    def _newest(self, before: int) -> tuple[MessagesById | None, int]:
        """New messages from the front of the list, as many as its total has grown.

        None if they are not found there.
        """
        page, number = self._page(1), 1
        total, found = page.total, self._unknown(page)
        while len(found) < total - before and number < page.last and page.records:
            number += 1
            page = self._page(number)
            found |= self._unknown(page)
        return (found if len(found) >= total - before else None), total

    def _full_scan(self, is_new: Callable[[Record], bool]) -> tuple[MessagesById, Metadata]:
        """New messages of the whole list; later readings may start at a later date."""
        started, count = self._now(), 0
        after = _day(started - self._look_back)
        begins = min(self._cursor.metadata("after") or "", after)
        found: MessagesById = {}
        old: list[Record] = []
        for record in self._api.pages(PATH, {**self._query, "after": begins}):
            # The server decides when a day begins: it is assumed only when the date changes.
            count += after == begins or day_sent(record) >= after
            if not self._cursor.has(record, self._today):
                if is_new(record):
                    found[record["id"]] = record
                else:
                    old.append(record)
            if len(old) == MOST_OLD:
                self._cursor.add(old, self._today)
                old.clear()
        self._cursor.add(old, self._today)
        return found, {
            "total": str(count),
            "after": after,
            "whole_at": self._next_full_scan(started),
        }

    def _next_full_scan(self, started: datetime) -> str:
        ended = self._now()
        pause = max(FULL_SCAN_EVERY, FULL_SCAN_SHARE * (ended - started).total_seconds())
        return str(ended.timestamp() + pause)

    @property
    def _today(self) -> str:
        return _day(self._now())

    @property
    def _filters(self) -> Record:
        return {**self._query, "after": self._cursor.metadata("after")}

    def _page(self, number: int) -> Page:
        return self._api.page(PATH, self._filters, number)

    def _unknown(self, page: Page) -> MessagesById:
        return {
            each["id"]: each for each in page.records if not self._cursor.has(each, self._today)
        }


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
