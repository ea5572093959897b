"""Messages that wait and may be sent now, by campaign, with a bounded number of requests."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from smsgw_cli.api.paging import Page
from smsgw_cli.campaigns.window import open_time
from smsgw_cli.errors import NotFound
from smsgw_cli.fleet.context import CheckContext
from smsgw_cli.fleet.open_campaigns import (
    due_since,
    may_have_waiting,
    open_campaigns,
    overdue_since,
)
from smsgw_cli.fleet.queue_memory import first_seen, note_empty, note_newest, without_empty
from smsgw_cli.model import PENDING, QUEUED, Campaign, Record
from smsgw_cli.sms.timestamps import parse_timestamp

MAX_ASKED = 8  # campaigns that are asked for their messages
LONG = 86_400.0  # seconds after which a campaign without waiting messages gets no more
STATUSES = {"statuses": [PENDING, QUEUED]}


class Waiting(NamedTuple):
    """The waiting messages of a campaign, and how long the oldest has been waiting.

    The `age` is in seconds, of time in which it might have gone out. The campaign is None if it is
    unknown. One that the server has not processed has no messages yet.
    """

    campaign: Campaign | None
    messages: int
    age: float


class Queue(NamedTuple):
    """How many messages are Pending or Queued, and what is `found` of them that may go out now."""

    pending: int
    found: list[Waiting]


class QueueReader:
    """Reads the queue, or that of the campaigns named.

    Every method raises NotFound, and what reading raises.
    """

    def __init__(self, context: CheckContext) -> None:
        self._context = context
        self._page = context.api.page("messages", STATUSES)
        self._now = context.now

    def read(self) -> Queue:
        """Campaigns whose messages may have waited longest are asked first: mostly one will do."""
        total = self._page.total
        if total:
            note_newest(self._context.history, max(_ids(self._page.records), default=0), self._now)
        campaigns = self._campaigns()
        found = self._with_messages(campaigns) if total else self._overdue(campaigns)
        is_whole = not self._context.ids
        if is_whole and not found and total and len(campaigns) > MAX_ASKED:
            age = self._now - self._first_seen(self._page, {})
            found = [Waiting(None, total, age.total_seconds())]
        return Queue(total if is_whole else sum(each.messages for each in found), found)

    def _campaigns(self) -> list[Campaign]:
        """The campaigns to ask, those that may have waited longest first."""
        selected = [each for each in self._listed() if self._context.selects(each["id"])]
        waiting = [each for each in selected if may_have_waiting(each, self._now)]
        return sorted(waiting, key=self._possible_age, reverse=True)

    def _listed(self) -> list[Campaign]:
        if self._context.ids:
            return list(map(self._named, sorted(self._context.ids)))
        listed = open_campaigns(self._context.api, have_messages=self._page.total > 0)
        return without_empty(self._context.history, listed)

    def _named(self, identity: int) -> Campaign:
        try:
            return cast(Campaign, self._context.api.get(f"campaigns/{identity}"))
        except NotFound as error:
            raise NotFound(f"campaign {identity} not found", status=error.status) from error

    def _with_messages(self, campaigns: Sequence[Campaign]) -> list[Waiting]:
        found: list[Waiting] = []
        is_whole = not self._context.ids
        for campaign in campaigns[:MAX_ASKED] if is_whole else campaigns:
            if is_whole and any(each.age >= self._possible_age(campaign) for each in found):
                break
            found += self._waiting(campaign)
        return found

    def _overdue(self, campaigns: Iterable[Campaign]) -> list[Waiting]:
        """Campaigns whose messages the server should have created."""
        return [
            Waiting(each, 0, self._open_time(each, since))
            for each in campaigns
            if (since := overdue_since(each, self._now))
        ]

    def _waiting(self, campaign: Campaign) -> list[Waiting]:
        query = {"campaign": campaign["id"]}
        page = self._context.api.page("messages", {**query, **STATUSES})
        if not page.total:
            overdue = self._overdue([campaign])
            is_empty = not overdue and not campaign.get("recurring")
            if is_empty and self._possible_age(campaign) > LONG:
                note_empty(self._context.history, campaign, self._now)
            return overdue
        since = due_since(campaign, self._now) or self._now
        if campaign.get("recurring"):
            since = max(since, self._first_seen(page, query))
        return [Waiting(campaign, page.total, self._open_time(campaign, since))]

    def _first_seen(self, page: Page, query: Record) -> datetime:
        """When the oldest was first seen, by the ids on the first and the last page."""
        ids = _ids(page.records)
        if page.last > 1:
            ids += _ids(
                self._context.api.page("messages", {**query, **STATUSES}, page.last).records
            )
        return first_seen(self._context.history, min(ids, default=0), self._now)

    def _possible_age(self, campaign: Campaign) -> float:
        """How long its messages can have waited; a new run of a recurring one updates it."""
        since = due_since(campaign, self._now) or self._now
        updated = parse_timestamp(campaign.get("updated_at"))
        if campaign.get("recurring") and updated:
            since = max(since, updated)
        return self._open_time(campaign, since)

    def _open_time(self, campaign: Campaign, since: datetime) -> float:
        return open_time(campaign, since, self._now).total_seconds()


def _ids(records: Iterable[Record]) -> list[int]:
    return [each["id"] for each in records]
