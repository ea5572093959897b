"""Whether a campaign may send at a moment, by its schedule, hours and days, and for how long."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from smsgw_cli.model import Campaign
from smsgw_cli.sms import local_time
from smsgw_cli.sms.open_hours import DAY, Span, instant, span_of
from smsgw_cli.sms.timestamps import parse_timestamp

LONGEST = timedelta(days=400)
ONE_DAY = timedelta(days=1)
_HOURS = re.compile(r"((?:[01][0-9]|2[0-4]):[0-5][0-9])\s*-\s*((?:[01][0-9]|2[0-4]):[0-5][0-9])")


def may_send(campaign: Campaign, now: datetime) -> bool:
    """Whether messages of a campaign may go out. What cannot be read limits nothing."""
    scheduled = parse_timestamp(campaign.get("scheduled_at"))
    if scheduled is not None and now < scheduled:
        return False
    return any(start <= now < end for start, end in _windows(campaign, now, now))


def open_time(campaign: Campaign, since: datetime, now: datetime) -> timedelta:
    """How much of the time since then its hours and days allowed it to send; at most LONGEST."""
    since = max(since, now - LONGEST)
    overlaps = (min(end, now) - max(start, since) for start, end in _windows(campaign, since, now))
    return sum((each for each in overlaps if each > timedelta()), timedelta())


def _windows(
    campaign: Campaign, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """When it may send, by its own clock, on the days from one time to another."""
    zone, days, spans = _zone(campaign), _days(campaign), _spans(campaign)
    day, last = (each.astimezone(zone).date() for each in (since, until))
    while day <= last:
        if not days or day.isoweekday() in days:
            for start, end in spans:
                yield instant(day, start, zone), instant(day, end, zone)
        day += ONE_DAY


def _spans(campaign: Campaign) -> list[Span]:
    """The hours of a day, in two parts if they go over midnight."""
    hours = _HOURS.fullmatch(str(campaign.get("active_hours")))
    start, end = span_of({"start": hours[1], "end": hours[2]} if hours else None)
    return [(start, end)] if start < end else [(0, end), (start, DAY)]


def _days(campaign: Campaign) -> list[int]:
    """1 is Monday; empty for every day."""
    days = campaign.get("days_of_week")
    return [int(each) for each in days if str(each).isdecimal()] if isinstance(days, list) else []


def _zone(campaign: Campaign) -> tzinfo | None:
    """The campaign's zone; the local one if it is not known here."""
    try:
        return ZoneInfo(str(campaign["timezone"]))
    except (KeyError, ValueError, OSError):
        return local_time.zone()
