"""Number of messages or USSD pulls of a campaign by status."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from smsgw_cli.api.reader import Reader
from smsgw_cli.model import (
    COMPLETED,
    DELIVERED,
    FAILED,
    FINAL,
    OUTGOING_STATUSES,
    SENT,
    USSD_PULL,
    USSD_STATUSES,
    Campaign,
    expects_reports,
)

NEWS = (DELIVERED, COMPLETED, SENT, FAILED)


class Counts(NamedTuple):
    """The number of messages by status, as the server names it.

    `sent_is_final`: no delivery report was requested, so nothing follows Sent. `by_servers` is how
    many are Processed by sending servers: these may say no more, unlike a SIM's, which are on
    their way.
    """

    by_status: dict[str, int]
    sent_is_final: bool = False
    by_servers: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def ended(self) -> int:
        final = FINAL | {SENT} if self.sent_is_final else FINAL
        return sum(count for status, count in self.by_status.items() if status in final)

    @property
    def failed(self) -> int:
        return self.by_status.get(FAILED, 0)

    @property
    def unsent(self) -> int:
        """Messages that have not been sent yet."""
        waiting = 0 if self.sent_is_final else self.by_status.get(SENT, 0)
        return self.total - self.ended - waiting - self.by_servers

    def exceeds(self, most_failed: float) -> bool:
        """Whether more than this share (0 to 1) failed."""
        return self.failed > 0 and self.failed / self.total > most_failed

    def __str__(self) -> str:
        return _listed(self.by_status.items())

    @property
    def news(self) -> str:
        """The same with what people wait for first: `2 delivered, 1 failed, 7 pending`."""
        return _listed(self.by_news.items())

    @property
    def by_news(self) -> dict[str, int]:
        """`by_status` in this order."""
        first = [status for status in NEWS if status in self.by_status]
        return {status: self.by_status[status] for status in [*first, *self.by_status]}


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {status.lower()}" for status, count in counts if count)


def summed(counts: Iterable[Counts]) -> Counts:
    """The counts of several campaigns together."""
    every = list(counts)
    total: Counter[str] = Counter()
    for each in every:
        total.update(each.by_status)
    by_servers = sum(each.by_servers for each in every)
    return Counts(dict(total), all(each.sent_is_final for each in every), by_servers)


def path_and_statuses(campaign: Campaign) -> tuple[str, tuple[str, ...]]:
    """The path of the list of a campaign's messages or USSD pulls, and the possible statuses."""
    if campaign.get("type") == USSD_PULL:
        return "ussd-pulls", USSD_STATUSES
    return "messages", OUTGOING_STATUSES


def count(api: Reader, campaign: Campaign) -> Counts:
    """The current counts, with one small request per status, however large the campaign.

    A message that changes its status between two requests is counted twice; the earlier status
    is subtracted, so that the sum never exceeds the total.
    """
    path, statuses = path_and_statuses(campaign)
    counts = {status: of_status(api, path, campaign, [status]) for status in statuses}
    twice = sum(counts.values()) - api.count(path, {"campaign": campaign["id"]})
    for status in statuses:
        moved = max(0, min(twice, counts[status]))
        counts[status] -= moved
        twice -= moved
    return Counts(counts, sent_is_final=not expects_reports(campaign))


def of_status(api: Reader, path: str, campaign: Campaign, statuses: Iterable[str]) -> int:
    """Number of the campaign's messages with one of these statuses."""
    return api.count(path, {"campaign": campaign["id"], "statuses": list(statuses)})
