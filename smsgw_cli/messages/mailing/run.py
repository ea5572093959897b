"""One run of a mailing: reconciles unknown sends, sends the rest in parallel, retries lost ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from smsgw_cli.engine.engine import Engine
from smsgw_cli.errors import Interrupted, Pending, SmsgwError, Unavailable, Unknown
from smsgw_cli.messages import ledger_mailings
from smsgw_cli.messages.drop_excluded import REASONS, skipped
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.mailing import earlier_sends, records, spooled_rows, spooled_sends
from smsgw_cli.messages.mailing.adoption import Doubt
from smsgw_cli.messages.mailing.job import MailingJob, SendOutcome
from smsgw_cli.messages.mailing.ledger_writer import LedgerRecord
from smsgw_cli.messages.mailing.mailing import Mailing
from smsgw_cli.messages.mailing.pending_sends import PendingSends, PlannedSend
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.mailing.repeat import skipped_note
from smsgw_cli.messages.mailing.results import reason
from smsgw_cli.messages.mailing.spooled_sends import Ended, SpooledSend
from smsgw_cli.messages.mailing.statuses import ACCEPTED, NOT_SENT, PUT_OFF, TOO_LARGE, UNKNOWN
from smsgw_cli.messages.mailing.unknown_sends import UnknownSends
from smsgw_cli.messages.sender import UnknownPolicy, may_pass
from smsgw_cli.messages.waves.waves import Waves
from smsgw_cli.wording import pluralize

Excluded = Callable[[Sequence[str]], Mapping[str, str]]
# What is recorded ahead, at most; the recipients about.
AHEAD, AHEAD_RECIPIENTS = 512, 20_000


@dataclass
class MailingRun:
    """One run of a mailing, under its lock.

    `skipped` is the number of rows that an earlier run had accepted, `doubts` tell which may have
    been sent from elsewhere. `excluded` tells which numbers
    must not be contacted now, and why. `planned` makes a send of one in the spool. `note` prints a
    note; `show` takes the sends with an outcome, their total, and what they are or what is waited
    for. Without `waves` all is one.
    """

    mailing: Mailing
    record: MailingRecord
    ledger: Ledger
    unknown: UnknownSends
    engine: Engine
    policy: UnknownPolicy
    planned: Callable[[SpooledSend], PlannedSend]
    note: Callable[[str], None]
    show: Callable[[int, int, str], None]
    excluded: Excluded
    waves: Waves | None = None
    skipped: int = 0
    doubts: Sequence[Doubt] = ()

    def __post_init__(self) -> None:
        self._ended = self._total = 0
        self._hidden: set[int] = set()
        self._blocked: set[int] = set()

    def carry_out(self) -> SmsgwError | None:
        """Send what earlier runs did not; returns the error that stopped the run, if any."""
        with self.engine.stopped_by_signals():
            error = _error_of(self._reconcile_earlier)
            self._mark_sent()
            if self.mailing.has_pending:
                error = error or _error_of(self._send)
        self.unknown.reconciler.warn_of(self.unknown.differing)
        return error or _error_of(self._finish)

    def _reconcile_earlier(self) -> None:
        """Determine the outcomes that earlier runs left unknown."""
        self.unknown.settle(self.ledger.open_entries(self.record.prefix)[::-1])

    def _mark_sent(self) -> None:
        """Mark what earlier runs sent; the rest is pending."""
        mailing, book, prefix = self.mailing, self.ledger, self.record.prefix
        earlier_sends.mark_sent(mailing, book, ledger_mailings.taken(book, prefix))
        earlier_sends.mark_used(mailing, book, prefix)
        others = records.accepted_since(book, self.record, self.record.since)
        self.skipped += earlier_sends.mark_sent(mailing, book, others)
        for doubt in self.doubts:
            spooled_sends.doubt(mailing.spool, *doubt)
        if self.skipped:
            self.note(skipped_note(self.skipped))
        self._plan_waves()
        if self._is_whole():
            key = self.record.key
            self.note(f"note: every row was already sent with the key {key!r}; none is sent again")

    def _plan_waves(self) -> None:
        """Assign what is pending to the waves."""
        if self.waves and self.mailing.has_pending:
            self.waves.plan(self.mailing.count(NOT_SENT))
            self.mailing.assign(self.waves.left_sizes)

    def _is_whole(self) -> bool:
        return set(spooled_sends.rows_by_status(self.mailing.spool)) == {ACCEPTED}

    def _finish(self) -> None:
        """Record the end, unless rows are left to be sent."""
        if not self.mailing.has_pending:
            is_whole = self._is_whole() and not self.mailing.merged.invalid
            records.finish(self.ledger, self.record, is_whole=is_whole)

    def _send(self) -> None:
        """Send, in waves if there are any. Raises as `_send_all` and `Waves.await_turn` do."""
        if self.waves is None:
            return self._send_until_done(None)
        for wave in self.waves.to_send:
            self.waves.await_turn(wave, self.unknown.sleep, self._show)
            self._send_until_done(wave.number)
            if spooled_sends.has(self.mailing.spool, UNKNOWN, wave.number):
                raise Pending(
                    f"wave {wave.number} cannot be judged: the outcome of sends is unknown"
                )
            self.waves.accept(wave)
        return None

    def _send_until_done(self, wave: int | None) -> None:
        """Send, and then again what was put off or too large. Raises as `_send_all` does."""
        try:
            while spooled_sends.has(self.mailing.spool, None, wave):
                self._send_all(wave)
                self._split()
                self._leave_out()
        finally:
            spooled_sends.reopen(self.mailing.spool, PUT_OFF, TOO_LARGE)

    def _leave_out(self) -> None:
        """Make the sends that were put off pending, without the numbers excluded by now."""
        spool, found = self.mailing.spool, dict[str, set[str]]()
        put_off = spooled_sends.with_status(spool, PUT_OFF)
        spooled_sends.reopen(spool, PUT_OFF)
        for send in spooled_sends.some(spool, put_off):
            excluded = self.excluded(send.numbers)
            for number, why in excluded.items():
                found.setdefault(why, set()).add(number)
            rows = ((spooled_rows.row_of(spool, each, send.text), excluded[each])
                    for each in excluded)  # fmt: skip
            spooled_rows.leave_out(spool, [(row, REASONS[why]) for row, why in rows if row])
        if found:
            self.note(f"note: {skipped(found)}")
        self.mailing.group()

    def _split(self) -> None:
        """Halve the sends that the server finds too large."""
        spool = self.mailing.spool
        for send in spooled_sends.with_status(spool, TOO_LARGE):
            spooled_sends.halve(spool, send)

    def _send_all(self, wave: int | None) -> None:
        """Send what is pending, and retry lost sends. Raises Unavailable if some are still lost."""
        for _ in range(self.policy.retries):
            lost = self._send_once(wave)
            if not lost:
                return
            self.note(f"the server did not accept {pluralize(lost, 'send')}; retrying")
        if lost := self._send_once(wave):
            raise _lost(lost)

    def _send_once(self, wave: int | None) -> int:
        """Send what is pending; returns how many sends were lost. Raises what ends the mailing."""
        self._total = spooled_sends.count(self.mailing.spool)
        self._ended = self._total - spooled_sends.count_pending(self.mailing.spool)
        sends = PendingSends(self.mailing.spool, self.planned, wave)
        record = LedgerRecord(self.ledger, sends, self.record.lock, self._ahead)
        job = MailingJob(sends)
        try:
            result = self.engine.run(job, record, lambda outcomes: self._take(outcomes, record))
        finally:
            spooled_sends.mark_pending(self.mailing.spool, record.unsettled, UNKNOWN)
        if result.error and not isinstance(result.error, Unavailable | Unknown):
            raise result.error
        if result.interrupted:
            raise Interrupted("stopped")
        return self._reconciled({*result.unknown, *record.unsettled}, result.error)

    @property
    def _ahead(self) -> int:
        """How many sends to record beyond the last one taken, at most."""
        most = spooled_sends.most_recipients(self.mailing.spool)
        return max(2, min(AHEAD, AHEAD_RECIPIENTS // most))

    def _reconciled(self, unknown: set[int], error: SmsgwError | None) -> int:
        """Determine the outcomes of these sends, and of those whose campaign is hidden; returns
        how many were lost. Raises `error`, which ended the pass, if the server may go on failing.
        """
        unknown |= self._hidden
        lost = self.unknown.reconcile(sorted(unknown)) if unknown else set()
        blocked = lost & self._blocked
        self._hidden, self._blocked = set(), set()
        if error:  # the server is given up, which says nothing of what is settled by now
            raise _lost(len(lost)) if len(lost) == len(unknown) > 0 else error
        if blocked:
            raise _lost(len(lost))
        return len(lost)

    def _take(self, outcomes: list[SendOutcome], record: LedgerRecord) -> None:
        for each in outcomes:
            self.unknown.differing.add(each.send.body, each.campaign)
            if each.status == ACCEPTED and each.campaign is None:
                self._hidden.add(each.row)
            if each.status == UNKNOWN and not may_pass(each.error):
                self._blocked.add(each.row)
        spooled_sends.end(self.mailing.spool, (_ended(each, record) for each in outcomes))
        self._ended += sum(each.status != NOT_SENT for each in outcomes)
        self._show("campaigns")

    def _show(self, detail: str) -> None:
        self.show(self._ended, self._total, detail)


def _ended(outcome: SendOutcome, record: LedgerRecord) -> Ended:
    status = None if outcome.status == NOT_SENT else outcome.status
    campaign = outcome.campaign["id"] if outcome.campaign else None
    entry = record.ended.pop(outcome.row, None)
    return Ended(status, campaign, reason(outcome.error), entry, outcome.row)


def _lost(count: int) -> Unavailable:
    return Unavailable(
        f"{pluralize(count, 'send was', 'sends were')} lost: the server did not accept them",
        hint="it is safe to run it again",
    )


def _error_of(step: Callable[[], None]) -> SmsgwError | None:
    """Run a step; returns the error that stopped it."""
    try:
        step()
    except KeyboardInterrupt:
        return Interrupted("stopped")
    except SmsgwError as error:
        return error
    return None
