"""Messages: sent, one campaign a send, and received."""

import re
from typing import Any

from smsgw_cli.commands._campaign_watch import check_watch, follow
from smsgw_cli.commands._message_retry import CAMPAIGN as RETRIED
from smsgw_cli.commands._message_retry import HELP as RETRY
from smsgw_cli.commands._message_retry import retry_messages
from smsgw_cli.commands._message_tail import HELP as TAIL
from smsgw_cli.commands._message_tail import OPTIONS as TAIL_OPTIONS
from smsgw_cli.commands._message_tail import tail_messages
from smsgw_cli.commands._sends import OF_SEND, SCHEDULE, SENDERS, WHEN, print_sent, send, status
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.commands.sender_ids import SENDER_ID
from smsgw_cli.crud import crud, register, request_of, values_of
from smsgw_cli.resource import Field, Resource
from smsgw_cli.session import Session

STATUSES = ("Pending", "Queued", "Processed", "Sent", "Delivered", "Failed", "Received")
TYPES = ("SMS", "MMS", "WhatsApp")

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

BOTH_SENDERS = (
    *SENDERS,
    Field(
        "sender_ids",
        "Send with this sender id, by id or value",
        many=True,
        flag="--sender-id",
        names=SENDER_ID,
    ),
)
SEND = (
    Field("to", "A recipient; or several, a,b; or @FILE or -, one a line", many=True),
    Field(
        "contact_lists",
        "All contacts of this list, by id or name",
        many=True,
        flag="--list",
        names=CONTACT_LIST,
    ),
    Field("message", "What to say", flag="-m --message"),
    Field("message_file", "A file that says it; - is standard input"),
    Field("type", "What to send", choices=TYPES),
    Field("attachment", "The address of something to attach", many=True),
    Field("delivery_report", "Ask for delivery reports", bool, "--delivery-report"),
    *BOTH_SENDERS,
    *SCHEDULE,
    Field("csv", "One message a row of this file; {column} in the message is filled from it"),
    Field("number_column", "The column of that file with the mobile numbers"),
)


def send_messages(session: Session, **given: Any) -> None:
    if given["csv"] is not None:
        return send_rows(session, given)
    body = session.drafts.message(given)
    if re.search(r"\{\w[^{}]*\}", body.get("message", "")):
        session.out.note("note: what stands in {} goes out as it is; only --csv fills it")
    return send(session, "messages/send", {**body, **_looked_up(session, given)}, given)


def send_rows(session: Session, given: dict[str, Any]) -> None:
    """Send one message a row of a file, equal texts as one campaign, and print the campaigns."""
    check_watch(given)
    mailing = session.drafts.mailing(given)
    mailing.common |= _looked_up(session, given)
    if session.dry_run:
        session.out.json([request_of("POST", "messages/send", each) for each in mailing.bodies])
        return
    try:
        with session.out.progress("send") as show:
            mailing.send(
                session.sender, given["once"], lambda done, total: show(done, total, "campaigns")
            )
    finally:
        print_sent(session, mailing.campaigns)
    for campaign in mailing.campaigns if given["watch"] else ():
        follow(session, campaign, given["max_failed"])


def _looked_up(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """The ids of the lists, SIMs and sender ids that were named."""
    return values_of(session, [field for field in SEND if field.names], given)


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
    (RETRIED, *BOTH_SENDERS, *SCHEDULE),
    send_again,
    epilog="smsgw -p sandbox messages retry --campaign 1 --yes --watch",
)
