"""A mailing carried out: its messages sent in parallel, each once; one cut short is resumed."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.reconcile import sleep_unless_stopped
from smsgw_cli.errors import Interrupted, SmsgwError, Unavailable, Unknown
from smsgw_cli.messages.campaign_names import derived
from smsgw_cli.messages.ledger import ACCEPTED as NOTED
from smsgw_cli.messages.ledger import DIGEST_LENGTH, Entry, Ledger
from smsgw_cli.messages.ledger_record import LedgerRecord
from smsgw_cli.messages.mailing import ACCEPTED, NOT_SENT, UNKNOWN, Mailing, Result
from smsgw_cli.messages.mailing_job import MailingJob, PlannedSend, SendOutcome
from smsgw_cli.messages.mailing_records import MailingRecord
from smsgw_cli.messages.mailing_results import reason, sent_before, split_sent
from smsgw_cli.messages.merge import MergedMessage
from smsgw_cli.messages.outcomes import Reconciler, could_not_tell
from smsgw_cli.messages.reconcile import MOMENT
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.messages.sender import UnknownPolicy
from smsgw_cli.storage.locks import POLL
from smsgw_cli.wording import pluralize


@dataclass
class MailingRun:
    """One run of a mailing; `lock` names the lock on it that we hold.

    `note` gets what a person waiting should know, `show` how many messages have their outcome,
    and how many there are.
    """

    mailing: Mailing
    begun: MailingRecord
    ledger: Ledger
    reconciler: Reconciler
    engine: Engine
    policy: UnknownPolicy
    note: Callable[[str], None]
    show: Callable[[int, int], None]
    lock: str
    workers: int

    def __post_init__(self) -> None:
        self._sends: list[PlannedSend] = []
        self._outcomes: dict[str, SendOutcome] = {}
        self._record = LedgerRecord(self.ledger, (), self.lock, self.workers)

    def carry_out(self) -> SmsgwError | None:
        """Send what was not sent before: what stopped that. The results are in the mailing."""
        with self.engine.stopped_by_signals():
            error = _stopped(self._settle_earlier)
            self._plan()
            if self._sends:
                error = error or _stopped(self._send)
        self._note_results()
        return error

    def _settle_earlier(self) -> None:
        """Ask what became of what earlier runs left unknown."""
        entries = self.ledger.under(self.begun.prefix)
        self._settle([entry for entry in entries if entry.is_open])

    def _plan(self) -> None:
        """What is to be sent yet; what was sent before is noted."""
        sent = sent_before(self.ledger.under(self.begun.prefix))
        for message in self.mailing.letters:
            done, left = split_sent(message, sent)
            self.mailing.results += done
            if left:
                self._sends.append(self._planned(left))
        if not self._sends and {each.status for each in self.mailing.results} == {ACCEPTED}:
            key = self.begun.prefix.removesuffix("/")
            self.note(f"note: every row was already sent with the key {key!r}; none is sent again")

    def _planned(self, message: MergedMessage) -> PlannedSend:
        key, body = self.begun.prefix + _digest(message), self.mailing.body(message)
        body["name"] = derived(body.get("name"), self.begun.started_at, key)
        return PlannedSend(message, key, body)

    def _send(self) -> None:
        """Send, and send again what was lost on its way, as often as that may be."""
        lost = self._sends
        for _ in range(self.policy.retries):
            lost = self._left_of(lost)
            if not lost:
                return
            self.note(f"the server did not take {pluralize(len(lost), 'send')}; sending again")
        if lost := self._left_of(lost):
            raise _lost(lost)

    def _left_of(self, sends: Sequence[PlannedSend]) -> list[PlannedSend]:
        """Send these: those that were surely lost. Raises what ends the mailing."""
        self._record = LedgerRecord(self.ledger, sends, self.lock, self.workers)
        result = self.engine.run(MailingJob(sends), self._record, self._shown)
        if result.error and not isinstance(result.error, Unavailable | Unknown):
            raise result.error
        if result.interrupted:
            raise Interrupted("stopped")
        unsettled = [
            send
            for row, send in enumerate(sends, start=1)
            if row in result.unknown or self._is_hidden(send)
        ]
        lost = self._reconciled(unsettled) if unsettled else []
        if result.error:  # the server is given up, which says nothing of what is settled by now
            raise _lost(lost) if len(lost) == len(unsettled) > 0 else result.error
        return lost

    def _is_hidden(self, send: PlannedSend) -> bool:
        """Whether it was accepted without saying as which campaign."""
        outcome = self._outcomes.get(send.key)
        return outcome is not None and outcome.status == ACCEPTED and outcome.campaign is None

    def _reconciled(self, sends: Sequence[PlannedSend]) -> list[PlannedSend]:
        """Find out what became of these: those that were lost."""
        self.note(f"{pluralize(len(sends), 'send has', 'sends have')} no answer; asking the server")
        self._wait_for_others(sends)
        entries = filter(None, (self.ledger.find(send.key) for send in sends))
        self._settle([entry for entry in entries if entry.is_open])
        for send in sends:
            self._outcomes[send.key] = _outcome(send, self.ledger.find(send.key))
        return [send for send in sends if self._outcomes[send.key].status == NOT_SENT]

    def _settle(self, entries: Sequence[Entry]) -> None:
        self.reconciler.settle(entries, self.policy.settle, lock=self.lock, sleep=self._sleep)

    def _wait_for_others(self, sends: Sequence[PlannedSend]) -> None:
        """Give another process that sends some of these under the same key the time to."""
        deadline = time.monotonic() + self.policy.settle + MOMENT
        while any(map(self._is_elsewhere, sends)) and time.monotonic() < deadline:
            self._sleep(POLL)

    def _is_elsewhere(self, send: PlannedSend) -> bool:
        entry = self.ledger.find(send.key)
        if entry is None or entry.claim == self.lock or not entry.is_open:
            return False
        return SendLocks(self.ledger.path).is_held(entry.claim)

    def _sleep(self, seconds: float) -> None:
        if not sleep_unless_stopped(seconds, lambda _: not self.engine.stopping):
            raise Interrupted("stopped")

    def _shown(self, outcomes: list[SendOutcome]) -> None:
        self._outcomes |= {each.send.key: each for each in outcomes}
        total = len(self.mailing.letters)
        self.show(total - len(self._sends) + len(self._outcomes), total)

    def _note_results(self) -> None:
        """What became of each send, that of some being unknown where we stopped before the end."""
        open_keys = self._record.open_keys
        for send in self._sends:
            outcome = self._outcomes.get(send.key) or SendOutcome(0, send, NOT_SENT)
            status, why = outcome.status, reason(outcome.error)
            if status == NOT_SENT and send.key in open_keys:
                status = UNKNOWN
            self.mailing.results.append(Result(send.message, status, outcome.campaign, why))


def _lost(sends: Sequence[PlannedSend]) -> Unavailable:
    return Unavailable(
        f"{pluralize(len(sends), 'send was', 'sends were')} lost on the way: "
        "the server did not accept them",
        hint="it is safe to run it again",
    )


def _stopped(step: Callable[[], None]) -> SmsgwError | None:
    """Carry a step out: what stopped it."""
    try:
        step()
    except KeyboardInterrupt:
        return Interrupted("stopped")
    except SmsgwError as error:
        return error
    return None


def _outcome(send: PlannedSend, entry: Entry | None) -> SendOutcome:
    """What became of a send, by what is in the ledger under its key but for refused ones."""
    if entry is None:
        return SendOutcome(0, send, NOT_SENT)
    if entry.state == NOTED:
        return SendOutcome(0, send, ACCEPTED, entry.campaign or {"id": None, "name": entry.name})
    return SendOutcome(0, send, UNKNOWN, error=Unknown(could_not_tell(entry.said)))


def _digest(message: MergedMessage) -> str:
    said = json.dumps([list(message.numbers), message.text]).encode()
    return hashlib.sha256(said).hexdigest()[:DIGEST_LENGTH]
