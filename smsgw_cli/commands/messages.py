"""Messages: sent and received."""

from importlib import import_module

from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._filters import OF_SEND, OLD, WHEN, status
from smsgw_cli.model import FAILED, MESSAGE_STATUSES, MESSAGE_TYPES, Record


def _e164(session: Session, text: str) -> str:
    numbers = import_module("smsgw_cli.sms.numbers")  # for this option only
    return str(numbers.e164(text, session.setting("region")))


def _has_number(message: Record, number: str) -> bool:
    return number in (message.get("from"), message.get("to"))


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
    keys=(
        "id",
        "from",
        "to",
        "content",
        "type",
        "attachments",
        "status",
        "response",
        "messenger",
        "sent_at",
        "delivered_at",
    ),
    table=(
        "id",
        "from",
        "to",
        "content",
        "type",
        "status",
        "reason",
        "sent_at",
        "delivered_at",
    ),
    shown=_with_reason,
    filters=(
        *KINDS,
        Field(
            "number", "Filter by number of sender or recipient", resolve=_e164, selects=_has_number
        ),
        *WHEN,
    ),
)

app = crud(MESSAGE, "Send messages and track their delivery.", verbs="list get delete", old=OLD)

for verb, module in (("send", "commands"), ("preview", "commands"), ("tail", "tail")):
    app.lazy(verb, f"smsgw_cli.commands._message_{module}")
app.lazy("retry", "smsgw_cli.commands._message_retry")
