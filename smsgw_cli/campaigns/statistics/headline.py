"""The counts that come first in a report: messages that went out, and USSD codes apart."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from smsgw_cli.model import (
    ARRIVED,
    COMPLETED,
    DELIVERED,
    FAILED,
    SENT,
    USSD_PULL,
    Record,
    expects_reports,
)


class Headline(NamedTuple):
    """`sent` messages went out, delivered ones included. Of those `with_report`, which asked for
    a delivery report, `delivered` were; without one, nothing follows Sent."""

    messages: int
    sent: int
    failed: int
    with_report: int
    delivered: int
    codes: int
    completed: int
    failed_codes: int


def headline(campaigns: Iterable[tuple[Record, Mapping[str, int]]]) -> Headline:
    """The counts of campaigns, each with its number of messages or codes by status."""
    messages, with_report, codes = Counter[str](), Counter[str](), Counter[str]()
    for campaign, counts in campaigns:
        if campaign.get("type") == USSD_PULL:
            codes.update(counts)
            continue
        messages.update(counts)
        if expects_reports(campaign) or counts.get(DELIVERED):
            with_report.update(counts)
    return Headline(
        messages.total(),
        sum(messages[each] for each in (SENT, *ARRIVED)),
        messages[FAILED],
        with_report.total(),
        with_report[DELIVERED],
        codes.total(),
        codes[COMPLETED],
        codes[FAILED],
    )
