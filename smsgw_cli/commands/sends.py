"""`sends`: the ledger of sends and their outcomes."""

from smsgw_cli.cli import old_words
from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field

CODE = "smsgw_cli.commands._send_records"
SETTLE_HELP = """Ask the server about sends with an unknown outcome; never sends.

A send that was not accepted is recorded as refused, so that its key can be used again. Exits
with 8 if some stay unknown.
"""
REMOVE_HELP = """Remove the records of sends.

Records given by number are removed with their keys, which can then send again. --before keeps the
keys, and the records of sends with an unknown outcome.
"""
IDS = Field(
    "numbers",
    "Numbers of the sends; - for standard input",
    many=True,
    argument=True,
    metavar="[ID…]",
)
BEFORE = Field("before", "All sends before this time", metavar="WHEN")

app = Group("Show sends, and settle those with an unknown outcome.")

register(
    app,
    "list",
    "List sends, newest first.",
    (
        Field(
            "states",
            "Filter by state; repeatable",
            many=True,
            flag="--state",
            choices=("sending", "accepted", "refused", "unknown"),
        ),
        Field("limit", "Maximum number to show", int, metavar="N"),
    ),
    deferred(CODE, "list_sends"),
    epilog="smsgw sends list --state unknown",
)
register(
    app,
    "get",
    "Show one send with its full request.",
    (Field("number", "Number of the send", int, argument=True, required=True, metavar="ID"),),
    deferred(CODE, "get_send"),
    epilog="smsgw sends get 1",
)
register(
    app,
    "settle",
    SETTLE_HELP,
    (IDS,),
    deferred(CODE, "settle_sends"),
    reads=("settle",),
    old=(old_words.setting("settle"),),
    epilog="smsgw -p sandbox sends settle",
)
register(
    app,
    "remove",
    REMOVE_HELP,
    (IDS, BEFORE, Field("keys", "With --before: also free the keys", bool, "--keys")),
    deferred(CODE, "remove_sends"),
    epilog="smsgw sends remove --before 400d",
)
register(
    app,
    "forget",
    "Remove the records of sends; their keys can then send again.",
    (IDS, BEFORE),
    deferred(CODE, "forget_sends"),
    epilog="smsgw sends forget --before 2026-01-01 --yes",
)
app.renamed("show", "get", "sends get")
app.renamed("forget", "forget", "sends remove")
