"""Notes on the times of a send: which day was chosen, and which time has passed."""

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from smsgw_cli.errors import Usage
from smsgw_cli.messages.send_request import Schedule
from smsgw_cli.model import Record
from smsgw_cli.sms import wall_clock
from smsgw_cli.sms.durations import in_words
from smsgw_cli.sms.times import Form, ParsedTime

_NAMES = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def of_time(option: str, text: str | None, time: ParsedTime | None, now: datetime) -> Iterator[str]:
    """Notes on the day that is meant, if it was not typed, and on a change of clocks."""
    if not (text and time and time.wanted):
        return
    typed, local = f"{option} {shlex.quote(text)}", time.wanted
    days = (local.date() - now.astimezone(time.zone).date()).days
    if option == "--until" and time.is_day:
        yield f"{typed} includes that day, {local:%a %Y-%m-%d}"
    elif time.is_day or (time.form is Form.NEAREST and days):
        day = _NAMES.get(days, f"{local:%a %Y-%m-%d}")
        yield f"{typed} is {day}, {local:%H:%M}" + (" (midnight)" if time.is_day else "")
    yield from _of_change(typed, time, local)


def _of_change(typed: str, time: ParsedTime, local: datetime) -> Iterator[str]:
    where = f"on {local:%Y-%m-%d}" + (f" in {time.zone}" if time.zone else "")
    meant = time.moment.astimezone(time.zone)
    if wall_clock.is_skipped(local, time.zone):
        yield f"{typed}: clocks never show {local:%H:%M} {where}; {meant:%H:%M} is used"
    elif wall_clock.is_repeated(local, time.zone):
        yield f"{typed}: clocks show {local:%H:%M} twice {where}; the first is used ({meant:%Z})"


def of_zone(request: Schedule, body: Record) -> Iterator[str]:
    """A note on the zone of hours, days and repetitions, where it was not given."""
    if "timezone" in body and not request.timezone:
        yield (
            "days, hours and repetitions are in the time zone of this machine, "
            f"{body['timezone']}; "
            "0.1.0 left the time zone to the server"
        )


def passed(request: Schedule, time: ParsedTime, now: datetime) -> Usage:
    """The error for a time that has passed."""
    local = now.astimezone(time.zone if time.wanted else UTC)
    is_today = time.wanted is not None and time.wanted.date() == local.date()
    shown = f"{local:%H:%M}" if is_today else f"{local:%Y-%m-%d %H:%M}"
    zone = request.timezone if time.wanted else "UTC"
    where = f" {zone}" if zone else ""
    later = f"--at 'tomorrow {time.wanted:%H:%M}'; " if is_today and not time.is_day else ""
    return Usage(
        f"{request.at} has passed: it is {shown}{where}",
        hint=f"{later}use --allow past to send immediately",
    )


def late(text: str, ago: timedelta) -> str:
    """The warning of a time that has passed and is sent at once all the same."""
    return f"{text} passed {in_words(ago.total_seconds())} ago; it is sent immediately"


def late_by_server(at: datetime, server: datetime, ours: datetime) -> str:
    """The warning of a time that had passed by the server's clock when it took the send."""
    times = (f"{each.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for each in (at, server, ours))
    return (
        "{} had passed by the server's clock, so it was sent immediately: {} there, {} here".format(
            *times
        )
    )
