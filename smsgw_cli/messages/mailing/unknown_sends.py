"""Determines the outcome of unknown sends of a mailing."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from smsgw_cli.engine.engine import Engine
from smsgw_cli.engine.settle_time import sleep_unless_stopped
from smsgw_cli.errors import Interrupted
from smsgw_cli.messages.campaign_search import GRACE
from smsgw_cli.messages.differing import Differing
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED as RECORDED
from smsgw_cli.messages.ledger_entry import Entry
from smsgw_cli.messages.mailing import spooled_sends
from smsgw_cli.messages.mailing.records import MailingRecord
from smsgw_cli.messages.mailing.spool import Spool
from smsgw_cli.messages.mailing.spooled_sends import Ended
from smsgw_cli.messages.mailing.statuses import ACCEPTED, UNKNOWN
from smsgw_cli.messages.reconcile import Reconciler, unknown_outcome
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.storage.locks import POLL
from smsgw_cli.wording import pluralize


@dataclass
class UnknownSends:
    """The sends of a recorded mailing in the spool and the ledger, under its lock; they are left
    alone for `settle_time` seconds. `note` prints a note, `differing` are campaigns that are not as
    requested."""

    spool: Spool
    record: MailingRecord
    ledger: Ledger
    reconciler: Reconciler
    engine: Engine
    settle_time: float
    note: Callable[[str], None]
    differing: Differing = field(default_factory=Differing)

    def settle(self, entries: Sequence[Entry]) -> None:
        """Determine and record the outcomes of these. Raises Interrupted."""
        self.reconciler.settle(entries, self.settle_time, lock=self.record.lock, sleep=self.sleep)

    def reconcile(self, sends: Collection[int]) -> set[int]:
        """Determine the outcomes of these; returns those that were lost, which are pending."""
        self.note(f"no response to {pluralize(len(sends), 'send')}; checking with the server")
        digests = spooled_sends.digests(self.spool, sends)
        keys = {send: self.record.prefix + digest for send, digest in digests.items()}
        self._wait_for_other_processes(keys.values())
        entries = filter(None, map(self.ledger.find, keys.values()))
        self.settle([entry for entry in entries if entry.is_open])
        found = [self._ended(send, self.ledger.find(key)) for send, key in keys.items()]
        spooled_sends.end(self.spool, found)
        return {each.id for each in found if each.status is None}

    def _ended(self, send: int, entry: Entry | None) -> Ended:
        """What the ledger has of a send; nothing if it was refused."""
        if entry is None:
            return Ended(None, None, "", None, send)
        if entry.state == RECORDED:
            self.differing.add(entry.body, entry.campaign)
            campaign = entry.campaign["id"] if entry.campaign else None
            return Ended(ACCEPTED, campaign, "", entry.id, send)
        return Ended(UNKNOWN, None, unknown_outcome(entry.server_message), entry.id, send)

    def _wait_for_other_processes(self, keys: Collection[str]) -> None:
        """Wait while another process sends some of these with the same keys."""
        deadline = time.monotonic() + self.settle_time + GRACE
        while any(map(self._is_elsewhere, keys)) and time.monotonic() < deadline:
            self.sleep(POLL)

    def _is_elsewhere(self, key: str) -> bool:
        entry = self.ledger.find(key)
        if entry is None or entry.lock == self.record.lock or not entry.is_open:
            return False
        return SendLocks(self.ledger.path).is_held(entry.lock)

    def sleep(self, seconds: float) -> None:
        """Wait. Raises Interrupted."""
        if not sleep_unless_stopped(seconds, lambda _: not self.engine.stopping):
            raise Interrupted("stopped")
