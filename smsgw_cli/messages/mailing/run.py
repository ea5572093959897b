"""One run of a mailing: reconciles unknown sends, sends the rest in parallel, retries lost ones."""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.settle_time import sleep_unless_stopped
from smsgw_cli.errors import Interrupted, Pending, SmsgwError, Unavailable, Unknown
from smsgw_cli.messages.campaign_names import derived
from smsgw_cli.messages.campaign_search import GRACE
from smsgw_cli.messages.drop_excluded import REASONS, skipped
from smsgw_cli.messages.ledger import ACCEPTED as RECORDED
from smsgw_cli.messages.ledger import Entry, Ledger
from smsgw_cli.messages.ledger_runs import DIGEST_LENGTH
from smsgw_cli.messages.mailing import records
from smsgw_cli.messages.mailing.job import MailingJob, PlannedSend, SendOutcome
from smsgw_cli.messages.mailing.ledger_writer import LedgerRecord
from smsgw_cli.messages.mailing.mailing import ACCEPTED, NOT_SENT, UNKNOWN, Mailing, Result
from smsgw_cli.messages.mailing.merge import MergedMessage
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.mailing.repeat import skipped_note
from smsgw_cli.messages.mailing.results import reason, sent_before, split_sent
from smsgw_cli.messages.reconcile import Reconciler, unknown_outcome
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.messages.sender import UnknownPolicy, may_pass
from smsgw_cli.messages.waves.waves import Waves
from smsgw_cli.storage.locks import POLL
from smsgw_cli.wording import pluralize

Excluded = Callable[[Sequence[str]], Mapping[str, str]]


@dataclass
class MailingRun:
    """One run of a mailing, under its lock.

    `skipped` is the number of rows that an earlier run had accepted. `excluded` tells which numbers
    must not be contacted now, and why. `note` prints a note; `show` takes the messages with an
    outcome, their total, and what they are or what is waited for. Without `waves` all is one.
    """

    mailing: Mailing
    record: MailingRecord
    ledger: Ledger
    reconciler: Reconciler
    engine: Engine
    policy: UnknownPolicy
    note: Callable[[str], None]
    show: Callable[[int, int, str], None]
    workers: int
    excluded: Excluded
    waves: Waves | None = None
    skipped: int = 0

    def __post_init__(self) -> None:
        self._sends: list[PlannedSend] = []
        self._put_off: list[PlannedSend] = []
        self._outcomes: dict[str, SendOutcome] = {}
        self._ledger_record = LedgerRecord(self.ledger, (), self.record.lock, self.workers)

    def carry_out(self) -> SmsgwError | None:
        """Send what earlier runs did not; returns the error that stopped the run, if any.

        The results are added to the mailing.
        """
        with self.engine.stopped_by_signals():
            error = _error_of(self._reconcile_earlier)
            self._plan()
            if self._sends:
                error = error or _error_of(self._send)
        self._add_results()
        return error or _error_of(self._finish)

    def _reconcile_earlier(self) -> None:
        """Determine the outcomes that earlier runs left unknown."""
        entries = self.ledger.with_prefix(self.record.prefix)
        self._settle([entry for entry in entries if entry.is_open])

    def _plan(self) -> None:
        """Split the messages into results of earlier runs and sends to make."""
        ours = sent_before(self.ledger.with_prefix(self.record.prefix))
        others = records.accepted_since(self.ledger, self.record, self.record.since)
        self.skipped = len({*self.mailing.pairs} & (others.keys() - ours.keys()))
        if self.skipped:
            self.note(skipped_note(self.skipped))
        left = []
        for message in self.mailing.messages:
            done, rest = split_sent(message, {**others, **ours})
            self.mailing.results += done
            left += [rest] if rest else []
        self._sends = [self._planned(each, wave) for wave, each in self._in_waves(left)]
        if not self._sends and self._is_whole():
            key = self.record.key
            self.note(f"note: every row was already sent with the key {key!r}; none is sent again")

    def _is_whole(self) -> bool:
        return {each.status for each in self.mailing.results} == {ACCEPTED}

    def _finish(self) -> None:
        """Record the end, unless rows are left to be sent."""
        if not self.mailing.count(NOT_SENT):
            is_whole = self._is_whole() and not self.mailing.merged.problems
            records.finish(self.ledger, self.record, is_whole=is_whole)

    def _in_waves(
        self, messages: Sequence[MergedMessage]
    ) -> Iterable[tuple[int | None, MergedMessage]]:
        """Each message with its wave."""
        if self.waves is None or not messages:
            return [(None, each) for each in messages]
        self.waves.plan(sum(len(each.numbers) for each in messages))
        return self.waves.assigned(messages)

    def _planned(self, message: MergedMessage, wave: int | None) -> PlannedSend:
        key, body = self.record.prefix + _digest(message), self.mailing.body(message)
        body["name"] = derived(body.get("name"), self.record.started_at, key)
        return PlannedSend(message, key, body, wave)

    def _send(self) -> None:
        """Send, in waves if there are any. Raises as `_send_all` and `Waves.await_turn` do."""
        if self.waves is None:
            return self._send_until_done(self._sends)
        sends: dict[int | None, list[PlannedSend]] = {}
        for each in self._sends:
            sends.setdefault(each.wave, []).append(each)
        for wave in self.waves.left:
            self.waves.await_turn(wave, self._sleep, self._show)
            self._send_until_done(sends.get(wave.number, ()))
            self._refuse_unknown(wave.number)
            self.waves.accept(wave)
        return None

    def _refuse_unknown(self, wave: int) -> None:
        """Raise Pending if the outcome of a send of a wave is unknown."""
        unknown = (each for each in self._outcomes.values() if each.status == UNKNOWN)
        if any(each.send.wave == wave for each in unknown):
            raise Pending(f"wave {wave} cannot be judged: the outcome of sends is unknown")

    def _send_until_done(self, sends: Sequence[PlannedSend]) -> None:
        """Send, and then again what was put off. Raises as `_send_all` does."""
        while sends:
            self._send_all(sends)
            sends = self._planned_again()

    def _planned_again(self) -> list[PlannedSend]:
        """What was put off, without the numbers that are excluded by now."""
        put_off, self._put_off = {each.key: each for each in self._put_off}, []
        sends = []
        found: dict[str, set[str]] = {}
        for send in put_off.values():
            message, excluded = send.message, self.excluded(send.message.numbers)
            for number, why in excluded.items():
                found.setdefault(why, set()).add(number)
            reasons = {number: REASONS[why] for number, why in excluded.items()}
            if (rest := self.mailing.leave_out(message, reasons)).numbers:
                sends.append(self._planned(rest, send.wave))
        if found:
            self.note(f"note: {skipped(found)}")
        self._sends = [*(each for each in self._sends if each.key not in put_off), *sends]
        return sends

    def _send_all(self, sends: Sequence[PlannedSend]) -> None:
        """Send, and retry lost sends. Raises Unavailable if some are still lost."""
        lost = sends
        for _ in range(self.policy.retries):
            lost = self._send_once(lost)
            if not lost:
                return
            self.note(f"the server did not accept {pluralize(len(lost), 'send')}; retrying")
        if lost := self._send_once(lost):
            raise _lost(lost)

    def _send_once(self, sends: Sequence[PlannedSend]) -> list[PlannedSend]:
        """Send these; returns those that were certainly lost. Raises what ends the mailing."""
        self._ledger_record = LedgerRecord(self.ledger, sends, self.record.lock, self.workers)
        job = MailingJob(sends, lambda message: bool(self.excluded(message.numbers)))
        result = self.engine.run(job, self._ledger_record, self._take)
        self._put_off += job.put_off
        if result.error and not isinstance(result.error, Unavailable | Unknown):
            raise result.error
        if result.interrupted:
            raise Interrupted("stopped")
        unknown = [
            send
            for row, send in enumerate(sends, start=1)
            if row in result.unknown or self._is_hidden(send)
        ]
        blocked = {send.key for send in unknown if not may_pass(self._error_of(send))}
        lost = self._reconcile(unknown) if unknown else []
        if result.error:  # the server is given up, which says nothing of what is settled by now
            raise _lost(lost) if len(lost) == len(unknown) > 0 else result.error
        if any(send.key in blocked for send in lost):
            raise _lost(lost)
        return lost

    def _error_of(self, send: PlannedSend) -> SmsgwError | None:
        outcome = self._outcomes.get(send.key)
        return outcome.error if outcome else None

    def _is_hidden(self, send: PlannedSend) -> bool:
        """Whether the server accepted it without returning its campaign."""
        outcome = self._outcomes.get(send.key)
        return outcome is not None and outcome.status == ACCEPTED and outcome.campaign is None

    def _reconcile(self, sends: Sequence[PlannedSend]) -> list[PlannedSend]:
        """Determine the outcomes of these; returns those that were lost."""
        self.note(f"no response to {pluralize(len(sends), 'send')}; checking with the server")
        self._wait_for_other_processes(sends)
        entries = filter(None, (self.ledger.find(send.key) for send in sends))
        self._settle([entry for entry in entries if entry.is_open])
        for send in sends:
            self._outcomes[send.key] = _outcome(send, self.ledger.find(send.key))
        return [send for send in sends if self._outcomes[send.key].status == NOT_SENT]

    def _settle(self, entries: Sequence[Entry]) -> None:
        self.reconciler.settle(
            entries, self.policy.settle, lock=self.record.lock, sleep=self._sleep
        )

    def _wait_for_other_processes(self, sends: Sequence[PlannedSend]) -> None:
        """Wait while another process sends some of these with the same keys."""
        deadline = time.monotonic() + self.policy.settle + GRACE
        while any(map(self._is_elsewhere, sends)) and time.monotonic() < deadline:
            self._sleep(POLL)

    def _is_elsewhere(self, send: PlannedSend) -> bool:
        entry = self.ledger.find(send.key)
        if entry is None or entry.lock == self.record.lock or not entry.is_open:
            return False
        return SendLocks(self.ledger.path).is_held(entry.lock)

    def _sleep(self, seconds: float) -> None:
        if not sleep_unless_stopped(seconds, lambda _: not self.engine.stopping):
            raise Interrupted("stopped")

    def _take(self, outcomes: list[SendOutcome]) -> None:
        self._outcomes |= {each.send.key: each for each in outcomes}
        self._show("campaigns")

    def _show(self, detail: str) -> None:
        total = max(len(self.mailing.messages), len(self._sends))
        self.show(total - len(self._sends) + len(self._outcomes), total, detail)

    def _add_results(self) -> None:
        """Add the outcome of each send; unknown if the run stopped before its response."""
        open_keys = self._ledger_record.open_keys
        for send in self._sends:
            outcome = self._outcomes.get(send.key) or SendOutcome(0, send, NOT_SENT)
            status, message = outcome.status, reason(outcome.error)
            if status == NOT_SENT and send.key in open_keys:
                status = UNKNOWN
            self.mailing.results.append(Result(send.message, status, outcome.campaign, message))
        self.reconciler.warn_of_differences(
            (each.send.body, each.campaign) for each in self._outcomes.values()
        )


def _lost(sends: Sequence[PlannedSend]) -> Unavailable:
    return Unavailable(
        f"{pluralize(len(sends), 'send was', 'sends were')} lost: the server did not accept them",
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


def _outcome(send: PlannedSend, entry: Entry | None) -> SendOutcome:
    """The outcome of a send, from the ledger's entry with its key; None if it was refused."""
    if entry is None:
        return SendOutcome(0, send, NOT_SENT)
    if entry.state == RECORDED:
        return SendOutcome(0, send, ACCEPTED, entry.campaign or {"id": None, "name": entry.name})
    return SendOutcome(0, send, UNKNOWN, error=Unknown(unknown_outcome(entry.server_message)))


def _digest(message: MergedMessage) -> str:
    content = json.dumps([list(message.numbers), message.text]).encode()
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]
