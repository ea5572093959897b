"""Composes the bodies of `/messages/send` and `/ussd-pulls/send` from requests.

They have only keys that were given; ids that are looked up on the server are added later.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from smsgw_cli.errors import Usage
from smsgw_cli.messages.content import kind_of, refuse_attachments, text_of, text_transform
from smsgw_cli.messages.number_list import ParsedNumbers, Reading, parsed, refuse
from smsgw_cli.messages.send_request import MessageRequest, Schedule
from smsgw_cli.model import Record
from smsgw_cli.sms import zones
from smsgw_cli.sms.lookalikes import Lookalikes
from smsgw_cli.sms.recurrence import active_hours, days_of_week, interval, time_zone
from smsgw_cli.sms.times import upcoming
from smsgw_cli.sms.timestamps import format_timestamp
from smsgw_cli.sms.trimmed import trimmed
from smsgw_cli.sms.ussd_codes import dialled

USSD_DELAY = 5
"""Seconds between the codes of a SIM."""

PLACEHOLDER = re.compile(r"\{\w[^{}]*\}")


@dataclass(frozen=True)
class Draft:
    """The body of a send of one text, its parsed recipients, and the characters replaced in it."""

    body: Record
    found: ParsedNumbers = field(default_factory=ParsedNumbers)
    lookalikes: Lookalikes = field(default_factory=Lookalikes)


def schedule(request: Schedule, now: datetime | None = None) -> Record:
    """The keys that both bodies share: name, time, repetition, speed. Raises Usage.

    Hours, days and repetitions go with the zone that they are meant in, as the server's may be
    another.
    """
    now = now or datetime.now(UTC)
    zone = time_zone(request.timezone)
    body = {
        "random_sender": request.random_sender,
        "prioritize": request.prioritize,
        "name": request.name and trimmed(request.name),
        "timezone": _zone_name(request),
        "delay": request.delay,
        "scheduled_at": request.at and format_timestamp(upcoming(request.at, now, zone)),
        **_repetition(request, now, zone),
        "days_of_week": request.days and days_of_week(request.days),
        "active_hours": request.active_hours and active_hours(request.active_hours),
    }
    return _without_none(body)


def _zone_name(request: Schedule) -> str | None:
    """The server's name of the zone, if it was given or something depends on it."""
    if request.timezone:
        return zones.canonical(request.timezone)
    needs_zone = request.every or request.days or request.active_hours
    return zones.of_this_machine() if needs_zone else None


def message(request: MessageRequest, region: str | None, *, strict: bool = True) -> Draft:
    """A send of one text. Raises Usage without recipient or content.

    Invalid numbers raise Usage if `strict`, else they are skipped. `region` is the country of
    numbers without a leading +.
    """
    lookalikes = Lookalikes()
    text = text_of(request)
    text = text and text_transform(request, lookalikes)(text)
    found = parsed(request.to, Reading(region, request.column_map, request.encoding))
    if strict:
        refuse(found)
    _require_recipient_and_content(request, text, found)
    to = {"mobile_numbers": found.numbers} if found.numbers else {}
    content = {"message": text} if text is not None else {}
    return Draft({**common(request), **to, **content}, found, lookalikes)


def has_placeholder(text: str) -> bool:
    """Whether a text contains something like a placeholder of --csv."""
    return PLACEHOLDER.search(text) is not None


def ussd(request: Schedule, codes: Sequence[str]) -> Record:
    """The body of `/ussd-pulls/send`. Raises Usage for what is no code.

    A SIM that dials a code while the session of the one before is open answers that session
    instead, and both fail (smsgateway.rbsoft.org/docs/send-ussd-pulls.html), so there is a delay
    between several, unless the request has one.
    """
    pause = {"delay": USSD_DELAY} if len(codes) > 1 else {}
    return {**pause, **schedule(request), "ussd_codes": dialled(codes)}


def common(request: MessageRequest) -> Record:
    """The keys that all messages of a request share: all except recipients and text.

    Raises Usage for attachments that cannot be sent.
    """
    refuse_attachments(request.attachments)
    content = {
        "delivery_report": request.delivery_report,
        "type": kind_of(request),
        "attachments": list(request.attachments) or None,
    }
    return schedule(request.schedule) | _without_none(content)


def _without_none(body: Record) -> Record:
    return {key: value for key, value in body.items() if value is not None}


def _repetition(request: Schedule, now: datetime, zone: tzinfo | None) -> Record:
    if request.until and not request.every:
        raise Usage("--until requires --every", hint="add --every")
    if not request.every:
        return {}
    frequency, unit = interval(request.every)
    ends = request.until and format_timestamp(upcoming(request.until, now, zone))
    return {"recurring": True, "frequency": frequency, "frequency_unit": unit, "ends_at": ends}


def _require_recipient_and_content(
    request: MessageRequest, text: str | None, found: ParsedNumbers
) -> None:
    if not (found.numbers or found.errors or request.has_lists):
        raise Usage("no recipient given", hint="use --to NUMBER or --list LIST")
    if not ((text and text.strip()) or request.attachments):
        raise Usage("no message given", hint="use --message TEXT, or --attachment URL for an MMS")
