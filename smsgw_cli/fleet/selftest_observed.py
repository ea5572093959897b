"""A self-test as seen in the server's messages: its statuses, their times, and its arrival."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from smsgw_cli.campaigns.messenger import sim_of
from smsgw_cli.campaigns.plain_reasons import plain_reason
from smsgw_cli.errors import Usage
from smsgw_cli.fleet.selftest import Outcome, SelfTest
from smsgw_cli.model import DELIVERED, FAILED, FINAL, PROCESSED, QUEUED, RECEIVED, SENT, Record
from smsgw_cli.sms import numbers
from smsgw_cli.sms.same_phone import SAME_ENDING, is_same_phone
from smsgw_cli.sms.timestamps import parse_timestamp

REPORT_TIME = 10.0  # seconds after the arrival in which a delivery report is waited for
ROUNDING = 1.0  # seconds: timestamps of the API have whole ones


class Window(NamedTuple):
    """The time between two polls, in seconds since a self-test was started."""

    start: datetime
    since: float
    until: float

    def time_of(self, *stamps: Any) -> float:
        """When something happened that the last poll showed, and the one before did not.

        The clock of a phone may be wrong, and a network may give the time at which it got a text:
        a timestamp counts only if it is from between them.
        """
        for stamp in filter(None, map(parse_timestamp, stamps)):
            seconds = (stamp - self.start).total_seconds()
            if self.since - ROUNDING <= seconds <= self.until + ROUNDING:
                return min(max(seconds, self.since), self.until)
        return self.until


def observed(
    test: SelfTest, records: Iterable[Record], now: datetime, *, reports: bool
) -> SelfTest:
    """The self-test after a poll that showed these messages at `now`, by the server's clock.

    `reports` is whether a delivery report was requested.
    """
    until = max(0.0, (now - test.started_at).total_seconds())
    window = Window(test.started_at, min(test.looked or 0.0, until), until)
    # What was sent first: what arrived has a higher id.
    for record in sorted(filter(test.is_in, records), key=lambda each: int(each["id"])):
        change = _arrived if record.get("status") == RECEIVED else _moved
        test = change(test, record, window)
    outcome = _outcome(test, until, reports=reports) or test.outcome
    return test._replace(looked=until, outcome=outcome)


def given_up(test: SelfTest) -> SelfTest:
    """The self-test when nothing more is waited for."""
    if test.outcome is not None:
        return test
    if test.received is not None:
        return test._replace(outcome=Outcome.OK)
    is_shown = test.campaign is not None or test.message is not None
    return test._replace(outcome=Outcome.MISSING if is_shown else Outcome.UNKNOWN)


def _outcome(test: SelfTest, now: float, *, reports: bool) -> Outcome | None:
    if test.received is None:
        return Outcome.FAILED if test.status == FAILED else None
    is_final = test.status in FINAL or (test.status == SENT and not reports)
    return Outcome.OK if is_final or now - test.received >= REPORT_TIME else None


def _moved(test: SelfTest, record: Record, window: Window) -> SelfTest:
    """With the status of the message that was sent, and when it came to have it."""
    if test.message not in (None, record["id"]):  # the same text, sent again by somebody
        return test
    status = record.get("status")
    changes: Record = {"status": status, "message": record["id"], "reason": _reason(test, record)}
    if test.queued is None and status in (QUEUED, PROCESSED):
        changes["queued"] = window.until
    if test.sent is None and status in (SENT, DELIVERED):
        changes["sent"] = window.time_of(record.get("sent_at"))
    if test.delivered is None and status == DELIVERED:
        changes["delivered"] = window.time_of(record.get("delivered_at"))
    return test._replace(**changes)


def _reason(test: SelfTest, record: Record) -> str | None:
    """Why it failed, unless it arrived or is tried again; that by another SIM is odd."""
    if test.received is not None:
        return test.reason
    if record.get("status") == FAILED:
        return plain_reason(record)
    sim = sim_of(record)
    return None if sim in (None, test.sender.id) else f"it was sent by SIM {sim}"


def _arrived(test: SelfTest, record: Record, window: Window) -> SelfTest:
    if test.received is not None:  # the same text, which came twice
        return test
    received = window.time_of(record.get("delivered_at"), record.get("sent_at"))
    reason = test.reason if test.status != FAILED else None
    oddities = [*filter(None, [reason]), *_oddities(test, record)]
    return test._replace(received=received, reason="; ".join(oddities) or None)


def _oddities(test: SelfTest, record: Record) -> Iterator[str]:
    """Problems with a text that arrived, as far as the server shows them."""
    sim = sim_of(record)
    if sim not in (None, test.receiver.id):
        yield f"it arrived on SIM {sim}"
    shown = str(record.get("from") or "")
    if shown and test.sender.number and not _is_same(test.sender.number, shown):
        yield f"its sender is shown as {shown}"


def _is_same(number: str, shown: str) -> bool:
    """Whether a sender as a phone shows it is this number: some show it as it is dialled at home,
    so there its last digits decide."""
    with suppress(Usage):
        return is_same_phone(number, numbers.e164(shown, any_number=True))
    digits = re.sub(r"\D", "", shown).lstrip("0")
    return len(digits) >= SAME_ENDING and number.endswith(digits)
