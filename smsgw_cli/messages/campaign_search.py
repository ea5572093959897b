"""Determines unknown outcomes: searches the server's newest campaigns for a send."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Protocol, cast

from smsgw_cli.api.reader import PageReader
from smsgw_cli.engine.settle_time import seconds_left
from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages.campaign_match import Answer, Match, instant, oldest
from smsgw_cli.messages.ledger import Entry
from smsgw_cli.model import Campaign
from smsgw_cli.sms.timestamps import read_timestamp
from smsgw_cli.sms.trimmed import trimmed

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
GRACE = 5.0  # seconds of normal responses before a missing campaign counts


class CampaignReader(PageReader, Protocol):
    """The part of the API client needed to search for a campaign."""

    @property
    def clock(self) -> datetime | None: ...


def highest_id(api: CampaignReader) -> int:
    """The highest current campaign id; 0 if there is none."""
    return max((campaign["id"] for campaign in api.page("campaigns").records), default=0)


def same_names(api: CampaignReader, entries: Sequence[Entry], *, full_scan: bool) -> list[Campaign]:
    """Campaigns with the names of these sends: of the newest page, or since the first one began.

    Filtered here, as a campaign missed by the server's filter would be sent again.
    """
    names = {trimmed(entry.name) for entry in entries}

    def matching(campaigns: Iterable[Campaign]) -> list[Campaign]:
        return [each for each in campaigns if trimmed(each.get("name")) in names]

    if not full_scan:
        return matching(cast("list[Campaign]", api.page("campaigns").records))
    first = min(entries, key=lambda entry: read_timestamp(entry.started_at))
    with closing(api.pages("campaigns")) as campaigns:
        return matching(_since(api, first, campaigns))


def _since(api: CampaignReader, entry: Entry, campaigns: Iterable[Campaign]) -> Iterable[Campaign]:
    """These campaigns (newest first), up to the first that is older than the send."""
    end: datetime | None = None
    for campaign in campaigns:
        end = end or oldest(entry, datetime.now(UTC), api.clock)
        made = instant(campaign.get("created_at"))
        if made is not None and made < end:
            return
        yield campaign


def time_left(entries: Iterable[Entry], seconds: float, now: float) -> float:
    """Seconds until the last of these sends was made `seconds` ago; `now` is Unix time."""
    touched = {each.id: read_timestamp(each.touched_at).timestamp() for each in entries}
    return seconds_left(touched, seconds, now)


def search(
    look_up: Callable[[bool], Mapping[int, Match]],
    sends: Iterable[int],
    wait: float,
    patience: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Mapping[int, Match]:
    """The match of each send (by number), once all are found or `wait` seconds have passed.

    `look_up` takes whether it is the last, complete search: only there a missing campaign counts.
    An unavailable server gets `patience` more seconds; then the answer is SILENT.
    """
    deadline, pause = clock() + wait, FIRST_PAUSE
    give_up = deadline + patience
    while True:
        last = clock() >= deadline
        try:
            found = look_up(last)
            if last or all(each.answer is Answer.FOUND for each in found.values()):
                return found
        except SmsgwError as error:
            if clock() >= give_up:
                return dict.fromkeys(sends, Match(Answer.SILENT, detail=error.message))
            deadline = max(deadline, clock() + min(patience, GRACE))
        sleep(max(0.0, min(pause, deadline - clock())))
        pause = min(2 * pause, LONGEST_PAUSE)
