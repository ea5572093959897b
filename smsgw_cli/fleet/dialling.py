"""Dials USSD codes through the ledger: each code at most once in 20 hours on a SIM."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from smsgw_cli.errors import Unavailable
from smsgw_cli.fleet.balance_history import BalanceHistory, Dial
from smsgw_cli.fleet.sims import FleetSim
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import Entry
from smsgw_cli.messages.ledger_runs import BALANCE
from smsgw_cli.messages.send_locks import SendLocks, of_key
from smsgw_cli.messages.send_paths import USSD_PULLS
from smsgw_cli.messages.sender import Sender, UnknownPolicy
from smsgw_cli.model import Record
from smsgw_cli.sms.timestamps import format_timestamp, parse_timestamp, read_timestamp
from smsgw_cli.storage.locks import Busy

ONCE_IN = timedelta(hours=20)  # a daily job of cron that starts a little early still dials


class Code(NamedTuple):
    """A code to dial on a SIM."""

    sim: FleetSim
    text: str

    @property
    def body(self) -> Record:
        """That of `/ussd-pulls/send`."""
        return {"sims": [self.sim.id], "ussd_codes": [self.text]}

    @property
    def prefix(self) -> str:
        """That of the keys of its sends; each ends with the time it was dialled at."""
        return f"{BALANCE}{self.sim.id}/{self.text}/"

    def key(self, now: datetime) -> str:
        """The key of a send at this time; see `ledger_runs.having_prefix` for its length."""
        return f"{self.prefix}{now:%y%m%dT%H%M%S}{now.microsecond // 1000:03}"


def dialled_at(entry: Entry) -> datetime | None:
    """When a code was dialled, by the server's clock; None if it did not say so."""
    return parse_timestamp((entry.campaign or {}).get("created_at"))


def _age(entry: Entry, now: datetime) -> timedelta:
    """How long ago it was dialled, by our clock where the server's is unknown."""
    at = dialled_at(entry)
    return now - at if at else datetime.now(UTC) - read_timestamp(entry.started_at)


class Dialler:
    """Dials codes on the SIMs of one server. `note` prints a note."""

    def __init__(
        self,
        sender: Sender,
        ledger: Ledger,
        history: BalanceHistory,
        policy: UnknownPolicy,
        note: Callable[[str], None],
    ) -> None:
        self._sender = sender
        self._ledger = ledger
        self._locks = SendLocks(ledger.path)
        self._history = history
        self._policy = policy
        self._note = note

    def recent(self, code: Code, now: datetime) -> Entry | None:
        """Its last send within ONCE_IN that was not refused, whether it was answered or not."""
        newest = self._ledger.newest_with_prefix(code.prefix)
        return newest if newest and _age(newest, now) < ONCE_IN else None

    def dial(self, code: Code, now: datetime, *, repeat: bool = False) -> str:
        """Dial a code, unless it was within ONCE_IN or `repeat`; returns the key of its send.

        `now` is the server's time. Two processes at once dial once. Raises as `Sender.send` does,
        and Unavailable if another process does not end in time.
        """
        lock = of_key(code.prefix)
        try:
            with self._locks.held(lock, self._note_wait):
                entry = None if repeat else self.recent(code, now)
                key = entry.key if entry and entry.key else code.key(now)
                self._history.begin(Dial(key, code.sim.id, code.text, format_timestamp(now)))
                _, is_new = self._sender.send(USSD_PULLS, code.body, once=key, policy=self._policy)
                if is_new:
                    self._note(f"{code.sim.title}: {code.text} dialed")
                return key
        except Busy:
            raise Unavailable(
                f"{self._locks.holder(lock)} is dialing {code.text} on SIM {code.sim.id}",
                hint="run this again when it has ended",
            ) from None

    def _note_wait(self, holder: str) -> None:
        self._note(f"{holder} is dialing the same code; waiting for it")
