"""Composes the schedule of a campaign: the keys of its body, and notes on them."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from smsgw_cli.errors import Usage
from smsgw_cli.messages import schedule_notes
from smsgw_cli.messages.send_request import PAST, Schedule
from smsgw_cli.model import Record
from smsgw_cli.sms import wall_clock, zones
from smsgw_cli.sms.quiet_hours import QuietHours
from smsgw_cli.sms.recurrence import active_hours, days_of_week, interval, time_zone
from smsgw_cli.sms.times import GRACE, Direction, ParsedTime, read
from smsgw_cli.sms.timestamps import format_timestamp
from smsgw_cli.sms.trimmed import trimmed

MOMENTS = ("scheduled_at", "ends_at")


class Timing(NamedTuple):
    """The keys that the bodies of both sends share, and the times they come from.

    `now` is what they were read by. Times are None if they were not given.
    """

    request: Schedule
    now: datetime
    body: Record
    at: ParsedTime | None
    until: ParsedTime | None

    @property
    def has_passed(self) -> bool:
        return self.at is not None and self.at.moment < self.now

    def refuse(self, allowed: Collection[str]) -> None:
        """Raise Usage for a time that passed more than GRACE ago, unless `past` is allowed, and for
        an end before the first send."""
        is_late = self.at is not None and self.now - self.at.moment > GRACE
        if self.at and is_late and PAST not in allowed:
            raise schedule_notes.passed(self.request, self.at, self.now)
        first = self.at.moment if self.at else self.now
        if self.until and self.until.moment < first:
            raise Usage(
                f"--until {self.request.until} is before the first send",
                hint="use a later time; --until 2031-01-31 includes that day",
            )

    def notes(self) -> Sequence[str]:
        """What was made of the times that were typed."""
        of_at = schedule_notes.of_time("--at", self.request.at, self.at, self.now)
        of_until = schedule_notes.of_time("--until", self.request.until, self.until, self.now)
        of_zone = schedule_notes.of_zone(self.request, self.body)
        return [*of_at, *of_until, *of_zone]


def timing(request: Schedule, now: datetime | None = None) -> Timing:
    """Name, time, repetition and speed of a send. Raises Usage.

    Hours, days and repetitions go with the zone that they are meant in, as the server's may be
    another.
    """
    now = now or datetime.now(UTC)
    zone = time_zone(request.timezone)
    at = read(request.at, now, zone, Direction.NEXT) if request.at else None
    until = _whole_day(read(request.until, now, zone, Direction.NEXT)) if request.until else None
    body = {
        "random_sender": request.random_sender,
        "prioritize": request.prioritize,
        "name": request.name and trimmed(request.name),
        "timezone": _zone_name(request),
        "delay": request.delay,
        "scheduled_at": at and format_timestamp(at.moment),
        **_repetition(request, until),
        "days_of_week": request.days and days_of_week(request.days),
        "active_hours": request.active_hours and active_hours(request.active_hours),
    }
    given = {key: value for key, value in body.items() if value is not None}
    return Timing(request, now, given, at, until)


def outside(body: Record, quiet: QuietHours, zone: str | None) -> Record:
    """A body that leaves out quiet hours and days, on the clock of its zone, or by default `zone`.

    Raises Usage if nothing is left of its own, or if the zone, None being this machine's, has no
    name that the server knows.
    """
    kept = {
        "timezone": body.get("timezone") or name_of(zone),
        "days_of_week": quiet.days_left(body.get("days_of_week")),
        "active_hours": quiet.hours_left(body.get("active_hours")),
    }
    return body | {key: value for key, value in kept.items() if value is not None}


def name_of(zone: str | None) -> str:
    """The server's name of a zone, None being this machine's. Raises Usage if it has none."""
    return zones.canonical(zone) if zone else zones.of_this_machine()


def _zone_name(request: Schedule) -> str | None:
    """The server's name of the zone, if something depends on it or it was given and has one."""
    if request.every or request.days or request.active_hours:
        return name_of(request.timezone)
    is_known = request.timezone and zones.is_known(request.timezone)
    return name_of(request.timezone) if is_known else None


def _whole_day(until: ParsedTime) -> ParsedTime:
    """A day is meant whole (RFC 5545, 3.3.10: UNTIL is inclusive)."""
    if not (until.is_day and until.wanted):
        return until
    return until._replace(moment=wall_clock.end_of_day(until.wanted.date(), until.zone))


def _repetition(request: Schedule, until: ParsedTime | None) -> Record:
    if until and not request.every:
        raise Usage("--until requires --every", hint="add --every")
    if not request.every:
        return {}
    frequency, unit = interval(request.every)
    ends = until and format_timestamp(until.moment)
    return {"recurring": True, "frequency": frequency, "frequency_unit": unit, "ends_at": ends}
