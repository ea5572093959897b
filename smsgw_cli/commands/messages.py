"""Messages: sent and received."""

import re
from importlib import import_module
from typing import Any

from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._filters import OF_SEND, OLD, WHEN, status
from smsgw_cli.model import FAILED, MESSAGE_STATUSES, MESSAGE_TYPES, Message, Record

SAME_END = 6  # digits that distinguish numbers quickly


def _e164(session: Session, text: str) -> tuple[str, str | None]:
    """The number, and the country of numbers that are written without one."""
    numbers = import_module("smsgw_cli.sms.numbers")  # for this option only
    region = session.setting("region")
    return str(numbers.e164(text, region)), region


def _has_number(message: Record, wanted: tuple[str, str | None]) -> bool:
    number, region = wanted
    return any(_is_number(message.get(key), number, region) for key in ("from", "to"))


def _is_number(text: Any, number: str, region: str | None) -> bool:
    """Whether a text is a number in another spelling too; one with the same end is compared."""
    digits = re.sub(r"\D", "", str(text or ""))
    if len(digits) < SAME_END or digits[-SAME_END:] != number[-SAME_END:]:
        return False
    numbers, same_phone = map(import_module, ("smsgw_cli.sms.numbers", "smsgw_cli.sms.same_phone"))
    return bool(same_phone.is_same_phone(str(numbers.as_written(str(text), region)), number))


def _conversation(session: Session, messages: list[Record]) -> None:
    """Show the messages of a number to people, the newest last."""
    times = import_module("smsgw_cli.sms.timestamps")
    messages.sort(key=lambda each: (not each.get("sent_at"), times.sent(each), each["id"]))
    session.out.conversation(map(_with_reason, messages))


def _with_reason(message: Record) -> Record:
    if message.get("status") != FAILED:
        return message
    module = import_module("smsgw_cli.campaigns.plain_reasons")  # for failed ones only
    shown: Record = module.with_reason(message)
    return shown


KINDS = (
    *OF_SEND,
    Field("message", "Filter by text contained in the message"),
    Field("type", "Filter by type", choices=MESSAGE_TYPES),
    status(*MESSAGE_STATUSES),
)
MESSAGE = Resource(
    noun="message",
    path="messages",
    columns=("id", "from", "to", "content", "type", "status", "sent_at", "delivered_at"),
    keys=tuple(Message.__annotations__),
    table=("id", "from", "to", "content", "type", "status", "reason", "sent_at", "delivered_at"),
    shown=_with_reason,
    filters=(
        *KINDS,
        Field(
            "number",
            "Filter by number of sender or recipient; on a terminal, as a conversation",
            resolve=_e164,
            selects=_has_number,
            view=_conversation,
        ),
        *WHEN,
    ),
)

app = crud(MESSAGE, "Send messages and track their delivery.", verbs="list get delete", old=OLD)

for verb, module in (("send", "commands"), ("preview", "commands"), ("tail", "tail")):
    app.lazy(verb, f"smsgw_cli.commands._message_{module}")
app.lazy("retry", "smsgw_cli.commands._message_retry")
