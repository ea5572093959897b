"""Campaigns that may have something to send now, found without reading the whole list."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from smsgw_cli.api.newer import uncached
from smsgw_cli.api.reader import PageReader
from smsgw_cli.campaigns.window import may_send
from smsgw_cli.errors import Rejected
from smsgw_cli.model import (
    CAMPAIGN_IS_OVER,
    PENDING,
    PROCESSED,
    PROCESSING,
    QUEUED,
    SCHEDULED,
    STALLED,
    USSD_PULL,
    Campaign,
    Record,
)
from smsgw_cli.sms.timestamps import parse_timestamp

NOT_PROCESSED = (QUEUED, PROCESSING, SCHEDULED)
"""Statuses in which the server may not have created the messages yet."""
WITH_MESSAGES = (PROCESSED, PENDING, STALLED)


def open_campaigns(api: PageReader, *, have_messages: bool) -> list[Campaign]:
    """Campaigns that are not over: without `have_messages` only those not processed yet.

    From the newest page of the list and, if it has more, the newest and the oldest page of each
    status that the server knows. Raises what reading raises.
    """
    page = api.page("campaigns", uncached())
    found = {each["id"]: each for each in page.records}
    if page.last > 1:
        for status in NOT_PROCESSED + (WITH_MESSAGES if have_messages else ()):
            found |= {each["id"]: each for each in _of_status(api, status)}
    return cast(list[Campaign], list(found.values()))


def may_have_waiting(campaign: Campaign, now: datetime) -> bool:
    """Whether messages of it may be waiting that may go out now."""
    is_of_messages = campaign.get("type") != USSD_PULL
    is_open = is_of_messages and str(campaign.get("status")) not in CAMPAIGN_IS_OVER
    return is_open and due_since(campaign, now) is not None and may_send(campaign, now)


def due_since(campaign: Campaign, now: datetime) -> datetime | None:
    """Since when it may send, apart from its hours and days; None if it may not yet.

    One that recurs was due at its first run, and again at `repeat_at`.
    """
    times = _times(campaign.get("created_at"), campaign.get("scheduled_at"))
    due = max(times, default=now)
    return due if due <= now else None


def overdue_since(campaign: Campaign, now: datetime) -> datetime | None:
    """Since when the server should have created its messages; None if it need not have yet."""
    status = campaign.get("status")
    if status == SCHEDULED:
        at = max(_times(campaign.get("scheduled_at"), campaign.get("repeat_at")), default=now)
        return at if at < now else None
    is_first_run = status in NOT_PROCESSED and not campaign.get("recurring")
    return due_since(campaign, now) if is_first_run else None


def _times(*values: str | None) -> Iterable[datetime]:
    return filter(None, map(parse_timestamp, values))


def _of_status(api: PageReader, status: str) -> list[Record]:
    """The newest and the oldest campaigns of a status; none if the server does not know it."""
    try:
        page = api.page("campaigns", {"status": status})
    except Rejected:
        return []
    if page.last <= 1:
        return page.records
    return [*page.records, *api.page("campaigns", {"status": status}, page.last).records]
