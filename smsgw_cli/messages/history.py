"""The ledger for display: sends with recipients and state, and their deletion."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from heapq import nsmallest
from typing import Protocol

from smsgw_cli.errors import Usage
from smsgw_cli.messages import ledger_removal
from smsgw_cli.messages.campaign_match import differences
from smsgw_cli.messages.ledger import Ledger
from smsgw_cli.messages.ledger_entry import ACCEPTED, SENDING, STATES, UNKNOWN, Entry
from smsgw_cli.messages.send_locks import SendLocks
from smsgw_cli.messages.send_paths import USSD_PULLS
from smsgw_cli.model import Record
from smsgw_cli.sms.times import past
from smsgw_cli.sms.timestamps import format_timestamp


class Settler(Protocol):
    """Asks a server about a send; never sends. See `Sender.settle`."""

    def settle(self, entry: Entry, seconds: float) -> Entry: ...


class History:
    """The sends to one server. Raises what the ledger raises."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._locks = SendLocks(ledger.path)

    def all(self, states: Collection[str] | None = None) -> Iterator[Record]:
        """Every send, or those with one of these states, newest first."""
        recorded = {*states, SENDING} if states and UNKNOWN in states else states
        found = map(self._summary, self._ledger.entries(recorded or STATES))
        return (each for each in found if not states or each["state"] in states)

    def get(self, number: int) -> Record:
        """A send with its body, and how its campaign differs from that. Raises NotFound."""
        entry = self._ledger.get(number)
        different = differences(entry.body, entry.campaign or {})
        return {**self._summary(entry), "differences": different}

    def settle(self, numbers: Iterable[int], seconds: float, settler: Settler) -> Iterator[Record]:
        """These sends, or all with an unknown outcome or campaign, after asking the server."""
        named = [self._ledger.get(number) for number in numbers]
        for entry in named or self._ledger.open_entries():
            yield self._summary(settler.settle(entry, seconds) if entry.is_open else entry)

    def unknown(self) -> list[int]:
        """The sends whose outcome is unknown, newest first; a mailing under way settles its own."""
        if not self._ledger.path.exists():
            return []
        is_held, entries = cache(self._locks.is_held), self._ledger.open_entries()
        return [each.id for each in entries if each.state != ACCEPTED and not is_held(each.lock)]

    def before(self, text: str, *, with_unknown: bool) -> Sequence[int]:
        """The sends that began before a time such as `2031-01-01` or `400d` (ago). Raises Usage."""
        time = format_timestamp(past(text, datetime.now(UTC)))
        return ledger_removal.started_before(self._ledger, time, with_unknown=with_unknown)

    def refuse_in_progress(self, numbers: Iterable[int]) -> None:
        """Raise Usage if one of these sends is in progress, and NotFound if one is not there."""
        for number, state, lock in ledger_removal.states(self._ledger, numbers):
            if state == SENDING and self._locks.is_held(lock):
                raise Usage(f"send {number} is in progress", hint="wait until it is finished")

    def first_keys(self, numbers: Iterable[int], most: int) -> list[str]:
        """The first keys that become free if these records are deleted."""
        return nsmallest(most, set(ledger_removal.keys(self._ledger, numbers)))

    def remove(self, numbers: Sequence[int], *, keeps_keys: bool) -> None:
        """Delete these records; keys that are not kept can be used again."""
        ledger_removal.remove(self._ledger, numbers, keeps_keys=keeps_keys)
        if numbers and keeps_keys:
            ledger_removal.compact(self._ledger)

    def _summary(self, entry: Entry) -> Record:
        campaign = entry.campaign or {}
        return {
            "id": entry.id,
            "key": entry.key,
            "kind": "USSD pull" if entry.path == USSD_PULLS else "message",
            "state": self._state(entry),
            "campaign": campaign.get("id"),
            "recipients": recipients(entry.body),
            "started_at": entry.started_at,
            "ended_at": entry.ended_at,
            "allowed": entry.allowed,
            "wave": entry.wave,
            "name": entry.name,
            "said": entry.server_message,
            "body": entry.body,
        }

    def _state(self, entry: Entry) -> str:
        """The state: `unknown` for a send in progress whose process is gone."""
        is_dead = entry.state == SENDING and not self._locks.is_held(entry.lock)
        return UNKNOWN if is_dead else entry.state


def recipients(body: Record) -> str:
    """A summary of the recipients: `+12025550123`, `3 numbers, list 5`, `*123#`."""
    numbers = body.get("mobile_numbers") or body.get("ussd_codes") or []
    lists = body.get("contact_lists") or []
    noun = "codes" if body.get("ussd_codes") else "numbers"
    shown = [f"{len(numbers)} {noun}"] if len(numbers) > 1 else list(map(str, numbers))
    return ", ".join([*shown, *(f"list {each}" for each in lists)])
