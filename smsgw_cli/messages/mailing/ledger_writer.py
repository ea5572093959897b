"""The engine's record of a mailing: its sends begin and end in the ledger, in groups."""

from collections.abc import Mapping, Sequence

from smsgw_cli.engine.run import VALID_FOR
from smsgw_cli.errors import Contradictory
from smsgw_cli.messages import ledger
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing.job import PlannedSend, SendOutcome
from smsgw_cli.messages.mailing.mailing import NOT_SENT, PATH
from smsgw_cli.storage.database import Connection

AHEAD = 4  # sends per worker recorded beyond the last one taken
INTERRUPTED = "interrupted while it was sent"


class LedgerRecord:
    """The record of these sends, whose positions are the engine's rows, under the lock `lock`.

    `open` maps rows without an outcome to their numbers in the ledger; `elsewhere` has the rows
    whose keys another process has recorded. Every method raises SmsgwError if the ledger cannot
    be used.
    """

    def __init__(self, book: Ledger, sends: Sequence[PlannedSend], lock: str, workers: int) -> None:
        self._ledger = book
        self._sends = sends
        self._lock = lock
        self.ahead = AHEAD * workers
        self.reserved = 0
        self.open: dict[int, int] = {}
        self.elsewhere: set[int] = set()
        self._ended: set[int] = set()

    def reserve(self, row: int, outcomes: Sequence[SendOutcome] = ()) -> set[int]:
        """Record outcomes and the sends up to this row, and delete those after it, in one
        transaction; returns the rows that another process sends."""
        row = min(row, len(self._sends))
        with self._ledger.writing() as db:
            self._end(db, outcomes)
            self._drop(db, row)
            # Those recorded before may be sent later than assumed then.
            ledger.postpone(db, self.open.values(), VALID_FOR)
            for each in range(self.reserved + 1, row + 1):
                if each not in self._ended:
                    self._begin(db, each)
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
    def open_keys(self) -> set[str]:
        """Keys of sends that may have been made, by any process, without a recorded outcome."""
        return {self._sends[row - 1].key for row in self.open.keys() | self.elsewhere}

    def _begin(self, db: Connection, row: int) -> None:
        send = self._sends[row - 1]
        number = ledger.insert(
            db,
            PATH,
            send.body,
            key=send.key,
            lock=self._lock,
            is_unique=True,
            later=VALID_FOR,
            allowed=self._ledger.allowed,
            wave=send.wave,
        )
        if number is None:
            self.elsewhere.add(row)
        else:
            self.open[row] = number

    def _drop(self, db: Connection, row: int) -> None:
        dropped = [each for each in self.open if each > row]
        numbers = [(self.open.pop(each),) for each in dropped]
        db.executemany("DELETE FROM sends WHERE id = ?", numbers)

    def _end(self, db: Connection, outcomes: Sequence[SendOutcome]) -> None:
        for each in outcomes:
            state = ledger.REFUSED if each.status == NOT_SENT else each.status
            message = each.error.message if each.error else None
            number = self.open.pop(each.row, None)
            if number is None:  # it was never recorded
                self._ended.add(each.row)
            else:
                ledger.finish(
                    db,
                    number,
                    state,
                    each.campaign,
                    message,
                    is_contradictory=isinstance(each.error, Contradictory),
                )
