"""Messages: sent, one campaign a send, and received."""

import re
from typing import Any

from smsgw_cli.commands._sends import OF_SEND, SCHEDULE, SENDERS, WHEN, print_sent, send, status
from smsgw_cli.commands.campaigns import follow
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.commands.sender_ids import SENDER_ID
from smsgw_cli.crud import crud, register, request_of, values_of
from smsgw_cli.resource import Field, Resource
from smsgw_cli.session import Session

STATUSES = ("Pending", "Queued", "Processed", "Sent", "Delivered", "Failed", "Received")
TYPES = ("SMS", "MMS", "WhatsApp")

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
    filters=(
        *OF_SEND,
        Field("message", "Only with this text in them"),
        Field("type", "Only of this type", choices=TYPES),
        status(*STATUSES),
        *WHEN,
    ),
)

app = crud(MESSAGE, "Send messages and see what became of them.", verbs="list get delete")

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
    Field("message_file", "A file that says it; - is standard input", file=True),
    Field("type", "What to send", choices=TYPES),
    Field("attachment", "The address of something to attach", many=True),
    Field("delivery_report", "Ask for delivery reports", bool, "--delivery-report"),
    *SENDERS,
    Field(
        "sender_ids",
        "Send with this sender id, by id or value",
        many=True,
        flag="--sender-id",
        names=SENDER_ID,
    ),
    *SCHEDULE,
    Field(
        "csv",
        "One message a row of this file; {column} in the message is filled from it",
        file=True,
    ),
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
        follow(session, campaign)


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
