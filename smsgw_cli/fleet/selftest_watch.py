"""Waits for the texts of self-tests: one small list per poll shows what was sent and arrived."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from smsgw_cli.api.newer import uncached
from smsgw_cli.api.reader import PageReader
from smsgw_cli.campaigns.plain_reasons import plain_reason
from smsgw_cli.campaigns.watch import pause
from smsgw_cli.errors import Unavailable, Usage
from smsgw_cli.fleet.selftest import Outcome, SelfTest
from smsgw_cli.model import (
    DELIVERED,
    FAILED,
    FINAL,
    PROCESSED,
    QUEUED,
    RECEIVED,
    SENT,
    Record,
)
from smsgw_cli.sms import numbers
from smsgw_cli.sms.same_phone import is_same_phone
from smsgw_cli.sms.timestamps import parse_timestamp

REPORT_TIME = 10.0  # seconds after the arrival in which a delivery report is waited for
ROUNDING = 1.0  # seconds: timestamps of the API have whole ones
_SIM = re.compile(r"sim #(\d+)", re.IGNORECASE)


class Window(NamedTuple):
    """The time between two polls, in seconds since a self-test was started."""

    start: datetime
    since: float
    until: float

    def time_of(self, *stamps: Any) -> float:
        """When something happened that the last poll showed, and the one before did not.

        The clock of a phone may be wrong: a timestamp counts only if it is from between them.
        """
        for stamp in filter(None, map(parse_timestamp, stamps)):
            seconds = (stamp - self.start).total_seconds()
            if self.since - ROUNDING <= seconds <= self.until + ROUNDING:
                return min(max(seconds, self.since), self.until)
        return self.until


class SelfTestWatch:
    """Waits for self-tests; `tests` are as of the last poll.

    `save` records each change, `now` is the server's time, `reports` whether delivery reports were
    requested. Changes of `tests` by others are not seen.
    """

    def __init__(
        self,
        api: PageReader,
        tests: Iterable[SelfTest],
        save: Callable[[SelfTest], None],
        now: Callable[[], datetime],
        *,
        reports: bool = True,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.tests = list(tests)
        self.silence: Unavailable | None = None  # why the last poll has shown nothing
        self._api = api
        self._save = save
        self._now = now
        self._polled: dict[str, float] = {}
        self._is_last = FINAL if reports else FINAL | {SENT}
        self._clock = clock
        self._sleep = sleep

    @property
    def may_change(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._open)

    def steps(self, timeout: float) -> Iterator[Sequence[SelfTest]]:
        """The self-tests after each poll, until each has an outcome or `timeout` seconds passed.

        Then those that were not received have that outcome, unless the server was unavailable.
        """
        started = self._clock()
        while True:
            self._poll()
            yield self.tests
            passed = self._clock() - started
            if passed >= timeout or all(each.outcome for each in self.tests):
                break
            self._sleep(min(pause(passed), timeout - passed))
        if not self.silence:
            self._keep([_given_up(each) for each in self.tests])

    @property
    def _open(self) -> list[SelfTest]:
        """Those whose text may still arrive; those that have ended so are not waited for."""
        may_arrive = (None, Outcome.MISSING, Outcome.UNKNOWN)
        return [each for each in self.tests if each.outcome in may_arrive]

    def _poll(self) -> None:
        records: list[Record] = []
        self.silence = None
        try:
            for run in dict.fromkeys(each.run for each in self._open):
                records += self._read(run)
        except Unavailable as error:
            self.silence = error
        else:
            waiting = {each.nonce for each in self._open}
            self._keep([self._seen(each, records) if each.nonce in waiting else each
                        for each in self.tests])  # fmt: skip

    def _read(self, run: str) -> list[Record]:
        """All messages with nonces of a run, sent and received."""
        found = list(self._api.pages("messages", {"message": run, **uncached()}))
        lost = [each for each in self._open if each.run == run and each.campaign]
        lost = [each for each in lost if not any(map(each.is_in, found))]
        sent = [record for each in lost for record in self._page(campaign=each.campaign)]
        # A server that filters by something else than a part of the text.
        received = self._page(statuses=[RECEIVED]) if sent else []
        return [*found, *sent, *received]

    def _page(self, **query: Any) -> list[Record]:
        return self._api.page("messages", {**query, **uncached()}).records

    def _seen(self, test: SelfTest, records: Iterable[Record]) -> SelfTest:
        until = max(0.0, (self._now() - test.started_at).total_seconds())
        window = Window(test.started_at, self._polled.get(test.nonce, 0.0), until)
        self._polled[test.nonce] = until
        for record in filter(test.is_in, records):
            seen = _arrived if record.get("status") == RECEIVED else _moved
            test = seen(test, record, window)
        return replace(test, outcome=self._outcome(test, until) or test.outcome)

    def _outcome(self, test: SelfTest, now: float) -> Outcome | None:
        if test.received is None:
            return Outcome.FAILED if test.status == FAILED else None
        is_over = test.status in self._is_last or now - test.received >= REPORT_TIME
        return Outcome.OK if is_over else None

    def _keep(self, tests: list[SelfTest]) -> None:
        for before, after in zip(self.tests, tests, strict=True):
            if before != after:
                self._save(after)
        self.tests = tests


def _moved(test: SelfTest, record: Record, window: Window) -> SelfTest:
    """With the status of the message that was sent, and when it came to have it."""
    if test.message not in (None, record["id"]):  # the same text, sent again by somebody
        return test
    status = record.get("status")
    changes: Record = {"status": status, "message": record["id"]}
    if test.queued is None and status in (QUEUED, PROCESSED):
        changes["queued"] = window.until
    if test.sent is None and status in (SENT, DELIVERED):
        changes["sent"] = window.time_of(record.get("sent_at"))
    if test.delivered is None and status == DELIVERED:
        changes["delivered"] = window.time_of(record.get("delivered_at"))
    if status == FAILED and test.received is None:
        changes["reason"] = plain_reason(record)
    return replace(test, **changes)


def _arrived(test: SelfTest, record: Record, window: Window) -> SelfTest:
    if test.received is not None:  # the same text, which came twice
        return test
    received = window.time_of(record.get("delivered_at"), record.get("sent_at"))
    return replace(test, received=received, reason="; ".join(_oddities(test, record)) or None)


def _oddities(test: SelfTest, record: Record) -> Iterator[str]:
    """What is not as it should be with a text that arrived, as far as the server tells."""
    sim = _SIM.fullmatch(str(record.get("messenger")))
    if sim and int(sim[1]) != test.receiver.id:
        yield f"it arrived on SIM {sim[1]}"
    shown = str(record.get("from") or "")
    if shown and test.sender.number and not _is_same(test.sender.number, shown):
        yield f"its sender is shown as {shown}"


def _is_same(number: str, shown: str) -> bool:
    """Whether a sender as a phone shows it is this number: some show it as it is dialled at home,
    so there its last digits decide."""
    with suppress(Usage):
        return is_same_phone(number, numbers.e164(shown, any_number=True))
    digits = re.sub(r"\D", "", shown).lstrip("0")
    return len(digits) >= 7 and number.endswith(digits)


def _given_up(test: SelfTest) -> SelfTest:
    if test.outcome is not None:
        return test
    if test.received is not None:
        return replace(test, outcome=Outcome.OK)
    is_shown = test.campaign is not None or test.message is not None
    return replace(test, outcome=Outcome.MISSING if is_shown else Outcome.UNKNOWN)
