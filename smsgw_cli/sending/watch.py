"""What becomes of a campaign: counts by status, asked for again and again until nothing is left."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from smsgw_cli.errors import Unavailable
from smsgw_cli.resource import Record

USSD = "USSD Pull"
MESSAGE_STATUSES = ("Pending", "Queued", "Processed", "Sent", "Delivered", "Failed")
USSD_STATUSES = ("Pending", "Queued", "Completed", "Failed")
ENDED = frozenset({"Delivered", "Completed", "Failed"})
# Without a delivery report a message may stay Sent for ever.
LINGER_SECONDS = 60.0
EMPTY_SECONDS = 3.0  # what a server may take to make the messages of a campaign
SHORTEST_POLL, LONGEST_POLL = 0.5, 10.0
LONGEST_SILENCE = 300.0


class Counting(Protocol):
    """What watching needs of the API's client."""

    def count(self, path: str, query: Any = None) -> int: ...

    def get(self, path: str, query: Any = None) -> Record: ...


@dataclass(frozen=True)
class Counts:
    """How many messages, or USSD pulls, of a campaign have each status."""

    by_status: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def ended(self) -> int:
        return sum(count for status, count in self.by_status.items() if status in ENDED)

    @property
    def on_the_way(self) -> int:
        """Those not even sent yet."""
        return self.total - self.ended - self.by_status.get("Sent", 0)

    def __str__(self) -> str:
        present = ((count, status) for status, count in self.by_status.items() if count)
        return ", ".join(f"{count} {status.lower()}" for count, status in present)


def count(api: Counting, campaign: Record) -> Counts:
    """The counts now: one small request a status, however large the campaign."""
    is_ussd = campaign.get("type") == USSD
    path, statuses = ("ussd-pulls", USSD_STATUSES) if is_ussd else ("messages", MESSAGE_STATUSES)
    return Counts(
        {
            status: api.count(path, {"campaign": campaign["id"], "statuses": [status]})
            for status in statuses
        }
    )


def watch(
    api: Counting,
    campaign: Record,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Counts]:
    """The counts after each poll, the last when nothing is left to happen.

    Trouble on the way is waited out. Raises Unavailable after LONGEST_SILENCE of it.
    """
    started = changed = heard = clock()
    last: Counts | None = None
    while True:
        try:
            counts = count(api, campaign)
            heard = clock()
        except Unavailable:
            if clock() - heard > LONGEST_SILENCE:
                raise
            sleep(LONGEST_POLL)
            continue
        if counts != last:
            last, changed = counts, clock()
        yield counts
        unchanged = clock() - changed
        if is_over(counts, unchanged=unchanged, scheduled=bool(campaign.get("scheduled_at"))):
            return
        if not counts.total and unchanged >= EMPTY_SECONDS and _has_begun(api, campaign):
            return
        sleep(_pause(clock() - started))


def is_over(counts: Counts, *, unchanged: float, scheduled: bool = False) -> bool:
    """Whether nothing is left to happen, having not changed for so many seconds."""
    if counts.on_the_way or (counts.total == 0 and scheduled):
        return False
    return unchanged >= LINGER_SECONDS or 0 < counts.total == counts.ended


def _has_begun(api: Counting, campaign: Record) -> bool:
    """Whether a campaign without messages will not get any: its recipients were nobody."""
    status = api.get(f"campaigns/{campaign['id']}").get("status")
    return status not in ("Pending", "Queued", "Scheduled", "Stalled")


def _pause(elapsed: float) -> float:
    """Seconds until the next poll: often at first, when somebody is looking on."""
    return min(LONGEST_POLL, max(SHORTEST_POLL, elapsed / 20))
