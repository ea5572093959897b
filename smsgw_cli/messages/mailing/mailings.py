"""Starts or resumes a mailing, in one process at a time, and records its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.job import TaskClient, Throttle
from smsgw_cli.errors import Usage
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import records
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.mailing.results import conclude
from smsgw_cli.messages.mailing.run import MailingRun
from smsgw_cli.messages.reconcile import Reconciler
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.messages.sender import UnknownPolicy
from smsgw_cli.storage.locks import Busy


@dataclass(frozen=True)
class Mailings:
    """Mailings through one server.

    `clients` creates a client for another thread; `note` prints a note.
    """

    ledger: Ledger
    reconciler: Reconciler
    clients: Callable[[], TaskClient]
    pacer: Pacer
    retries: int
    note: Callable[[str], None]

    def carry_out(
        self,
        mailing: Mailing,
        fingerprint: str,
        once: str | None,
        policy: UnknownPolicy,
        workers: int,
        show: Callable[[int, int], None],
    ) -> None:
        """Send what earlier runs did not; the results are in the mailing and its files.

        `fingerprint` is that of `Mailing.fingerprint`; `show` takes the messages with an outcome
        and their total. Raises Usage if another process runs this mailing, else as `conclude`.
        """
        workers = min(workers, max(1, len(mailing.messages)))
        throttle = Throttle(workers, policy.settle, self.retries)
        engine = Engine(self.clients, self.pacer, throttle)
        with self._locked(fingerprint):
            record = records.find_or_begin(self.ledger, fingerprint, mailing.file, once)
            self._note_record(record, mailing, fingerprint)
            run = MailingRun(
                mailing,
                record,
                self.ledger,
                self.reconciler,
                engine,
                policy,
                self.note,
                show,
                fingerprint,
                workers,
            )
            conclude(mailing, run.carry_out())
            records.finish(self.ledger, record)

    def _note_record(self, record: MailingRecord, mailing: Mailing, fingerprint: str) -> None:
        if not record.is_new:
            self.note(f"resuming mailing {record.id}; use --once with a new key to start over")
            return
        for number in records.unfinished(self.ledger, mailing.file, fingerprint):
            self.note(
                f"note: mailing {number} of this file was not finished, but the file or the "
                "options have changed; this is a new mailing"
            )

    @contextmanager
    def _locked(self, fingerprint: str) -> Iterator[None]:
        try:
            with SendLocks(self.ledger.path).held(fingerprint):
                yield
        except Busy:
            raise Usage(
                "this mailing is already running in another process",
                hint="wait for it or stop it, then resume with the same command",
            ) from None
