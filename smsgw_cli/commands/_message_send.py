"""`messages send`: one text to many, or with --csv one message a row of a file."""

import re
from typing import Any

from smsgw_cli.cli.crud import register, request_of, values_of
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._campaign_watch import check_waits, follow
from smsgw_cli.commands._send_guard import GATE, GSM, passed_letters, tell_of_lookalikes
from smsgw_cli.commands._sends import SCHEDULE, SENDERS, care_of, print_sent, send
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.commands.sender_ids import SENDER_ID
from smsgw_cli.errors import Usage
from smsgw_cli.model import MESSAGE_TYPES

app = Commands()

PATH = "messages/send"
WORKERS, MOST_WORKERS = 8, 256
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
    Field("message_file", "A file that says it; - is standard input", file=True),
    GSM,
    Field("type", "What to send", choices=MESSAGE_TYPES),
    Field("attachment", "The address of something to attach", many=True),
    Field("delivery_report", "Ask for delivery reports", bool, "--delivery-report"),
    *BOTH_SENDERS,
    *SCHEDULE,
    Field(
        "csv",
        "One message a row of this file; {column} in the message is filled from it",
        file=True,
    ),
    Field("number_column", "The column of that file with the mobile numbers"),
    *GATE,
    Field("workers", f"The most sends at once with --csv ({WORKERS})", int),
    Field("rate", "The most requests a minute with --csv, such as 600/min"),
)


def send_messages(session: Session, **given: Any) -> None:
    if given["csv"] is not None:
        return send_rows(session, given)
    body = session.drafts.message(given)
    tell_of_lookalikes(session, given)
    if re.search(r"\{\w[^{}]*\}", body.get("message", "")):
        session.out.note("note: what stands in {} goes out as it is; only --csv fills it")
    return send(session, PATH, {**body, **looked_up(session, given)}, given)


def send_rows(session: Session, given: dict[str, Any]) -> None:
    """Send one message a row of a file, equal texts as one campaign, and print the campaigns."""
    check_waits(session, given)
    mailing = session.drafts.mailing(given)
    tell_of_lookalikes(session, given)
    workers = _workers(given)
    if given["rate"] is not None:
        session.limit_rate(given["rate"])  # before anything is asked
    mailing.common |= looked_up(session, given)
    # Before anybody is left out: who is suppressed meanwhile makes it no other mailing.
    mark = mailing.mark(given["at"], given["until"], given["once"])
    mailing.letters = passed_letters(session, mailing.letters, mailing.common, given)
    if session.dry_run:
        session.out.json(
            [request_of("POST", PATH, session.drafts.named(each)) for each in mailing.bodies]
        )
        return
    care = care_of(session, given)
    try:
        with session.out.progress("send") as show:
            session.delivery(mailing, care).carry_out(
                mark,
                given["once"],
                workers,
                lambda done, total: show(done, total, "campaigns"),
            )
    finally:
        print_sent(session, mailing.campaigns)
    for campaign in mailing.campaigns if given["watch"] else ():
        follow(session, campaign, given["max_failed"])


def _workers(given: dict[str, Any]) -> int:
    """How many letters go out side by side. Raises Usage."""
    workers: int = WORKERS if given["workers"] is None else given["workers"]
    if not 1 <= workers <= MOST_WORKERS:
        raise Usage(f"--workers is a number from 1 to {MOST_WORKERS}, not {workers}")
    return workers


def looked_up(session: Session, given: dict[str, Any]) -> dict[str, Any]:
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
