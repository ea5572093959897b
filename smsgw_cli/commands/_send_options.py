"""The options shared by messages, mailings, retries and USSD codes."""

from smsgw_cli.cli.resource import Field
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.commands.devices import SIM
from smsgw_cli.commands.sender_ids import SENDER_ID
from smsgw_cli.messages.send_request import WORKERS
from smsgw_cli.model import MESSAGE_TYPES
from smsgw_cli.sms.durations import seconds, whole_seconds

ASK_ABOVE = 100

MAX_FAILED = Field(
    "max_failed",
    "Exit with 7 if more than this share failed, such as 5%",
    flag="--max-failed",
)
SENDERS = (
    Field(
        "sims",
        "SIM to use (id, number, label or name)",
        many=True,
        flag="--sim",
        names=SIM,
    ),
)
SCHEDULE = (
    Field("random_sender", "Use the senders in random order", bool, "--random-sender"),
    Field("delay", "Time between one message and the next: 30, 5m", parse=whole_seconds),
    Field("prioritize", "Give it priority over other campaigns", bool, "--prioritize"),
    Field("name", "Name of the campaign"),
    Field("at", "When to send: 2031-01-01T12:00, 18:00, 'fri 09:00', +2h", flag="--at"),
    Field("timezone", "Time zone of all times, such as Europe/Berlin"),
    Field("every", "Repeat interval, such as '2 weeks'", flag="--every"),
    Field("until", "When to stop repeating", flag="--until"),
    Field("days", "Only on these days, such as mon,tue or mon-fri"),
    Field("active_hours", "Only within these hours, such as 08:00-17:00"),
    Field("once", "Idempotency key: send at most once with this key"),
    Field(
        "settle",
        "Seconds to wait before checking whether an unanswered send was accepted "
        "[default: 60]; 0 checks at once",
        parse=seconds,
    ),
    Field("no_retry", "Do not retry a send that was not accepted", bool, "--no-retry"),
    Field("watch", "Follow until every message has a final status", bool, "--watch"),
    MAX_FAILED,
)
ASKING = (
    Field(
        "ask_above",
        f"Ask for confirmation above this number of recipients [default: {ASK_ABOVE}]",
        int,
    ),
)
GUARD = (
    Field("exclude", "Skip the numbers in this file, one per line", file=True),
    Field(
        "allow_suppressed",
        "Send to numbers on the do-not-contact list too",
        bool,
        "--allow-suppressed",
    ),
    *ASKING,
    Field("price_per_part", "Price per part, for the preview", float),
)
GSM = Field("gsm", "Replace typographic characters so that the text fits GSM-7", bool, "--gsm")
BOTH_SENDERS = (
    *SENDERS,
    Field(
        "sender_ids",
        "Sender id to use (id or value)",
        many=True,
        flag="--sender-id",
        names=SENDER_ID,
    ),
)
SEND = (
    Field("to", "Recipient; or several (a,b); or @FILE or - with one per line", many=True),
    Field(
        "contact_lists",
        "Send to this contact list (id or name)",
        many=True,
        flag="--list",
        names=CONTACT_LIST,
    ),
    Field("message", "Text of the message", flag="-m --message"),
    Field("message_file", "File with the text; - for standard input", file=True),
    GSM,
    Field("type", "Type of the message", choices=MESSAGE_TYPES),
    Field("attachment", "URL of an attachment", many=True),
    Field("delivery_report", "Request delivery reports", bool, "--delivery-report"),
    *BOTH_SENDERS,
    *SCHEDULE,
    Field(
        "csv",
        "Send one message per row of this CSV file; {column} in the text is filled in",
        file=True,
    ),
    Field("number_column", "Column of the CSV file with the mobile numbers"),
    *GUARD,
    Field("workers", f"Maximum number of parallel sends with --csv [default: {WORKERS}]", int),
    Field("rate", "Maximum request rate with --csv, such as 600/min"),
)
