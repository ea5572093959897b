"""The engine's record of a mailing: its sends begin and end in the ledger, in groups."""

from collections.abc import Mapping, Sequence

from smsgw_cli.engine.run import VALID_FOR
from smsgw_cli.errors import Contradictory
from smsgw_cli.messages import ledger
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing.job import SendOutcome
from smsgw_cli.messages.mailing.pending_sends import PendingSends, PlannedSend
from smsgw_cli.messages.mailing.statuses import ACCEPTED, UNKNOWN
from smsgw_cli.messages.send_paths import MESSAGES
from smsgw_cli.storage.database import Connection

AHEAD = 4  # sends per worker recorded beyond the last one taken
INTERRUPTED = "interrupted while it was sent"


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

    def reserve(self, row: int, outcomes: Sequence[SendOutcome] = ()) -> set[int]:
        """Record outcomes and the sends up to this row, and delete those after it, in one
        transaction; returns the rows that another process sends."""
        with self._ledger.writing() as db:
            self._end(db, outcomes)
            self._drop(db, row)
            # Those recorded before may be sent later than assumed then.
            ledger.postpone(db, self.open.values(), VALID_FOR)
            for send in self._sends.upto(self.reserved, row):
                self._begin(db, send)
        self.reserved = row
        return self.elsewhere

    def note(self, outcomes: Sequence[SendOutcome]) -> None:
        """Record outcomes."""
        with self._ledger.writing() as db:
            self._end(db, outcomes)

    def unknown(self, rows: Mapping[int, float]) -> None:
        """Record rows whose request was interrupted."""
        with self._ledger.writing() as db:
            for row in rows.keys() & self.open.keys():
                ledger.finish(db, self.open[row], ledger.UNKNOWN, server_message=INTERRUPTED)

    @property
    def unsettled(self) -> set[int]:
        """Rows that may have been sent, by any process, without a recorded outcome."""
        return self.open.keys() | self.elsewhere

    def _begin(self, db: Connection, send: PlannedSend) -> None:
        number = ledger.insert(
            db,
            MESSAGES,
            send.body,
            key=send.key,
            lock=self._lock,
            is_unique=True,
            later=VALID_FOR,
            allowed=self._ledger.allowed,
        )
        if number is None:
            self.elsewhere.add(send.id)
        else:
            self.open[send.id] = number

    def _drop(self, db: Connection, row: int) -> None:
        dropped = [each for each in self.open if each > row]
        numbers = [(self.open.pop(each),) for each in dropped]
        db.executemany("DELETE FROM sends WHERE id = ?", numbers)

    def _end(self, db: Connection, outcomes: Sequence[SendOutcome]) -> None:
        for each in outcomes:
            self._sends.forget(each.row)
            number = self.open.pop(each.row, None)
            if number is None:  # it was never recorded
                continue
            self.ended[each.row] = number
            ledger.finish(
                db,
                number,
                each.status if each.status in (ACCEPTED, UNKNOWN) else ledger.REFUSED,
                each.campaign,
                each.error.message if each.error else None,
                is_contradictory=isinstance(each.error, Contradictory),
            )
