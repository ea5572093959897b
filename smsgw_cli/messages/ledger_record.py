"""The sends of a mailing in the ledger, begun and ended in groups: what the engine records to."""

from collections.abc import Mapping, Sequence

from smsgw_cli.engine.run import VALID_FOR
from smsgw_cli.messages import ledger
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import NOT_SENT, PATH
from smsgw_cli.messages.mailing_job import PlannedSend, SendOutcome
from smsgw_cli.storage.database import Connection

AHEAD = 4  # sends begun beyond the last one that went out, for each worker
STOPPED = "interrupted while it was sent"


class LedgerRecord:
    """A record of these sends, which are the rows. `lock` names the lock that we hold.

    `open` has the numbers in the ledger of those that were begun and have no outcome yet,
    `elsewhere` are those that another process has begun.
    """

    def __init__(self, book: Ledger, sends: Sequence[PlannedSend], lock: str, workers: int) -> None:
        self._ledger = book
        self._sends = sends
        self._lock = lock
        self.ahead = AHEAD * workers
        self.reserved = 0
        self.open: dict[int, int] = {}
        self.elsewhere: set[int] = set()

    def reserve(self, row: int, outcomes: Sequence[SendOutcome] = ()) -> set[int]:
        """Note outcomes, and begin the sends up to this row; those behind it were never sent."""
        row = min(row, len(self._sends))
        with self._ledger.writing() as db:
            self._end(db, outcomes)
            self._drop(db, row)
            touched_at = ledger.now(VALID_FOR)
            self._touch(db, touched_at)
            for each in range(self.reserved + 1, row + 1):
                self._begin(db, each, touched_at)
        self.reserved = row
        return self.elsewhere

    def note(self, outcomes: Sequence[SendOutcome]) -> None:
        with self._ledger.writing() as db:
            self._end(db, outcomes)

    def unknown(self, rows: Mapping[int, float]) -> None:
        with self._ledger.writing() as db:
            for row in rows.keys() & self.open.keys():
                ledger.finish(db, self.open[row], ledger.UNKNOWN, said=STOPPED)

    @property
    def open_keys(self) -> set[str]:
        """Those that we, or another process, may have sent without having noted how it ended."""
        return {self._sends[row - 1].key for row in self.open.keys() | self.elsewhere}

    def _begin(self, db: Connection, row: int, touched_at: str) -> None:
        send = self._sends[row - 1]
        number = ledger.insert(
            db,
            PATH,
            send.body,
            key=send.key,
            claim=self._lock,
            is_unique=True,
            touched_at=touched_at,
        )
        if number is None:
            self.elsewhere.add(row)
        else:
            self.open[row] = number

    def _touch(self, db: Connection, touched_at: str) -> None:
        """Those that wait may go out later than we thought when they were begun."""
        sql = "UPDATE sends SET touched_at = ? WHERE id = ?"
        db.executemany(sql, [(touched_at, number) for number in self.open.values()])

    def _drop(self, db: Connection, row: int) -> None:
        behind = [each for each in self.open if each > row]
        numbers = [(self.open.pop(each),) for each in behind]
        db.executemany("DELETE FROM sends WHERE id = ?", numbers)

    def _end(self, db: Connection, outcomes: Sequence[SendOutcome]) -> None:
        for each in outcomes:
            state = ledger.REFUSED if each.status == NOT_SENT else each.status
            said = each.error.message if each.error else None
            number = self.open.pop(each.row, None)  # none that was never begun
            if number is not None:
                ledger.finish(db, number, state, each.campaign, said)
