"""Starts or resumes a mailing, in one process at a time, and records its end."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import NamedTuple

from smsgw_cli.api.pacer import Pacer
from smsgw_cli.api.reader import ListReader
from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.job import TaskClient, Throttle
from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages import ledger_mailings
from smsgw_cli.messages.campaign_names import derived
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import earlier_sends, records, spooled_rows, spooled_sends
from smsgw_cli.messages.mailing.adoption import Adoption, Doubt
from smsgw_cli.messages.mailing.identity import digests_of_file
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.part_names import part_name
from smsgw_cli.messages.mailing.pending_sends import PlannedSend
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.mailing.repeat import RepeatRule, partial_repeat
from smsgw_cli.messages.mailing.results import conclude, left
from smsgw_cli.messages.mailing.run import Excluded, MailingRun
from smsgw_cli.messages.mailing.spooled_sends import SpooledSend
from smsgw_cli.messages.mailing.statuses import NOT_SENT
from smsgw_cli.messages.mailing.unknown_sends import UnknownSends
from smsgw_cli.messages.other_ledgers import warn_of_key
from smsgw_cli.messages.reconcile import Reconciler
from smsgw_cli.messages.schedule import MOMENTS
from smsgw_cli.messages.send_locks import SendLocks, mailing_is_running
from smsgw_cli.messages.sender import UnknownPolicy
from smsgw_cli.messages.waves import begin, remaining
from smsgw_cli.messages.waves.records import refuse_without
from smsgw_cli.messages.waves.waves import Waves
from smsgw_cli.model import Record

Progress = Callable[[], AbstractContextManager[Callable[[int, int, str], None]]]
"""Begins to show progress, with a function that takes the number done, the total and the unit."""


def mark_unsent(ledger: Ledger, rule: RepeatRule, mailing: Mailing) -> str:
    """Leave pending what would be sent now, but for sends with an unknown outcome; nothing is
    recorded. Returns how much that is, if it is not all. Raises as `RepeatRule.plan` does."""
    mailing.group()
    if not ledger.path.exists():
        return ""
    identity = mailing.identity
    with ledger.writing() as db:
        earlier = records.newest(db, identity)
    plan = rule.plan(ledger, earlier, mailing)
    if earlier and plan.continues:
        since = records.accepted_since(ledger, earlier, earlier.since)
        earlier_sends.mark_sent(mailing, ledger, since)
    if earlier and (plan.continues or earlier.key == identity.key):
        earlier_sends.mark_sent(mailing, ledger, ledger_mailings.taken(ledger, earlier.prefix))
    pending, rows = mailing.count(NOT_SENT), spooled_rows.count(mailing.spool)
    note = f" ({plan.note})" if plan.note else ""
    return f"left: {pending:,} of {rows:,} rows{note}" if pending < rows else ""


class Mailings(NamedTuple):
    """Mailings through one server.

    `api` reads lists, `clients` creates a client for another thread.
    `note` prints a note, `warn` a warning. `excluded` tells which numbers must not be contacted
    now, and why; `waves` has the waves of a mailing that is sent in some.
    """

    api: ListReader
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
        if mailing.identity.once is not None:
            begin.refuse_single(self.ledger, mailing.identity.once)
        mailing.group()
        if mailing.shard is None:
            records.identify_old(self.ledger, mailing.identity, mailing.file, mailing.spool)
        if self._has_other_text(mailing):
            return
        with self._begun(mailing) as (record, skipped), progress() as show:
            if self.waves is None:
                refuse_without(self.ledger, record)
            doubts = self._adopted(mailing, record, policy.settle)
            run = self._run(mailing, record, policy, workers, show)
            run.skipped, run.doubts = skipped, doubts
            self._conclude(run)
            if error := partial_repeat(self.ledger, record, run.skipped):
                raise error

    def _run(
        self,
        mailing: Mailing,
        record: MailingRecord,
        policy: UnknownPolicy,
        workers: int,
        show: Callable[[int, int, str], None],
    ) -> MailingRun:
        workers = min(workers, max(1, spooled_sends.count(mailing.spool)))
        throttle = Throttle(workers, policy.settle, self.retries)
        engine = Engine(self.clients, self.pacer, throttle)
        unknown = UnknownSends(
            *(mailing.spool, record, self.ledger, self.reconciler, engine, policy.settle),
            self.note,
        )
        return MailingRun(
            *(mailing, record, self.ledger, unknown, engine, policy),
            lambda send: _planned(mailing, record, send),
            *(self.note, show, self.excluded),
            self.waves(record) if self.waves else None,
        )

    def _conclude(self, run: MailingRun) -> None:
        """Carry out a run, and write its files. Raises as `conclude`."""
        try:
            error = run.carry_out()
            if run.waves:
                self._show_left(run.mailing)
            conclude(run.mailing, error)
        finally:
            self._note_written(run.mailing, run.record)

    def _adopted(self, mailing: Mailing, record: MailingRecord, settle: float) -> Sequence[Doubt]:
        """Take what a part without a record here sent from elsewhere; returns what is in doubt."""
        if record.is_read or mailing.shard is None:
            return ()
        adoption = Adoption(
            *(self.api, self.ledger, mailing, mailing.shard, settle),
            *(time.sleep, self.note),
        )
        adoption.find()
        doubts = adoption.take(record)
        if not doubts:
            records.note_read(self.ledger, record)
        return doubts

    def campaigns(self, mailing: Mailing) -> Iterator[Record]:
        """The campaigns so far, in the order of the rows; those of an earlier mailing with the key
        that had another text instead."""
        if mailing.known is None:
            return ledger_mailings.campaigns(self.ledger, spooled_sends.entries(mailing.spool))
        known = ledger_mailings.campaigns(
            self.ledger, ledger_mailings.ids(self.ledger, mailing.known)
        )
        return (each for each in known if each["id"] is not None)

    def _has_other_text(self, mailing: Mailing) -> bool:
        """Whether the key belongs to a mailing with another text; says so, and what that sent."""
        key = mailing.identity.key
        with self.ledger.writing() as db:
            earlier = key and records.with_key(db, key)
        if not earlier or records.has_text(self.ledger, earlier, mailing.identity):
            return False
        begin.refuse_other(earlier, mailing.identity)
        mailing.known = earlier.prefix
        self.warn(
            f"warning: mailing {earlier.id} with the key {key!r} had another text; nothing is sent"
        )
        return True

    @contextmanager
    def _begun(self, mailing: Mailing) -> Iterator[tuple[MailingRecord, int]]:
        """The record of the mailing, new or continued, with its lock held, and the number of rows
        that a new one skips."""
        identity, locks = mailing.identity, SendLocks(self.ledger.path)
        moments = {key: mailing.common[key] for key in MOMENTS if key in mailing.common}
        while True:
            with self.ledger.writing() as db:
                records.refuse_other_division(db, identity)
                earlier = records.newest(db, identity)
            plan = self.rule.plan(self.ledger, earlier, mailing)
            with ExitStack() as lock:
                with self.ledger.writing() as db:
                    if records.newest(db, identity) != earlier:
                        continue  # another process was faster
                    if plan.continues and earlier:
                        locks.hold_mailing(lock, earlier.lock)
                        record = records.resume(db, identity, earlier)
                    else:
                        if earlier and locks.is_held(earlier.lock):
                            raise mailing_is_running()
                        if identity.key and not earlier:
                            warn_of_key(self.ledger.path, identity.key, self.warn)
                        record = records.begin(
                            db, identity, mailing.file, earlier, plan.since, moments
                        )
                        locks.hold_mailing(lock, record.lock)
                self.ledger.mailing = record.prefix
                if plan.note:
                    self.note(plan.note)
                yield record, plan.skipped
                return

    def _show_left(self, mailing: Mailing) -> None:
        """Write the rows that no wave was sent to."""
        columns = mailing.merged.table.columns
        rows = ([row.cells[each] for each in columns] for row in left(mailing))
        command = remaining.command(mailing.file, mailing.identity.once)
        remaining.show(mailing.left_path, command, columns, rows, self.note, self.warn)

    def _note_written(self, mailing: Mailing, record: MailingRecord) -> None:
        """A mended file of rejects is the same mailing."""
        text = mailing.identity.text
        found = [each for path in mailing.written for each in digests_of_file(text, str(path))]
        with suppress(SmsgwError), self.ledger.writing() as db:
            records.add_digests(db, record, found)


def _planned(mailing: Mailing, record: MailingRecord, send: SpooledSend) -> PlannedSend:
    key, body = record.prefix + send.digest, mailing.body(send)
    if mailing.shard is not None:
        body["name"] = part_name(mailing.identity.once or "", mailing.shard, send.digest)
    else:
        body["name"] = derived(body.get("name"), record.started_at, key)
    return PlannedSend(send.id, key, body, send.wave)
