"""Number of messages or USSD pulls of a campaign by status."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from smsgw_cli.api.reader import Reader
from smsgw_cli.errors import Usage
from smsgw_cli.model import (
    FAILED,
    FINAL,
    OUTGOING_STATUSES,
    SENT,
    USSD_PULL,
    USSD_STATUSES,
    Campaign,
    expects_reports,
)


class Counts(NamedTuple):
    """The number of messages by status, as the server names it.

    `sent_is_final`: no delivery report was requested, so nothing follows Sent.
    """

    by_status: dict[str, int]
    sent_is_final: bool = False

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
        return self.total - self.ended - waiting

    def exceeds(self, most_failed: float) -> bool:
        """Whether more than this share (0 to 1) failed."""
        return self.failed > most_failed * self.total

    def __str__(self) -> str:
        present = ((count, status) for status, count in self.by_status.items() if count)
        return ", ".join(f"{count} {status.lower()}" for count, status in present)


def summed(counts: Iterable[Counts]) -> Counts:
    """The counts of several campaigns together."""
    every = list(counts)
    total: Counter[str] = Counter()
    for each in every:
        total.update(each.by_status)
    return Counts(dict(total), all(each.sent_is_final for each in every))


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


def share(text: str) -> float:
    """A percentage such as `5%`, or `0`, as a share from 0 to 1. Raises Usage if it is invalid."""
    if text.strip() == "0":
        return 0.0
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = -1.0
    if not (text.strip().endswith("%") and 0 <= percent <= 100):
        raise Usage(f"invalid percentage {text!r}", hint="use a value such as 5%")
    return percent / 100
