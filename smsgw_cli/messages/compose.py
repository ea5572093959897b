"""Composes the bodies of `/messages/send` and `/ussd-pulls/send` from requests.

They have only keys that were given; ids that are looked up on the server are added later.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from smsgw_cli.errors import Usage
from smsgw_cli.messages.content import kind_of, refuse_attachments, text_of, text_transform
from smsgw_cli.messages.number_list import ParsedNumbers, Reading, parsed, refuse
from smsgw_cli.messages.schedule import timing
from smsgw_cli.messages.send_request import MessageRequest, Schedule
from smsgw_cli.model import Record
from smsgw_cli.sms.lookalikes import Lookalikes
from smsgw_cli.sms.number_kinds import KindRules
from smsgw_cli.sms.ussd_codes import dialled
from smsgw_cli.tables.read_options import Check, unchecked

USSD_DELAY = 5
"""Seconds between the codes of a SIM."""

PLACEHOLDER = re.compile(r"\{\w[^{}]*\}")


@dataclass(frozen=True)
class Draft:
    """The body of a send of one text, its parsed recipients, and the characters replaced in it."""

    body: Record
    found: ParsedNumbers = field(default_factory=ParsedNumbers)
    lookalikes: Lookalikes = field(default_factory=Lookalikes)


def message(
    request: MessageRequest,
    region: str | None,
    *,
    strict: bool = True,
    check: Check = unchecked,
) -> Draft:
    """A send of one text. Raises Usage without recipient or content.

    Invalid numbers raise Usage if `strict`, else they are skipped. `region` is the country of
    numbers without a leading +; `check` is for files with columns.
    """
    lookalikes = Lookalikes()
    text = text_of(request)
    text = text and text_transform(request, lookalikes)(text)
    reading = Reading(
        region,
        request.column_map,
        request.read_options,
        check,
        request.allowed,
        refuses_unsubscribed=True,
        short_codes=True,
    )
    found = parsed(request.to, reading)
    if strict:
        KindRules(allowed=request.allowed).refuse(found.kinds, sends=False)
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
    return {**pause, **timing(request).body, "ussd_codes": dialled(codes)}


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
    return timing(request.schedule).body | _without_none(content)


def _without_none(body: Record) -> Record:
    return {key: value for key, value in body.items() if value is not None}


def _require_recipient_and_content(
    request: MessageRequest, text: str | None, found: ParsedNumbers
) -> None:
    if not (found.numbers or found.errors or request.has_lists):
        raise Usage("no recipient given", hint="use --to NUMBER or --list LIST")
    if not ((text and text.strip()) or request.attachments):
        raise Usage("no message given", hint="use --message TEXT, or --attachment URL for an MMS")
