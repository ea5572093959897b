"""`messages send`, `preview` and `retry`: options and help; the code is imported when they run."""

from typing import Any

from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.old_words import OldOption
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._send_options import (
    ALLOW,
    BOTH_SENDERS,
    CHECKS,
    COMMON,
    EXCLUDE,
    NAME,
    OLD_OF_MESSAGES,
    PACE,
    RANDOM_SENDER,
    READS,
    SCHEDULE,
    SEND,
)
from smsgw_cli.model import MOBILE_NUMBER

app = Commands()

RETRIED = Field("campaign", "Campaign with the failed messages", int, required=True)
RETRY_HELP = """Send the failed messages of a campaign again, as a new campaign.

Text, type, attachments, SIMs and sender ids are kept unless changed by options; a recipient gets
each text once. There is one campaign per distinct text. Run again, it prints the same campaign
and sends nothing, unless --once has a new key. A campaign with messages that are not sent yet
is not retried.
"""


def _map_number(_: Session, arguments: dict[str, Any], column: str) -> None:
    arguments["mappings"] = [*(arguments["mappings"] or ()), f"{column}={MOBILE_NUMBER}"]


OLD_OF_SEND = (
    *OLD_OF_MESSAGES,
    OldOption(
        Field("old_number_column", "", flag="--number-column"),
        _map_number,
        f"--map COLUMN={MOBILE_NUMBER}",
    ),
)

register(
    app,
    "send",
    "Send a message to numbers, contact lists or both.",
    SEND,
    deferred("smsgw_cli.commands._message_send", "send_messages"),
    common=COMMON,
    reads=READS,
    old=OLD_OF_SEND,
    epilog="""
    smsgw -p sandbox messages send --to +12025550123 -m 'Hello' --watch
    smsgw -p sandbox messages send --csv codes.csv -m 'Hi {name|there}: {code}'
    smsgw -p sandbox messages send --list Customers -m 'Sale!' --at 'fri 09:00'
    """,
)
register(
    app,
    "preview",
    "Show recipients, parts and cost of a send without sending it.",
    SEND,
    deferred("smsgw_cli.commands._message_preview", "preview_message"),
    common=COMMON,
    reads=READS,
    old=OLD_OF_SEND,
    epilog="""
    smsgw -p sandbox messages preview --to +12025550123 -m 'Hello' --sim 1 --delay 5
    smsgw -p sandbox messages preview --list 1 -m 'It’s here' --set price=0.05 -o json
    """,
)
register(
    app,
    "retry",
    RETRY_HELP,
    (RETRIED, EXCLUDE, *BOTH_SENDERS, RANDOM_SENDER, NAME, *SCHEDULE, *CHECKS, ALLOW, *PACE),
    deferred("smsgw_cli.commands._message_retry", "retry_messages"),
    reads=READS,
    old=OLD_OF_MESSAGES,
    epilog="smsgw -p sandbox messages retry --campaign 1 --yes --watch",
)
