"""`messages send` and `preview`: options and help; the code is imported when they run."""

from typing import Any

from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.old_words import OldOption
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._send_options import (
    COMMON,
    OLD_OF_MESSAGES,
    READS,
    SEND,
)
from smsgw_cli.commands._table_options import READS as TABLE_READS
from smsgw_cli.model import MOBILE_NUMBER

app = Commands()


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
    reads=(*READS, *TABLE_READS),
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
    reads=(*READS, *TABLE_READS),
    old=OLD_OF_SEND,
    epilog="""
    smsgw -p sandbox messages preview --to +12025550123 -m 'Hello' --sim 1 --delay 5
    smsgw -p sandbox messages preview --list 1 -m 'It’s here' --set price=0.05 -o json
    """,
)
