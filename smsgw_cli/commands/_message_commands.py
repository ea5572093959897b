"""`messages send`, `preview` and `retry`: options and help; the code is imported when they run."""

from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.commands._send_options import BOTH_SENDERS, GUARD, SCHEDULE, SEND

app = Commands()

RETRIED = Field("campaign", "Campaign with the failed messages", int, required=True)
RETRY_HELP = """Send the failed messages of a campaign again, as a new campaign.

Text, type, attachments, SIMs and sender ids are kept unless changed by options; a recipient gets
each text once. There is one campaign per distinct text. Run again, it prints the same campaign
and sends nothing, unless --once has a new key. A campaign with messages that are not sent yet
is not retried.
"""

register(
    app,
    "send",
    "Send a message to numbers, contact lists or both.",
    SEND,
    deferred("smsgw_cli.commands._message_send", "send_messages"),
    epilog="""
    smsgw -p sandbox messages send --to +12025550123 -m 'Hello' --watch
    smsgw -p sandbox messages send --csv codes.csv -m 'Hi {first_name|there}, it is {code}'
    smsgw -p sandbox messages send --list Customers -m 'Sale!' --at 'tomorrow 09:00' --name Sale
    """,
)
register(
    app,
    "preview",
    "Show recipients, parts and cost of a send without sending it.",
    SEND,
    deferred("smsgw_cli.commands._message_preview", "preview_message"),
    epilog="""
    smsgw -p sandbox messages preview --to +12025550123 -m 'Hello' --sim 1 --delay 5
    smsgw -p sandbox messages preview --list 1 -m 'It’s here' --price-per-part 0.05 -o json
    """,
)
register(
    app,
    "retry",
    RETRY_HELP,
    (RETRIED, *BOTH_SENDERS, *SCHEDULE, *GUARD),
    deferred("smsgw_cli.commands._message_retry", "retry_messages"),
    epilog="smsgw -p sandbox messages retry --campaign 1 --yes --watch",
)
