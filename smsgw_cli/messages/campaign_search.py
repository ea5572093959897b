"""Determines unknown outcomes: searches the server's newest campaigns for a send."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from smsgw_cli.api.newer import is_descending, newer, uncached
from smsgw_cli.api.reader import PageReader
from smsgw_cli.engine.settle_time import clock, clock_at, seconds_left
from smsgw_cli.errors import Incomplete, SmsgwError
from smsgw_cli.messages.campaign_match import Answer, Match
from smsgw_cli.messages.ledger_entry import Entry
from smsgw_cli.model import Campaign
from smsgw_cli.sms.trimmed import trimmed

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
GRACE = 5.0  # seconds of normal responses before a missing campaign counts


def highest_id(api: PageReader) -> int:
    """The highest current campaign id; 0 if there is none. Raises Unavailable if it is unknown.

    It is on the first page, or on the last one of a server that lists the oldest first.
    """
    page = api.page("campaigns", uncached())
    records = page.records
    if page.last > 1 and not is_descending(records):
        records = records + api.page("campaigns", uncached(), page.last).records
    if page.total and not records:
        raise Incomplete("the list of campaigns is empty, although the server counts some")
    return max((campaign["id"] for campaign in records), default=0)


def same_names(
    api: PageReader, entries: Sequence[Entry], floor: int | None, *, full_scan: bool
) -> list[Campaign]:
    """Campaigns with the names of these sends: on the first page, or all with ids above `floor`.

    Without a floor, of the whole list. Filtered here, as a campaign missed by the server's filter
    would be sent again, and not by `created_at`, as the server's clock may be days off.
    """
    names = {trimmed(entry.name) for entry in entries}
    campaigns = (
        newer(api, "campaigns", floor) if full_scan else api.page("campaigns", uncached()).records
    )
    found = {each["id"]: each for each in campaigns if trimmed(each.get("name")) in names}
    return cast("list[Campaign]", list(found.values()))


def time_left(entries: Iterable[Entry], seconds: float) -> float:
    """Seconds until the last of these sends was made `seconds` ago."""
    touched = {each.id: clock_at(each.clock) for each in entries}
    return seconds_left(touched, seconds, clock())


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
