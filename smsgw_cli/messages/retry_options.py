"""The options of a campaign that a retry of its failed messages keeps."""

import re
from typing import Any

from smsgw_cli.model import Record

ANY_HOUR = (("00:00", "23:59"), ("00:00", "24:00"))
EVERY_DAY = list(range(1, 8))
_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})")


def kept(campaign: Record) -> Record:
    """Hours, days and their zone, priority, delay and delivery report, as keys of a send."""
    return {**_window(campaign), **_options(campaign.get("options"))}


def _window(campaign: Record) -> Record:
    """The hours and days, if they are limited, with the zone that they are meant in."""
    hours = _HOURS.fullmatch(str(campaign.get("active_hours")))
    days = _days(campaign.get("days_of_week"))
    window: Record = {}
    if hours and hours.groups() not in ANY_HOUR:
        window["active_hours"] = {"start": hours[1], "end": hours[2]}
    if days and days != EVERY_DAY:
        window["days_of_week"] = days
    zone = campaign.get("timezone")
    return {**window, "timezone": zone} if window and isinstance(zone, str) else window


def _days(value: Any) -> list[int]:
    """The days of the week, 1 being Monday; none if they cannot be read."""
    listed = value if isinstance(value, list) else []
    days = sorted({int(each) for each in listed if str(each) in set("1234567")})
    return days if len(days) == len(listed) else []


def _options(options: Any) -> Record:
    if not isinstance(options, dict):
        return {}
    kept: Record = {}
    if isinstance(options.get("delivery_report"), bool):
        kept["delivery_report"] = options["delivery_report"]
    if options.get("prioritize") is True:
        kept["prioritize"] = True
    delay = str(options.get("delay"))
    return {**kept, "delay": int(delay)} if re.fullmatch("[1-9][0-9]{0,5}", delay) else kept
