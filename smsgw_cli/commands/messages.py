"""Messages: sent, one campaign a send, and received."""

from typing import Any

from smsgw_cli.commands.campaigns import CAMPAIGN, follow
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.commands.devices import SIM
from smsgw_cli.commands.sender_ids import SENDER_ID
from smsgw_cli.crud import crud, register, request_of, values_of, would_send
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
        Field("user", "Only of the user with this id", int),
        Field("campaign", "Only of the campaign with this id", int),
        Field("sim", "Only of this SIM: its id, number, label or name", names=SIM),
        Field("message", "Only with this text in them"),
        Field("type", "Only of this type", choices=TYPES),
        Field(
            "statuses",
            "Only of this status; may be given several times",
            many=True,
            flag="--status",
            choices=STATUSES,
        ),
        Field("after", "Only after this day or instant"),
        Field("before", "Only before this day or instant"),
    ),
)

app = crud(MESSAGE, "Send messages and see what became of them.", verbs="list get delete")

SENDERS = (
    Field(
        "sims",
        "Send by this SIM: its id, number, label or name",
        many=True,
        flag="--sim",
        names=SIM,
    ),
)
SCHEDULE = (
    Field("random_sender", "Take the senders in random order", bool, "--random-sender"),
    Field("delay", "Seconds between one message and the next", int),
    Field("prioritize", "Send before other campaigns", bool, "--prioritize"),
    Field("name", "What to call the campaign"),
    Field("at", "When: 2031-01-01T12:00, 'tomorrow 09:00', +2h", flag="--at"),
    Field("timezone", "The time zone of all times, such as Europe/Berlin"),
    Field("every", "Repeat it so often, such as '2 weeks'", flag="--every"),
    Field("until", "When to stop repeating it", flag="--until"),
    Field("days", "Only on these days, such as mon,tue or mon-fri"),
    Field("active_hours", "Only within these hours, such as 08:00-17:00"),
    Field("once", "Send only if no send with this key was accepted before"),
    Field("watch", "Show what becomes of it until all of it has", bool, "--watch"),
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
    *SENDERS,
    Field(
        "sender_ids",
        "Send with this sender id, by id or value",
        many=True,
        flag="--sender-id",
        names=SENDER_ID,
    ),
    *SCHEDULE,
    Field("csv", "One message a row of this file; {column} in the message is filled from it"),
    Field("number_column", "The column of that file with the mobile numbers"),
)


def send_messages(session: Session, **given: Any) -> None:
    if given["csv"] is not None:
        return send_rows(session, given)
    body = session.drafts.message(given)
    return send(session, "messages/send", {**body, **_looked_up(session, given)}, given)


def send_rows(session: Session, given: dict[str, Any]) -> None:
    """Send one message a row of a file, equal texts as one campaign, and print the campaigns."""
    mailing = session.drafts.mailing(given)
    mailing.common |= _looked_up(session, given)
    if session.dry_run:
        session.out.json([request_of("POST", "messages/send", each) for each in mailing.bodies])
        return
    campaigns = []
    try:
        with session.out.progress("send") as show:
            for campaign in mailing.send(session.sender, given["once"]):
                campaigns.append(campaign)
                show(len(campaigns), len(mailing.letters), "campaigns")
    finally:
        session.out.rows(campaigns, CAMPAIGN.columns)
    for campaign in campaigns if given["watch"] else ():
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


def send(session: Session, path: str, body: dict[str, Any], given: dict[str, Any]) -> None:
    """Send and print the campaign; then, if it was asked for, watch it."""
    if would_send(session, "POST", path, body):
        return
    campaign, is_new = session.sender.send(path, body, once=given["once"])
    if not is_new:
        session.out.note(f"note: sent before with the key {given['once']!r}; not sent again")
    shown = {key: campaign.get(key) for key in CAMPAIGN.columns}
    session.out.record(shown if session.out.is_table else campaign, CAMPAIGN.columns)
    if given["watch"]:
        follow(session, campaign)
