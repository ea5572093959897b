"""What becomes of a campaign: asked for again and again until nothing is left to happen."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from smsgw_cli.api.reader import Reader
from smsgw_cli.campaigns.senders import CampaignSenders, carriers
from smsgw_cli.campaigns.status_counts import Counts, count
from smsgw_cli.errors import Interrupted, Pending, Unavailable
from smsgw_cli.model import NOT_BEGUN, Campaign

# Without a delivery report a message may stay Sent for ever.
LINGER_SECONDS = 60.0
EMPTY_SECONDS = 3.0  # what a server may take to make the messages of a campaign
SHORTEST_POLL, LONGEST_POLL = 0.5, 10.0
CARRIERS_POLL = 30.0  # how it stands on a device changes less often than the counts do
LONGEST_SILENCE = 300.0


@dataclass(frozen=True)
class Step:
    """How a campaign stands at a moment."""

    counts: Counts
    carriers: CampaignSenders


class Watch:
    """Watches a campaign; `timeout` is how many seconds at most. `last` is the last step."""

    def __init__(
        self,
        api: Reader,
        campaign: Campaign,
        *,
        timeout: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api = api
        self._campaign = campaign
        self._timeout = timeout
        self._clock = clock
        self._sleep = sleep
        self._started = self._changed = self._heard = clock()
        self._asked_carriers = -CARRIERS_POLL
        self.last: Step | None = None

    @contextmanager
    def stoppable(self) -> Iterator[None]:
        """Ctrl-C inside the block ends the watching alone. Raises Interrupted, saying so."""
        try:
            yield
        except KeyboardInterrupt:
            raise Interrupted(
                "stopped watching; the campaign goes on", hint=self._comes_back
            ) from None

    @property
    def _comes_back(self) -> str:
        return f"'smsgw campaigns watch {self._campaign['id']}' comes back to it"

    def steps(self) -> Iterator[Step]:
        """The standing after each poll, the last when nothing is left to happen.

        Trouble on the way is waited out. Raises Unavailable after LONGEST_SILENCE of it, and
        Pending if it is not over when the time is.
        """
        while True:
            try:
                step, over = self._poll()
            except Unavailable:
                if self._clock() - self._heard > LONGEST_SILENCE:
                    raise
                self._wait(LONGEST_POLL)
                continue
            yield step
            if over:
                return
            self._wait(_pause(self._clock() - self._started))

    def _poll(self) -> tuple[Step, bool]:
        """How it stands now, and whether that is how it ends."""
        counts = count(self._api, self._campaign)
        self._heard = self._clock()
        if self.last is None or counts != self.last.counts:
            self._changed = self._heard
        known = self.last.carriers if self.last else CampaignSenders()
        over = self._is_over(counts, known)
        if over or self._heard - self._asked_carriers >= CARRIERS_POLL:
            known, self._asked_carriers = carriers(self._api, self._campaign), self._heard
        self.last = Step(counts, known)
        return self.last, over

    def _is_over(self, counts: Counts, known: CampaignSenders) -> bool:
        unchanged = self._heard - self._changed
        if is_over(
            counts,
            unchanged=unchanged,
            scheduled=bool(self._campaign.get("scheduled_at")),
            carried=not known.are_over,
        ):
            return True
        return not counts.total and unchanged >= EMPTY_SECONDS and self._has_begun()

    def _has_begun(self) -> bool:
        """Whether a campaign without messages will not get any: its recipients were nobody."""
        status = self._api.get(f"campaigns/{self._campaign['id']}").get("status")
        return status not in NOT_BEGUN

    def _wait(self, seconds: float) -> None:
        """Sleep. Raises Pending when the time is over, not waiting longer than that."""
        if self._timeout is None:
            return self._sleep(seconds)
        left = self._started + self._timeout - self._clock()
        if left > 0:
            return self._sleep(min(seconds, left))
        standing = f": {self.last.counts}" if self.last and self.last.counts.total else ""
        raise Pending(
            f"campaign {self._campaign['id']} is not over after {self._timeout:g} s{standing}",
            hint=self._comes_back,
        )


def is_over(
    counts: Counts, *, unchanged: float, scheduled: bool = False, carried: bool = True
) -> bool:
    """Whether nothing is left to happen, having not changed for so many seconds.

    `carried` is whether a device or sending server may still do something: where all have
    ended, what they left behind stays so.
    """
    if counts.total == 0 and scheduled:
        return False
    if counts.on_the_way and carried:
        return False
    return unchanged >= LINGER_SECONDS or 0 < counts.total == counts.ended


def _pause(elapsed: float) -> float:
    """Seconds until the next poll: often at first, when somebody is looking on."""
    return min(LONGEST_POLL, max(SHORTEST_POLL, elapsed / 20))
