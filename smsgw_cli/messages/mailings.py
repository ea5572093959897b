"""Mailings through one server: begun, or resumed, alone, to their end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.job import TaskClient, Throttle
from smsgw_cli.errors import Usage
from smsgw_cli.messages import mailing_records
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import Mailing
from smsgw_cli.messages.mailing_records import MailingRecord
from smsgw_cli.messages.mailing_results import conclude
from smsgw_cli.messages.mailing_run import MailingRun
from smsgw_cli.messages.outcomes import Reconciler
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.messages.sender import UnknownPolicy
from smsgw_cli.storage.locks import Busy


@dataclass(frozen=True)
class Mailings:
    """Carries mailings out.

    `clients` makes a client for one thread, `note` gets what a person waiting should know.
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
        """Send what was not sent before; the results are in the mailing, and in its files.

        `fingerprint` tells a mailing from others. Raises Usage if it is under way already, what
        stopped it if nothing was sent, else Partial, Unknown or Interrupted.
        """
        workers = min(workers, max(1, len(mailing.letters)))
        throttle = Throttle(workers, policy.settle, self.retries)
        engine = Engine(self.clients, self.pacer, throttle)
        with self._locked(fingerprint):
            begun = mailing_records.begun(self.ledger, fingerprint, mailing.file, once)
            self._tell(begun, mailing, fingerprint)
            run = MailingRun(
                mailing,
                begun,
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
            mailing_records.finish(self.ledger, begun)

    def _tell(self, begun: MailingRecord, mailing: Mailing, fingerprint: str) -> None:
        if not begun.is_new:
            self.note(f"resuming mailing {begun.id}; use --once with a new key to start over")
            return
        for number in mailing_records.unfinished(self.ledger, mailing.file, fingerprint):
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
