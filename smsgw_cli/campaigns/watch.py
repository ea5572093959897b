"""The state of a campaign, poll by poll, until every message has a final status."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from smsgw_cli.api.reader import Reader
from smsgw_cli.campaigns.no_messages import has_sender
from smsgw_cli.campaigns.senders import CampaignSenders, campaign_senders, processed_by_servers
from smsgw_cli.campaigns.status_counts import Counts, count
from smsgw_cli.campaigns.window import may_send
from smsgw_cli.errors import Unavailable
from smsgw_cli.model import NOT_BEGUN, PROCESSED, SCHEDULED, STALLED, Campaign

# A delivery report that was requested may never come.
LINGER_SECONDS = 60.0
EMPTY_SECONDS = 3.0  # time for a server to create the messages of a campaign
SHORTEST_POLL, LONGEST_POLL = 0.5, 10.0
SENDERS_POLL = 30.0  # the status on devices changes less often than the counts
LONGEST_SILENCE = 300.0


class Step(NamedTuple):
    """The state of a campaign after one poll."""

    counts: Counts
    senders: CampaignSenders


class Poll(NamedTuple):
    """The result of a poll: the state, if the server answered, whether it is final, and the seconds
    until the next poll."""

    step: Step | None
    is_over: bool
    pause: float


class Watch:
    """Watches a campaign; `last` is its last state."""

    def __init__(
        self,
        api: Reader,
        campaign: Campaign,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.campaign = campaign
        self.idle = 0.0  # seconds without a change in which it may have sent
        self._api = api
        self._clock = clock
        self._now = now
        self._started = self._changed = self._heard = self._polled = clock()
        self._senders_read = -SENDERS_POLL
        self.last: Step | None = None

    def poll(self) -> Poll:
        """Poll once.

        A network error is a poll without a state; raises Unavailable if they last longer than
        LONGEST_SILENCE.
        """
        self._count_idle()
        try:
            step, is_over = self._poll()
        except Unavailable:
            if self._clock() - self._heard > LONGEST_SILENCE:
                raise
            return Poll(None, False, LONGEST_POLL)
        return Poll(step, is_over, pause(self._clock() - self._started))

    def _count_idle(self) -> None:
        passed, self._polled = self._clock() - self._polled, self._clock()
        if may_send(self.campaign, self._now()):
            self.idle += passed

    def _poll(self) -> tuple[Step, bool]:
        """The current state, and whether it is final."""
        counts = self._counted()
        self._heard = self._clock()
        if self.last is None or counts != self.last.counts:
            self._changed, self.idle = self._heard, 0.0
        known = self.last.senders if self.last else CampaignSenders()
        over = self._is_over(counts, known)
        if over or self._heard - self._senders_read >= SENDERS_POLL:
            known, self._senders_read = campaign_senders(self._api, self.campaign), self._heard
        self.last = Step(counts, known)
        return self.last, over

    def _counted(self) -> Counts:
        """The counts. Who processed messages is asked once nothing else is on its way."""
        counts = count(self._api, self.campaign)
        processed = counts.by_status.get(PROCESSED, 0)
        if self.last is None or not 0 < processed == counts.unsent:
            return counts
        senders = self.last.senders
        by_servers = processed_by_servers(self._api, self.campaign, senders, processed)
        return counts._replace(by_servers=by_servers)

    def _is_over(self, counts: Counts, known: CampaignSenders) -> bool:
        unchanged = self._heard - self._changed
        if is_over(
            counts,
            unchanged=unchanged,
            scheduled=bool(self.campaign.get("scheduled_at")),
            is_active=not known.are_over,
        ):
            return True
        return not counts.total and unchanged >= EMPTY_SECONDS and self._gets_none(known)

    def _gets_none(self, known: CampaignSenders) -> bool:
        """Whether a campaign without messages has started, and so has no recipients, or cannot
        start for want of a SIM."""
        status = self._api.get(f"campaigns/{self.campaign['id']}").get("status")
        if status not in NOT_BEGUN:
            return True
        waits = status in (SCHEDULED, STALLED) or self.campaign.get("scheduled_at")
        return not waits and not has_sender(self._api, known)


def is_over(
    counts: Counts, *, unchanged: float, scheduled: bool = False, is_active: bool = True
) -> bool:
    """Whether the counts are final after being `unchanged` for this many seconds.

    `is_active`: a device or sending server is not finished; once all are, the remaining messages
    keep their status.
    """
    if counts.total == 0 and scheduled:
        return False
    if counts.unsent and is_active:
        return False
    return unchanged >= LINGER_SECONDS or 0 < counts.total == counts.ended


def pause(elapsed: float) -> float:
    """Seconds until the next poll: short at first, growing to LONGEST_POLL."""
    return min(LONGEST_POLL, max(SHORTEST_POLL, elapsed / 20))
