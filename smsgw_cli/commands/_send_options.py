"""The options of what sends: messages, mailings, retries and USSD codes."""

from smsgw_cli.cli.resource import Field
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.commands.devices import SIM
from smsgw_cli.commands.sender_ids import SENDER_ID
from smsgw_cli.messages.request import WORKERS
from smsgw_cli.model import MESSAGE_TYPES
from smsgw_cli.sms.durations import seconds, whole_seconds

ASK_ABOVE = 100

MAX_FAILED = Field(
    "max_failed",
    "Exit 7 if a larger share failed, such as 5%",
    flag="--max-failed",
)
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
    Field("delay", "Time between one message and the next: 30, 5m", parse=whole_seconds),
    Field("prioritize", "Send before other campaigns", bool, "--prioritize"),
    Field("name", "What to call the campaign"),
    Field("at", "When: 2031-01-01T12:00, 18:00, 'fri 09:00', +2h", flag="--at"),
    Field("timezone", "The time zone of all times, such as Europe/Berlin"),
    Field("every", "Repeat it so often, such as '2 weeks'", flag="--every"),
    Field("until", "When to stop repeating it", flag="--until"),
    Field("days", "Only on these days, such as mon,tue or mon-fri"),
    Field("active_hours", "Only within these hours, such as 08:00-17:00"),
    Field("once", "Send only if no send with this key was accepted before"),
    Field(
        "settle",
        "How long a send without an answer is left alone before the server's word counts that "
        "it did not take it (60); 0 asks at once",
        parse=seconds,
    ),
    Field("no_retry", "Do not send again what was lost on its way", bool, "--no-retry"),
    Field("watch", "Show what becomes of it until all of it has", bool, "--watch"),
    MAX_FAILED,
)
ASKING = (
    Field("ask_above", f"Ask before a send to more than this; {ASK_ABOVE} if not given", int),
)
GATE = (
    Field("exclude", "Leave out the numbers in this file, one a line", file=True),
    Field(
        "allow_suppressed",
        "Send to numbers of the do-not-contact list too",
        bool,
        "--allow-suppressed",
    ),
    *ASKING,
    Field("price_per_part", "What a part costs, for the summary", float),
)
GSM = Field("gsm", "Replace characters that only look like those of GSM-7", bool, "--gsm")
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
