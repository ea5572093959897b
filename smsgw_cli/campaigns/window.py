"""Whether a campaign may send at a moment, by its schedule, hours and days."""

import re
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from smsgw_cli.model import Campaign
from smsgw_cli.sms.timestamps import parse_timestamp

_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})")


def may_send(campaign: Campaign, now: datetime) -> bool:
    """Whether messages of a campaign may go out. What cannot be read limits nothing."""
    scheduled = parse_timestamp(campaign.get("scheduled_at"))
    if scheduled is not None and now < scheduled:
        return False
    local = now.astimezone(_zone(campaign))
    days = campaign.get("days_of_week")
    if isinstance(days, list) and days and local.isoweekday() not in days:
        return False
    hours = _HOURS.fullmatch(str(campaign.get("active_hours")))
    return hours is None or _is_within(f"{local:%H:%M}", hours[1], hours[2])


def _is_within(time: str, start: str, end: str) -> bool:
    """Whether a time of day is in a span, which may go over midnight."""
    return start <= time <= end if start <= end else not end < time < start


def _zone(campaign: Campaign) -> tzinfo | None:
    """The campaign's zone; that of this machine if it is not known here."""
    try:
        return ZoneInfo(str(campaign["timezone"]))
    except (KeyError, ValueError, OSError):
        return None
