"""When a campaign may send: within its active hours, on its days of the week."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from smsgw_cli.sms import wall_clock

Hours = Mapping[str, str]
"""The active hours of a campaign as the API has them: `start` and `end`, such as 08:00."""

Span = tuple[int, int]
"""From one time of day to another (exclusive), in minutes after midnight."""

DAY = 24 * 60
SEARCHED = 15  # days: the hours of one weekday may be those that clocks skip
_LAST = "23:59"  # the end of a whole day, in the reference: 00:00-23:59


def span_of(hours: Hours | None) -> Span:
    """The active hours in minutes; without any, the whole day."""
    if hours is None:
        return 0, DAY
    return _minutes(hours["start"]), DAY if hours["end"] == _LAST else _minutes(hours["end"])


def hours_of(span: Span) -> dict[str, str]:
    start, end = map(time_of_day, span)
    return {"start": start, "end": _LAST if span[1] == DAY else end}


def time_of_day(minutes: int) -> str:
    """`08:00`; the end of the day is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def opens(
    moment: datetime, zone: tzinfo | None, hours: Hours | None, days: Sequence[int] | None
) -> datetime:
    """The first instant from `moment` on that is within the hours and days of a zone.

    `moment` itself if there is none, as with hours over midnight, which the API does not promise.
    """
    today = moment.astimezone(zone).date()
    for day in (today + timedelta(days=number) for number in range(SEARCHED)):
        if not days or day.isoweekday() in days:
            start, end = (instant(day, minutes, zone) for minutes in span_of(hours))
            if max(start, moment) < end:
                return max(start, moment)
    return moment


def after(
    moment: datetime,
    wait: timedelta,
    zone: tzinfo | None,
    hours: Hours | None,
    days: Sequence[int] | None,
) -> datetime:
    """When so much time within the hours and days of a zone has passed since `moment`.

    As `opens`, it takes hours over midnight, which never open, for no limit.
    """
    while True:
        moment = opens(moment, zone, hours, days)
        closes = _closes(moment, zone, hours, days)
        if closes is None or moment + wait <= closes:
            return moment + wait
        wait, moment = wait - (closes - moment), closes


def _closes(
    moment: datetime, zone: tzinfo | None, hours: Hours | None, days: Sequence[int] | None
) -> datetime | None:
    """When the hours and days end that are open at `moment`; None if nothing ends them."""
    today = moment.astimezone(zone).date()
    start, end = (instant(today, minutes, zone) for minutes in span_of(hours))
    is_limited = bool(hours or days) and start <= moment < end
    return end if is_limited else None


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def instant(day: date, minutes: int, zone: tzinfo | None) -> datetime:
    """The instant of a time of day (minutes after midnight) on the clocks of a zone."""
    return wall_clock.instant(datetime.combine(day, time()) + timedelta(minutes=minutes), zone)
