"""Waits for the texts of self-tests: one small list per poll shows what was sent and arrived."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from smsgw_cli.api.newer import uncached
from smsgw_cli.api.reader import PageReader
from smsgw_cli.campaigns.watch import pause
from smsgw_cli.errors import Unavailable
from smsgw_cli.fleet.selftest import Outcome, SelfTest
from smsgw_cli.fleet.selftest_observed import given_up, observed
from smsgw_cli.model import RECEIVED, Record

OVER = (Outcome.OK, Outcome.REJECTED)
"""Any other may still arrive: what has failed, if the server tries it again."""


class SelfTestWatch:
    """Waits for self-tests; `tests` are as of the last poll.

    `save` records each change, `now` is the server's time, `reports` whether delivery reports were
    requested. `silence` is why the last poll has shown nothing.
    """

    def __init__(
        self,
        api: PageReader,
        tests: Iterable[SelfTest],
        save: Callable[[SelfTest], None],
        now: Callable[[], datetime],
        *,
        reports: bool,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.tests = list(tests)
        self.silence: Unavailable | None = None
        self._api = api
        self._save = save
        self._now = now
        self._reports = reports
        self._clock = clock
        self._sleep = sleep

    @property
    def may_change(self) -> bool:
        """Whether there is anything to look for."""
        return any(each.outcome not in OVER for each in self.tests)

    def steps(self, timeout: float) -> Iterator[Sequence[SelfTest]]:
        """The self-tests after each poll, until each has an outcome or `timeout` seconds passed.

        Those that were not received have that outcome then, unless the server was unavailable.
        Raises what reading lists raises but Unavailable.
        """
        started = self._clock()
        while True:
            self._poll()
            yield self.tests
            passed = self._clock() - started
            if passed >= timeout or all(each.outcome for each in self.tests):
                break
            self._sleep(min(pause(passed), timeout - passed))
        if self.silence is None:
            self._keep(map(given_up, self.tests))

    def _poll(self) -> None:
        try:
            records = list(self._read())
        except Unavailable as error:
            self.silence = error
            return
        self.silence = None
        self._keep([self._observed(each, records) for each in self.tests])

    def _observed(self, test: SelfTest, records: Sequence[Record]) -> SelfTest:
        if test.outcome in OVER:
            return test
        return observed(test, records, self._now(), reports=self._reports)

    def _read(self) -> Iterator[Record]:
        """All messages with nonces of what may still arrive, sent and received."""
        waiting = [each for each in self.tests if each.outcome not in OVER]
        for run in dict.fromkeys(each.run for each in waiting):
            found = list(self._api.pages("messages", {"message": run, **uncached()}))
            yield from found
            ours = (each for each in waiting if each.run == run and each.campaign)
            yield from self._unfiltered([each for each in ours if not any(map(each.is_in, found))])

    def _unfiltered(self, missing: Iterable[SelfTest]) -> Iterator[Record]:
        """What was sent of these, and if any was, what came in last: the filter of that server
        does not find a part of a text."""
        sent = [record for each in missing for record in self._page(campaign=each.campaign)]
        yield from sent
        yield from self._page(statuses=[RECEIVED]) if sent else ()

    def _page(self, **query: Any) -> list[Record]:
        return self._api.page("messages", {**query, **uncached()}).records

    def _keep(self, tests: Iterable[SelfTest]) -> None:
        for place, after in enumerate(tests):
            if self.tests[place] != after._replace(looked=self.tests[place].looked):
                self._save(after)
            self.tests[place] = after
