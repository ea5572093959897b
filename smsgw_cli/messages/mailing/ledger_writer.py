"""The engine's record of a mailing: its sends begin and end in the ledger, in groups."""

import time
from collections.abc import Mapping, Sequence

from smsgw_cli.engine.run import VALID_FOR
from smsgw_cli.errors import Contradictory
from smsgw_cli.messages import ledger_writes
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_writes import INTERRUPTED, EndedSend, NewSend
from smsgw_cli.messages.mailing.job import SendOutcome
from smsgw_cli.messages.mailing.pending_sends import PendingSends, PlannedSend
from smsgw_cli.messages.mailing.statuses import ACCEPTED, REFUSED, UNKNOWN
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.storage.database import Connection

# A send is recorded as made by then, so that its record need not be postponed at each group.
AHEAD_OF_VALID = 2  # times VALID_FOR


class LedgerRecord:
    """The record of pending sends, whose numbers are the engine's rows, under the lock `lock`.

    `open` maps rows without an outcome to their numbers in the ledger, `ended` those with one;
    `elsewhere` has the rows whose keys another process has recorded. Every method raises
    SmsgwError if the ledger cannot be used.
    """

    def __init__(self, book: Ledger, sends: PendingSends, lock: str, ahead: int) -> None:
        self._ledger = book
        self._sends = sends
        self._lock = lock
        self.ahead = ahead
        self.reserved = 0
        self.open: dict[int, int] = {}
        self.ended: dict[int, int] = {}
        self.elsewhere: set[int] = set()
        self._sent_by: dict[int, float] = {}

    def reserve(self, row: int, outcomes: Sequence[SendOutcome] = ()) -> set[int]:
        """Record outcomes and the sends up to this row, and delete those after it, in one
        transaction; returns the rows that another process sends."""
        with self._ledger.writing() as db:
            self._end(db, outcomes)
            self._drop(db, row)
            self._postpone(db)
            self._begin(db, [*self._sends.upto(row)])
        self.reserved = row
        return self.elsewhere

    def note(self, outcomes: Sequence[SendOutcome]) -> None:
        """Record outcomes."""
        with self._ledger.writing() as db:
            self._end(db, outcomes)

    def unknown(self, rows: Mapping[int, float]) -> None:
        """Record rows whose request was interrupted."""
        with self._ledger.writing() as db:
            numbers = [self.open[row] for row in rows.keys() & self.open.keys()]
            unknown = (EndedSend(each, UNKNOWN, server_message=INTERRUPTED) for each in numbers)
            ledger_writes.finish(db, unknown)

    @property
    def unsettled(self) -> set[int]:
        """Rows that may have been sent, by any process, without a recorded outcome."""
        return self.open.keys() | self.elsewhere

    def _postpone(self, db: Connection) -> None:
        """Those recorded before may be sent later than assumed then."""
        limit = time.monotonic() + VALID_FOR
        late = [each for each in self.open if self._sent_by[each] < limit]
        ledger_writes.postpone(db, [self.open[each] for each in late], AHEAD_OF_VALID * VALID_FOR)
        self._sent_by |= dict.fromkeys(late, limit + (AHEAD_OF_VALID - 1) * VALID_FOR)

    def _begin(self, db: Connection, sends: Sequence[PlannedSend]) -> None:
        numbers = ledger_writes.begin(
            db,
            [
                NewSend(MESSAGES, each.body, each.key, is_unique=True, wave=each.wave)
                for each in sends
            ],
            lock=self._lock,
            later=AHEAD_OF_VALID * VALID_FOR,
            allowed=self._ledger.allowed,
        )
        found = dict(zip((each.id for each in sends), numbers, strict=True))
        self.open |= {send: number for send, number in found.items() if number is not None}
        self.elsewhere |= {send for send, number in found.items() if number is None}
        self._sent_by |= dict.fromkeys(found, time.monotonic() + AHEAD_OF_VALID * VALID_FOR)

    def _drop(self, db: Connection, row: int) -> None:
        dropped = [each for each in self.open if each > row]
        numbers = [(self.open.pop(each),) for each in dropped]
        db.executemany("DELETE FROM sends WHERE id = ?", numbers)

    def _end(self, db: Connection, outcomes: Sequence[SendOutcome]) -> None:
        for each in outcomes:
            self._sent_by.pop(each.row, None)
        # Others were never recorded.
        recorded = [each for each in outcomes if each.row in self.open]
        self.ended |= {each.row: self.open.pop(each.row) for each in recorded}
        ledger_writes.finish(db, (_ended(each, self.ended[each.row]) for each in recorded))


def _ended(outcome: SendOutcome, number: int) -> EndedSend:
    is_known = outcome.status in (ACCEPTED, UNKNOWN)
    return EndedSend(
        number,
        outcome.status if is_known else REFUSED,
        outcome.campaign,
        outcome.error.message if outcome.error else None,
        isinstance(outcome.error, Contradictory),
    )
