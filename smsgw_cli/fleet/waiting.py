"""What waits to be sent and may go out now, by campaign, with a bounded number of requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from smsgw_cli.campaigns.window import open_time
from smsgw_cli.fleet.context import CheckContext
from smsgw_cli.fleet.first_seen import first_seen, note_newest
from smsgw_cli.fleet.open_campaigns import (
    due_since,
    may_have_waiting,
    open_campaigns,
    overdue_since,
)
from smsgw_cli.model import PENDING, QUEUED, Campaign, Record
from smsgw_cli.sms.timestamps import parse_timestamp

MAX_ASKED = 8  # campaigns that are asked for their messages
STATUSES = {"statuses": [PENDING, QUEUED]}


@dataclass(frozen=True)
class Waiting:
    """The waiting messages of a campaign, and how long the oldest has been waiting.

    The `age` is in seconds, of time in which it might have gone out. The campaign is None if it is
    unknown. One that the server has not processed has no messages yet.
    """

    campaign: Campaign | None
    messages: int
    age: float


@dataclass(frozen=True)
class Queue:
    """How many messages are Pending or Queued, and what is `found` of them that may go out now."""

    pending: int
    found: list[Waiting]


def read_queue(context: CheckContext) -> Queue:
    """The queue, or that of the campaigns named. Raises NotFound, and what reading raises.

    Campaigns whose messages could have waited longest are asked first: mostly one is enough.
    """
    page = context.api.page("messages", STATUSES)
    if page.records:
        note_newest(context.history, max(_ids(page.records)), context.now)
    campaigns = _campaigns(context, have_messages=page.total > 0)
    found = _found(context, campaigns)
    if not found and page.total and len(campaigns) > MAX_ASKED:
        oldest = _oldest(context, page.records, page.last, {})
        age = context.now - first_seen(context.history, oldest, context.now)
        found = [Waiting(None, page.total, age.total_seconds())]
    return Queue(page.total, found)


def _campaigns(context: CheckContext, *, have_messages: bool) -> list[Campaign]:
    """The campaigns to ask, those that could have waited longest first."""
    now = context.now
    if context.ids:
        every = [cast(Campaign, context.api.get(f"campaigns/{each}")) for each in context.ids]
    else:
        every = open_campaigns(context.api, have_messages=have_messages)
    waiting = [
        each for each in every if context.selects(each["id"]) and may_have_waiting(each, now)
    ]
    return sorted(waiting, key=lambda each: _possible_age(each, now), reverse=True)


def _found(context: CheckContext, campaigns: list[Campaign]) -> list[Waiting]:
    found: list[Waiting] = []
    for campaign in campaigns[:MAX_ASKED]:
        if any(each.age >= _possible_age(campaign, context.now) for each in found):
            break
        if waiting := _waiting(context, campaign):
            found.append(waiting)
    return found


def _possible_age(campaign: Campaign, now: datetime) -> float:
    """The seconds that its messages can have waited; a run of a recurring one is an update."""
    since = due_since(campaign, now) or now
    updated = parse_timestamp(campaign.get("updated_at"))
    if campaign.get("recurring") and updated:
        since = max(since, updated)
    return open_time(campaign, since, now).total_seconds()


def _waiting(context: CheckContext, campaign: Campaign) -> Waiting | None:
    """What waits of a campaign; None if nothing does."""
    now, query = context.now, {"campaign": campaign["id"]}
    page = context.api.page("messages", {**query, **STATUSES})
    since = due_since(campaign, now)
    if not page.total:
        since = overdue_since(campaign, now)
    elif campaign.get("recurring"):
        oldest = _oldest(context, page.records, page.last, query)
        since = max(since or now, first_seen(context.history, oldest, now))
    if since is None:
        return None
    return Waiting(campaign, page.total, open_time(campaign, since, now).total_seconds())


def _oldest(context: CheckContext, records: Iterable[Record], last: int, query: Record) -> int:
    """The lowest id among the first and the last page of waiting messages."""
    every = list(records)
    if last > 1:
        every += context.api.page("messages", {**query, **STATUSES}, last).records
    return min(_ids(every), default=0)


def _ids(records: Iterable[Record]) -> list[int]:
    return [each["id"] for each in records]
