"""The pending sends of a pass, a few at a time: those about to be made, and those in flight."""

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from smsgw_cli.messages.mailing import spooled_sends
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.spooled_sends import MOST_RECIPIENTS, SpooledSend
from smsgw_cli.model import Record

PAGE = 256  # sends read at a time


@dataclass(frozen=True)
class PlannedSend:
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
    """Reads those of a wave, or all, in order, once, for the job and for the record, which may run
    in two threads."""

    def __init__(
        self, spool: Spool, planned: Callable[[SpooledSend], PlannedSend], wave: int | None
    ) -> None:
        self._wave = wave
        self._spool = spool
        self._planned = planned
        self._lock = threading.Lock()
        self._ids: list[int] = []
        self._sends: dict[int, PlannedSend] = {}
        self._is_whole = False

    def after(self, number: int) -> PlannedSend | None:
        """The first one after the one with this number in the spool."""
        with self._lock:
            while True:
                for each in islice(self._ids, bisect_right(self._ids, number), None):
                    if each in self._sends:
                        return self._sends[each]
                if self._is_whole:
                    return None
                self._read_page()

    def upto(self, after: int, last: int) -> Iterator[PlannedSend]:
        """Those after a number, up to another one."""
        while (send := self.after(after)) is not None and send.id <= last:
            yield send
            after = send.id

    def forget(self, number: int) -> None:
        """Keep this one no longer: it has an outcome."""
        with self._lock:
            self._sends.pop(number, None)

    def _read_page(self) -> None:
        last = self._ids[-1] if self._ids else 0
        page = spooled_sends.pending(self._spool, last, PAGE, MOST_RECIPIENTS, self._wave)
        self._is_whole = not page
        self._sends |= {each.id: self._planned(each) for each in page}
        kept = (each for each in self._ids[:-1] if each in self._sends)
        self._ids = [*kept, *self._ids[-1:], *(each.id for each in page)]
