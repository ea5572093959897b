"""Messages: sent, one campaign a send, and received."""

from typing import Any

from smsgw_cli.commands._gate import GATE
from smsgw_cli.commands._message_preview import preview_message
from smsgw_cli.commands._message_retry import CAMPAIGN as RETRIED
from smsgw_cli.commands._message_retry import HELP as RETRY
from smsgw_cli.commands._message_retry import retry_messages
from smsgw_cli.commands._message_send import BOTH_SENDERS, SEND, TYPES, looked_up, send_messages
from smsgw_cli.commands._message_tail import HELP as TAIL
from smsgw_cli.commands._message_tail import OPTIONS as TAIL_OPTIONS
from smsgw_cli.commands._message_tail import tail_messages
from smsgw_cli.commands._sends import OF_SEND, SCHEDULE, WHEN, status
from smsgw_cli.crud import crud, register
from smsgw_cli.resource import Field, Resource
from smsgw_cli.session import Session

STATUSES = ("Pending", "Queued", "Processed", "Sent", "Delivered", "Failed", "Received")

KINDS = (
    *OF_SEND,
    Field("message", "Only with this text in them"),
    Field("type", "Only of this type", choices=TYPES),
    status(*STATUSES),
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
    filters=(*KINDS, *WHEN),
)

app = crud(MESSAGE, "Send messages and see what became of them.", verbs="list get delete")

register(
    app,
    "send",
    "Send a message to numbers, contact lists or both.",
    SEND,
    send_messages,
    epilog="""
    smsgw -p sandbox messages send --to +12025550123 -m 'Hello' --watch
    smsgw -p sandbox messages send --csv codes.csv -m 'Hi {first_name|there}, it is {code}'
    smsgw -p sandbox messages send --list Customers -m 'Sale!' --at 'tomorrow 09:00' --name Sale
    """,
)


def preview_messages(session: Session, **given: Any) -> None:
    preview_message(session, given, lambda: looked_up(session, given))


register(
    app,
    "preview",
    "Show what a send would be: who gets it, in how many parts, at what cost.",
    SEND,
    preview_messages,
    epilog="""
    smsgw -p sandbox messages preview --to +12025550123 -m 'Hello' --sim 1 --delay 5
    smsgw -p sandbox messages preview --list 1 -m 'It’s here' --price-per-part 0.05 -o json
    """,
)


def follow_messages(session: Session, **given: Any) -> None:
    tail_messages(session, MESSAGE, KINDS, given)


register(
    app,
    "tail",
    TAIL,
    (*KINDS, *TAIL_OPTIONS),
    follow_messages,
    epilog="""
    smsgw messages tail --status Received --since 1h
    smsgw messages tail --status Received --cursor replies.cursor --no-follow -o ndjson
    """,
)


def send_again(session: Session, **given: Any) -> None:
    retry_messages(session, BOTH_SENDERS, given)


register(
    app,
    "retry",
    RETRY,
    (RETRIED, *BOTH_SENDERS, *SCHEDULE, *GATE),
    send_again,
    epilog="smsgw -p sandbox messages retry --campaign 1 --yes --watch",
)
