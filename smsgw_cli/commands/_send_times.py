"""The time of a send: refuses past times, notes how times were read, keeps quiet hours."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from smsgw_cli.cli.session import Session
from smsgw_cli.messages import schedule, schedule_notes
from smsgw_cli.messages.schedule import MOMENTS, Timing
from smsgw_cli.messages.send_request import PAST, QUIET_HOURS, Schedule, SendOptions
from smsgw_cli.messages.when import When
from smsgw_cli.model import Record
from smsgw_cli.sms import open_hours
from smsgw_cli.sms.quiet_hours import QuietHours
from smsgw_cli.sms.recurrence import time_zone
from smsgw_cli.sms.times import GRACE
from smsgw_cli.sms.timestamps import parse_timestamp

MINUTE = timedelta(minutes=1)  # times are typed to the minute


def timed(
    session: Session,
    body: Record,
    request: Schedule,
    options: SendOptions,
    *,
    kept: Mapping[str, Any] | None = None,
) -> Record:
    """The body with its times, read by the server's clock if it has answered by now.

    `kept` is the body of an earlier send that this one goes on with: it keeps the moments of that
    one, and is not refused for them. Raises Usage for times that have passed.
    """
    timing = schedule.timing(request, session.now)
    if kept is not None:
        return body | timing.body | {key: kept[key] for key in MOMENTS if key in kept}
    timing.refuse(options.allowed)
    _tell(session, timing)
    return body | timing.body


def without_quiet_hours(session: Session, body: Record, options: SendOptions) -> Record:
    """The body of a message campaign that keeps to the setting quiet_hours. Raises Usage."""
    text = session.setting("quiet_hours")
    if not text or QUIET_HOURS in options.allowed:
        return body
    body = schedule.outside(body, QuietHours.of(text), session.setting("timezone"))
    zone = time_zone(body["timezone"])
    start = max(parse_timestamp(body.get("scheduled_at")) or session.now, session.now)
    opens = open_hours.opens(start, zone, body.get("active_hours"), body.get("days_of_week"))
    if opens > start:
        until = f"{opens.astimezone(zone):%a %Y-%m-%d %H:%M}"
        session.out.note(
            f"note: quiet hours ({text}): the server holds it until {until} {body['timezone']}"
        )
    return body


def warn_if_late(
    session: Session, body: Record, options: SendOptions, server: datetime | None
) -> None:
    """Warn if the time of a send had passed by the server's clock when it took it, unless that was
    known before."""
    at, ours = parse_timestamp(body.get("scheduled_at")), datetime.now(UTC)
    if at is None or server is None or PAST in options.allowed:
        return
    is_told = MINUTE < ours - at <= GRACE
    if server - at > MINUTE and not is_told:
        session.warn(f"warning: {schedule_notes.late_by_server(at, server, ours)}")


def _tell(session: Session, timing: Timing) -> None:
    for note in (*timing.notes(), *When(timing.body, timing.now).assumptions()):
        session.out.note(f"note: {note}")
    if timing.at and timing.has_passed:
        ago = timing.now - timing.at.moment
        text = schedule_notes.late(timing.request.at or "", ago)
        # Cron starts what is to be sent at 18:00 at 18:00:01.
        tell = session.out.note if ago < MINUTE else session.warn
        tell(f"{'note' if ago < MINUTE else 'warning'}: {text}")
