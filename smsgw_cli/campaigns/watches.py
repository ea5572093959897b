"""Watches several campaigns at the same time, until every message has a final status."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from smsgw_cli.api.reader import Reader
from smsgw_cli.campaigns.status_counts import Counts, summed
from smsgw_cli.campaigns.watch import LONGEST_POLL, Step, Watch
from smsgw_cli.errors import Interrupted, Pending
from smsgw_cli.model import Campaign
from smsgw_cli.wording import pluralize

CANNOT_STOP = "the API cannot cancel campaigns, see 'smsgw campaigns --help'"


class Watches:
    """Watches campaigns for `timeout` seconds in all (None for no limit); see `Watch`.

    `patience` is for how many seconds nothing may change, while the campaigns may send.
    """

    def __init__(
        self,
        api: Reader,
        campaigns: Sequence[Campaign],
        *,
        timeout: float | None = None,
        patience: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.each = [Watch(api, campaign, clock=clock, now=now) for campaign in campaigns]
        self._patience = float("inf") if patience is None else patience
        self._left = list(self.each)
        self._timeout = timeout
        self._clock = clock
        self._sleep = sleep
        self._started = clock()

    @property
    def counts(self) -> Counts:
        """The counts of all together, as of their last polls."""
        return summed(each.last.counts for each in self.each if each.last)

    def steps(self) -> Iterator[tuple[Watch, Step]]:
        """Each watch with its state after each of its polls.

        Every campaign is polled at least once. Raises Pending if one is not finished before the
        timeout, and Unavailable as `Watch.poll` does.
        """
        while self._left:
            pause = LONGEST_POLL
            for watch in tuple(self._left):
                if watch.last is not None and self._time_left() <= 0:
                    continue
                poll = watch.poll()
                if poll.step is not None:
                    yield watch, poll.step
                if poll.is_over:
                    self._left.remove(watch)
                pause = min(pause, poll.pause)
            if self._left:
                self._wait(pause)

    @contextmanager
    def stoppable(self) -> Iterator[None]:
        """Within the block, Ctrl-C raises Interrupted with a hint how to resume watching."""
        try:
            yield
        except KeyboardInterrupt:
            rest = "campaign continues" if len(self.each) == 1 else "campaigns continue"
            hint = f"{self._resume_hint}; {CANNOT_STOP}"
            raise Interrupted(f"stopped watching; the {rest}", hint=hint) from None

    def _time_left(self) -> float:
        if self._timeout is None:
            return float("inf")
        return self._started + self._timeout - self._clock()

    def _wait(self, seconds: float) -> None:
        """Sleep, but not beyond the timeout. Raises Pending when it or the patience has passed."""
        left = self._time_left()
        if left <= 0:
            raise self._pending(f"after {self._timeout:g} s")
        if all(each.idle >= self._patience for each in self._left):
            raise self._pending(f"and unchanged for {self._patience / 3600:g} h")
        self._sleep(min(seconds, left))

    def _pending(self, when: str) -> Pending:
        counts = summed(each.last.counts for each in self._left if each.last)
        shown = f": {counts}" if counts.total else ""
        return Pending(f"{self._unfinished} not finished {when}{shown}", hint=self._resume_hint)

    @property
    def _unfinished(self) -> str:
        if len(self.each) == 1:
            return f"campaign {self.each[0].campaign['id']}"
        return f"{len(self._left):,} of {pluralize(len(self.each), 'campaign')}"

    @property
    def _resume_hint(self) -> str:
        ids = " ".join(str(each.campaign["id"]) for each in self._left)
        return f"resume with 'smsgw campaigns watch {ids}'"
