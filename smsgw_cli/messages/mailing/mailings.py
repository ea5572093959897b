"""Starts or resumes a mailing, in one process at a time, and records its end."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.job import TaskClient, Throttle
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import records
from smsgw_cli.messages.mailing.identity import digests_of_file
from smsgw_cli.messages.mailing.mailing import NOT_SENT, Mailing
from smsgw_cli.messages.mailing.merge import MergedMessage
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.mailing.repeat import RepeatRule, partial_repeat
from smsgw_cli.messages.mailing.results import Sent, conclude, sent_before, split_sent
from smsgw_cli.messages.mailing.run import Excluded, MailingRun
from smsgw_cli.messages.other_ledgers import warn_of_key
from smsgw_cli.messages.reconcile import Reconciler
from smsgw_cli.messages.schedule import MOMENTS
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.messages.sender import UnknownPolicy
from smsgw_cli.messages.waves import remaining
from smsgw_cli.messages.waves.records import refuse_without
from smsgw_cli.messages.waves.waves import Waves
from smsgw_cli.storage.locks import Busy

Progress = Callable[[], AbstractContextManager[Callable[[int, int, str], None]]]
"""Begins to show progress, with a function that takes the number done, the total and the unit."""


def unsent(ledger: Ledger, rule: RepeatRule, mailing: Mailing) -> list[MergedMessage]:
    """What would be sent now, but for sends with an unknown outcome; nothing is recorded.

    Raises as `RepeatRule.plan` does.
    """
    if not ledger.path.exists():
        return list(mailing.messages)
    identity = mailing.identity
    with ledger.writing() as db:
        earlier = records.newest(db, identity)
    plan = rule.plan(ledger, earlier, mailing.messages, identity.once)
    sent: Sent = {}
    if earlier and (plan.continues or plan.since):
        sent |= records.accepted_since(ledger, earlier, plan.since or earlier.since)
    if earlier and (plan.continues or earlier.key == identity.once):
        sent |= sent_before(ledger.with_prefix(earlier.prefix))
    left = (split_sent(each, sent)[1] for each in mailing.messages)
    return [each for each in left if each]


@dataclass(frozen=True)
class Mailings:
    """Mailings through one server.

    `clients` creates a client for another thread; `note` prints a note, `warn` a warning.
    `excluded` tells which numbers must not be contacted now, and why; `waves` has the waves of a
    mailing that is sent in some.
    """

    ledger: Ledger
    reconciler: Reconciler
    clients: Callable[[], TaskClient]
    pacer: Pacer
    retries: int
    rule: RepeatRule
    note: Callable[[str], None]
    warn: Callable[[str], None]
    excluded: Excluded
    waves: Callable[[MailingRecord], Waves] | None = None

    def carry_out(
        self,
        mailing: Mailing,
        policy: UnknownPolicy,
        workers: int,
        progress: Progress,
    ) -> None:
        """Send what earlier runs did not; the results are in the mailing and its files.

        Raises Usage as `RepeatRule.plan` does, or if another process runs this mailing, Partial if
        it may have been meant for everybody and was not, else as `conclude`.
        """
        workers = min(workers, max(1, len(mailing.messages)))
        throttle = Throttle(workers, policy.settle, self.retries)
        engine = Engine(self.clients, self.pacer, throttle)
        records.identify_old(self.ledger, mailing.identity, mailing.file, mailing.pairs)
        if self._has_other_text(mailing):
            return
        with self._begun(mailing) as record, progress() as show:
            if self.waves is None:
                refuse_without(self.ledger, record)
            run = MailingRun(
                mailing,
                record,
                self.ledger,
                self.reconciler,
                engine,
                policy,
                self.note,
                show,
                workers,
                self.excluded,
                self.waves(record) if self.waves else None,
            )
            try:
                error = run.carry_out()
                if run.waves:
                    self._show_left(mailing)
                conclude(mailing, error)
            finally:
                self._note_written(mailing, record)
            if error := partial_repeat(self.ledger, record, run.skipped):
                raise error

    def _has_other_text(self, mailing: Mailing) -> bool:
        """Whether the key belongs to a mailing with another text; says so, and what that sent."""
        once = mailing.identity.once
        with self.ledger.writing() as db:
            earlier = once and records.with_key(db, once)
        if not earlier or records.has_text(self.ledger, earlier, mailing.identity):
            return False
        mailing.known = [
            each.campaign for each in self.ledger.with_prefix(earlier.prefix) if each.campaign
        ]
        self.warn(
            f"warning: mailing {earlier.id} with the key {once!r} had another text; nothing is sent"
        )
        return True

    @contextmanager
    def _begun(self, mailing: Mailing) -> Iterator[MailingRecord]:
        """The record of the mailing, new or continued, with its lock held."""
        identity = mailing.identity
        moments = {key: mailing.common[key] for key in MOMENTS if key in mailing.common}
        while True:
            with self.ledger.writing() as db:
                earlier = records.newest(db, identity)
            plan = self.rule.plan(self.ledger, earlier, mailing.messages, identity.once)
            with ExitStack() as lock:
                with self.ledger.writing() as db:
                    if records.newest(db, identity) != earlier:
                        continue  # another process was faster
                    if plan.continues and earlier:
                        self._hold(lock, earlier)
                        record = records.resume(db, identity, earlier)
                    else:
                        self._refuse_running(earlier)
                        if identity.once and not earlier:
                            warn_of_key(self.ledger.path, identity.once, self.warn)
                        record = records.begin(
                            db, identity, mailing.file, earlier, plan.since, moments
                        )
                        self._hold(lock, record)
                if plan.note:
                    self.note(plan.note)
                yield record
                return

    def _show_left(self, mailing: Mailing) -> None:
        """Write the rows that no wave was sent to."""
        columns = mailing.merged.sheet.columns
        messages = (each.message for each in mailing.results if each.status == NOT_SENT)
        rows = (row for each in messages for row in each.rows)
        left = [[row.cells[each] for each in columns] for row in rows]
        command = remaining.command(mailing.file, mailing.identity.once)
        if path := remaining.write(mailing.file, command, columns, left):
            self.note(f"note: who is left is in {path}, to be read")

    def _note_written(self, mailing: Mailing, record: MailingRecord) -> None:
        """A mended file of rejects is the same mailing."""
        text = mailing.identity.text
        found = [each for path in mailing.written for each in digests_of_file(text, str(path))]
        with suppress(SmsgwError), self.ledger.writing() as db:
            records.add_digests(db, record, found)

    def _refuse_running(self, earlier: MailingRecord | None) -> None:
        with ExitStack() as lock:
            if earlier:
                self._hold(lock, earlier)

    def _hold(self, stack: ExitStack, record: MailingRecord) -> None:
        try:
            stack.enter_context(SendLocks(self.ledger.path).held(record.lock))
        except Busy:
            raise Usage(
                "this mailing is already running in another process",
                hint="wait for it or stop it, then resume with the same command",
            ) from None
