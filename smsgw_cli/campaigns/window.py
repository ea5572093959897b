"""Whether a campaign may send at a moment, by its schedule, hours and days, and for how long."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from smsgw_cli.model import Campaign
from smsgw_cli.sms import wall_clock
from smsgw_cli.sms.open_hours import DAY, Span, span_of
from smsgw_cli.sms.timestamps import parse_timestamp

LONGEST = timedelta(days=400)
_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})")


def may_send(campaign: Campaign, now: datetime) -> bool:
    """Whether messages of a campaign may go out. What cannot be read limits nothing."""
    scheduled = parse_timestamp(campaign.get("scheduled_at"))
    if scheduled is not None and now < scheduled:
        return False
    local = now.astimezone(_zone(campaign))
    days = _days(campaign)
    if days and local.isoweekday() not in days:
        return False
    hours = _HOURS.fullmatch(str(campaign.get("active_hours")))
    return hours is None or _is_within(f"{local:%H:%M}", hours[1], hours[2])


def open_time(campaign: Campaign, since: datetime, now: datetime) -> timedelta:
    """How much of a time its hours and days allowed it to send, of the last LONGEST."""
    since = max(since, now - LONGEST)
    if since >= now:
        return timedelta()
    zone, days = _zone(campaign), _days(campaign)
    day, last = (each.astimezone(zone).date() for each in (since, now))
    total = timedelta()
    while day <= last:
        if not days or day.isoweekday() in days:
            for start, end in _windows(campaign, day, zone):
                total += max(timedelta(), min(end, now) - max(start, since))
        day += timedelta(days=1)
    return total


def _windows(
    campaign: Campaign, day: date, zone: tzinfo | None
) -> Iterator[tuple[datetime, datetime]]:
    for span in _spans(campaign):
        start, end = (
            wall_clock.instant(datetime.combine(day, time()) + timedelta(minutes=minutes), zone)
            for minutes in span
        )
        yield start, end


def _spans(campaign: Campaign) -> list[Span]:
    """The hours of a day, in two parts if they go over midnight."""
    hours = _HOURS.fullmatch(str(campaign.get("active_hours")))
    start, end = span_of({"start": hours[1], "end": hours[2]} if hours else None)
    return [(start, end)] if start <= end else [(0, end), (start, DAY)]


def _days(campaign: Campaign) -> list[int]:
    """1 is Monday; empty for every day."""
    days = campaign.get("days_of_week")
    return [int(each) for each in days if str(each).isdecimal()] if isinstance(days, list) else []


def _is_within(time: str, start: str, end: str) -> bool:
    """Whether a time of day is in a span, which may go over midnight."""
    return start <= time <= end if start <= end else not end < time < start


def _zone(campaign: Campaign) -> tzinfo | None:
    """The campaign's zone; that of this machine if it is not known here."""
    try:
        return ZoneInfo(str(campaign["timezone"]))
    except (KeyError, ValueError, OSError):
        return None
