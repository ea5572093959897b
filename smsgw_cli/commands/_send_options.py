"""The options shared by messages, mailings, retries and USSD codes."""

from smsgw_cli.cli import old_words
from smsgw_cli.cli.parameters import of_setting
from smsgw_cli.cli.resource import Field
from smsgw_cli.commands._bulk_options import SKIP_BAD
from smsgw_cli.commands._table_options import SHEET
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.commands.devices import SIM
from smsgw_cli.commands.sender_ids import SENDER_ID
from smsgw_cli.config.settings import SETTINGS
from smsgw_cli.model import MESSAGE_TYPES
from smsgw_cli.sms.durations import whole_seconds

WHO, WHAT, WHEN = "Who", "What", "When"
SAFETY, FILE, TUNING = "Safety", "From a file", "Tuning"

MAX_FAILED = Field(
    "max_failed",
    SETTINGS["max_failed"].help,
    flag="--max-failed",
    metavar=SETTINGS["max_failed"].form,
    section=SAFETY,
)
ALLOW = Field(
    "allow",
    "Allow what is otherwise refused: suppressed (numbers on the do-not-contact list), "
    "landlines, premium (premium-rate numbers), any-number (short codes in a file, unknown "
    "ranges), repeat (a mailing that was sent before), unfinished (a mailing of another day), "
    "past (a time in the past), quiet-hours",
    many=True,
    flag="--allow",
    metavar="THING[,THING]",
    section=SAFETY,
)
SENDERS = (
    Field(
        "sims",
        "SIM to use (id, number, label or name)",
        many=True,
        flag="--sim",
        names=SIM,
        section=WHO,
    ),
)
BOTH_SENDERS = (
    *SENDERS,
    Field(
        "sender_ids",
        "Sender id to use (id or value)",
        many=True,
        flag="--sender-id",
        metavar="SENDER",
        names=SENDER_ID,
        section=WHO,
    ),
)
RANDOM_SENDER = Field("random_sender", "Use the senders in random order", bool, section=WHO)
NAME = Field("name", "Name of the campaign", section=WHAT)
SCHEDULE = (
    Field(
        "at",
        "When to send: 2031-01-01T12:00, 18:00, 'fri 09:00', +2h",
        flag="--at",
        metavar="WHEN",
        section=WHEN,
    ),
    Field(
        "every", "Repeat interval, such as '2 weeks'", flag="--every", metavar="TIME", section=WHEN
    ),
    Field(
        "until",
        "When to stop repeating; a date includes that day",
        flag="--until",
        metavar="WHEN",
        section=WHEN,
    ),
    Field("days", "Only on these days, such as mon,tue or mon-fri", section=WHEN),
    Field(
        "active_hours",
        "Only within these hours, such as 08:00-17:00",
        metavar="HOURS",
        section=WHEN,
    ),
    of_setting("timezone", WHEN),
)
CHECKS = (
    Field(
        "once",
        "Idempotency key: send at most once with this key",
        single=True,
        metavar="KEY",
        section=SAFETY,
    ),
    Field(
        "watch", "Follow until every message has a final status", bool, "--watch", section=SAFETY
    ),
    MAX_FAILED,
)
WAVES = Field(
    "waves",
    "Send to some recipients first, and to the rest only if that goes well: 20,rest or "
    "20/10m,200,rest (each SIZE[/WAIT]; a size is N, N% or rest; the last one repeats)",
    single=True,
    metavar="WAVES",
    section=SAFETY,
)
EXCLUDE = Field(
    "exclude",
    "Skip these numbers: a,b, or @FILE or - with one per line",
    many=True,
    flag="--exclude",
    metavar="NUMBERS",
    section=WHO,
)
PACE = (
    Field(
        "delay",
        "Time between one message and the next: 30, 5m",
        parse=whole_seconds,
        metavar="DURATION",
        section=TUNING,
    ),
    Field("prioritize", "Give it priority over other campaigns", bool, section=TUNING),
)
SEND = (
    Field(
        "to",
        "Recipients: a,b, or @FILE or - with one per line",
        many=True,
        metavar="NUMBERS",
        section=WHO,
    ),
    Field(
        "contact_lists",
        "Contact list to send to (id or name)",
        many=True,
        flag="--list",
        names=CONTACT_LIST,
        section=WHO,
    ),
    EXCLUDE,
    of_setting("region", WHO),
    *BOTH_SENDERS,
    RANDOM_SENDER,
    Field(
        "message",
        "Text of the message",
        flag="-m --message",
        single=True,
        metavar="TEXT",
        section=WHAT,
    ),
    Field(
        "message_file",
        "File with the text; - for standard input",
        single=True,
        file=True,
        section=WHAT,
    ),
    Field("type", "Type of the message", choices=MESSAGE_TYPES, section=WHAT),
    Field(
        "attachment",
        "URL of an attachment; makes the message an MMS",
        many=True,
        metavar="URL",
        section=WHAT,
    ),
    of_setting("gsm", WHAT),
    of_setting("delivery_report", WHAT),
    NAME,
    *SCHEDULE,
    *CHECKS,
    WAVES,
    ALLOW,
    Field(
        "csv",
        "Send one message per row of this CSV file or workbook; {column} or {column|default} in "
        "the text is filled in",
        single=True,
        file=True,
        section=FILE,
    ),
    Field(
        "mappings",
        "What a column is: mobile_number, region, subscribed, unsubscribed or a {name}; empty to "
        "ignore it",
        many=True,
        flag="--map",
        metavar="COLUMN=TARGET",
        section=FILE,
    ),
    of_setting("encoding", FILE),
    SHEET._replace(section=FILE),
    SKIP_BAD._replace(section=FILE),
    Field(
        "shard",
        "Send only part I of N of the file, with --once; see 'smsgw help sharding'",
        metavar="I/N",
        section=FILE,
    ),
    *PACE,
    of_setting("workers", TUNING),
    of_setting("rate", TUNING),
)
# What -h shows.
COMMON = (
    "to",
    "contact_lists",
    "exclude",
    "sims",
    "message",
    "message_file",
    "attachment",
    "name",
    "at",
    "every",
    "days",
    "active_hours",
    "once",
    "watch",
    "csv",
)
READS = ("settle", "ask_above", "price", "repeat_after", "landlines")
OLD = (
    old_words.setting("settle"),
    old_words.setting("retries", "--no-retry", "0"),
    old_words.setting("ask_above"),
)
OLD_OF_MESSAGES = (
    *OLD,
    old_words.allow("--allow-suppressed", "suppressed"),
    old_words.setting("price", "--price-per-part"),
)
