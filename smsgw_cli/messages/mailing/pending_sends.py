"""The pending sends of a pass, a few at a time, to record and to send."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from smsgw_cli.messages.mailing import spooled_sends
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.spooled_sends import MOST_RECIPIENTS, SpooledSend
from smsgw_cli.model import Record

PAGE = 256  # sends read at a time


class PlannedSend(NamedTuple):
    """A send with its number in the spool, its key in the ledger, its body of `/messages/send`, and
    its wave."""

    id: int
    key: str
    body: Record
    wave: int | None = None

    @property
    def numbers(self) -> Sequence[str]:
        """Its recipients."""
        numbers: Sequence[str] = self.body["mobile_numbers"]
        return numbers


class PendingSends:
    """Reads those of a wave, or all, in order, once for the record and once for the job, which runs
    in other threads."""

    def __init__(
        self, spool: Spool, planned: Callable[[SpooledSend], PlannedSend], wave: int | None
    ) -> None:
        self._wave = wave
        self._spool = spool
        self._planned = planned
        self._lock = threading.Lock()
        self._last = 0
        self._to_record: deque[PlannedSend] = deque()
        self._to_send: deque[PlannedSend] = deque()

    def next(self) -> PlannedSend | None:
        """The next one to send."""
        with self._lock:
            return self._to_send.popleft() if self._to_send or self._read_page() else None

    def upto(self, last: int) -> Iterator[PlannedSend]:
        """The next ones to record, up to that with this number in the spool."""
        with self._lock:
            while self._to_record or self._read_page():
                if self._to_record[0].id > last:
                    return
                yield self._to_record.popleft()

    def _read_page(self) -> bool:
        """Whether there are more."""
        page = spooled_sends.pending(self._spool, self._last, PAGE, MOST_RECIPIENTS, self._wave)
        for each in map(self._planned, page):
            self._to_record.append(each)
            self._to_send.append(each)
            self._last = each.id
        return bool(page)
