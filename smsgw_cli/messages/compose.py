"""The bodies of sends, with the keys of `/messages/send` and `/ussd-pulls/send`.

Nothing is in them that was not asked for. What has to be looked up on the server is added later.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from smsgw_cli.errors import Usage
from smsgw_cli.messages.recipients import ParsedRecipients, recipients
from smsgw_cli.messages.request import MessageRequest, Schedule
from smsgw_cli.model import Record
from smsgw_cli.sms.lookalikes import Lookalikes
from smsgw_cli.sms.schedule import active_hours, days_of_week, interval, time_zone
from smsgw_cli.sms.times import upcoming
from smsgw_cli.sms.timestamps import format_timestamp
from smsgw_cli.tables.text_file import read_text

PLACEHOLDER = re.compile(r"\{\w[^{}]*\}")


@dataclass(frozen=True)
class Draft:
    """The body of a send of one text, who was named, and which characters were replaced."""

    body: Record
    found: ParsedRecipients = field(default_factory=ParsedRecipients)
    lookalikes: Lookalikes = field(default_factory=Lookalikes)


def schedule(request: Schedule, now: datetime | None = None) -> Record:
    """The keys that both sends share: name, time, repetition, speed. Raises Usage."""
    now = now or datetime.now(UTC)
    zone = time_zone(request.timezone)
    body = {
        "random_sender": request.random_sender,
        "prioritize": request.prioritize,
        "name": request.name,
        "timezone": request.timezone,
        "delay": request.delay,
        "scheduled_at": request.at and format_timestamp(upcoming(request.at, now, zone)),
        **_repetition(request, now, zone),
        "days_of_week": request.days and days_of_week(request.days),
        "active_hours": request.active_hours and active_hours(request.active_hours),
    }
    return _given(body)


def message(request: MessageRequest, region: str | None, *, strict: bool = True) -> Draft:
    """A send of one text; invalid numbers are left out if not `strict`, else they raise Usage.

    `region` is the country of numbers without a leading +.
    """
    lookalikes = Lookalikes()
    text = text_of(request)
    text = text and replacing(request, lookalikes)(text)
    found = recipients(request.to, region)
    if strict and found.wrong:
        raise found.wrong[0]
    _require_recipient_and_content(request, text, found)
    to = {"mobile_numbers": found.numbers} if found.numbers else {}
    content = {"message": text} if text is not None else {}
    return Draft({**common(request), **to, **content}, found, lookalikes)


def has_placeholder(text: str) -> bool:
    """Whether something in a text looks like a placeholder of --csv."""
    return PLACEHOLDER.search(text) is not None


def ussd(request: Schedule, codes: Sequence[str]) -> Record:
    """The body of `/ussd-pulls/send`."""
    return {**schedule(request), "ussd_codes": list(codes)}


def common(request: MessageRequest) -> Record:
    """What all messages of a request share: everything but recipients and text."""
    content = {
        "delivery_report": request.delivery_report,
        "type": request.type,
        "attachments": list(request.attachments) or None,
    }
    return schedule(request.schedule) | _given(content)


def _given(body: Record) -> Record:
    return {key: value for key, value in body.items() if value is not None}


def _repetition(request: Schedule, now: datetime, zone: tzinfo | None) -> Record:
    if request.until and not request.every:
        raise Usage("--until requires --every", hint="add --every")
    if not request.every:
        return {}
    frequency, unit = interval(request.every)
    ends = request.until and format_timestamp(upcoming(request.until, now, zone))
    return {"recurring": True, "frequency": frequency, "frequency_unit": unit, "ends_at": ends}


def text_of(request: MessageRequest) -> str | None:
    """The text as given, or that of a file without its last line end."""
    if request.message_file is None:
        return request.message
    return re.sub(r"\r?\n\Z", "", read_text(request.message_file))


def replacing(request: MessageRequest, lookalikes: Lookalikes) -> Callable[[str], str]:
    """What is done to a text before it goes out."""
    return lookalikes.replace if request.gsm else str


def _require_recipient_and_content(
    request: MessageRequest, text: str | None, found: ParsedRecipients
) -> None:
    if not (found.numbers or found.wrong or request.has_lists):
        raise Usage("no recipient given", hint="use --to NUMBER or --list LIST")
    if not ((text and text.strip()) or request.attachments):
        raise Usage("no message given", hint="use --message TEXT, or --attachment URL for an MMS")
