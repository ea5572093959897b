"""`suppress`: the do-not-contact list."""

from typing import Any

from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.old_words import OldOption
from smsgw_cli.cli.parameters import deferred, of_setting, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._filters import OF_CAMPAIGN
from smsgw_cli.commands._table_options import READS as TABLE_READS
from smsgw_cli.commands._table_options import SHEET
from smsgw_cli.commands.devices import SIM
from smsgw_cli.errors import Usage

CODE = "smsgw_cli.commands._suppressed_numbers"
REPLIES = "smsgw_cli.commands._opt_out_replies"
READS = ("region", *TABLE_READS)
NUMBERS = Field(
    "numbers",
    "Numbers: a,b, or @FILE or - with one per line",
    many=True,
    required=True,
    argument=True,
    metavar="NUMBERS…",
)
MAP = Field(
    "mappings",
    "Column of FILE with the numbers, such as phone1=mobile_number",
    many=True,
    flag="--map",
    metavar="COLUMN=TARGET",
)
TABLE = (of_setting("encoding"), SHEET)
REASON = Field("reason", "Reason [default: the file they are from]", metavar="TEXT")
FROM_REPLIES = (
    Field(
        "after",
        "Only replies since this time: 2031-01-01, 'mon 09:00', 2h (ago)",
        flag="--since",
        past=True,
    ),
    OF_CAMPAIGN,
    Field("sim", "Filter by SIM (id, number, label or name)", names=SIM),
)
UNSUBSCRIBE = Field(
    "unsubscribe", "Also unsubscribe them on the server's contact lists", bool, "--unsubscribe"
)
UNREADABLE = Field(
    "unreadable", "List the senders of opt-outs that are not a valid number", bool, "--unreadable"
)
FROM_REPLIES_HELP = """Add the senders of replies that opt out; safe to repeat.

The whole text of a reply must be STOP, QUIT, ARRET or the like (the setting stop_words adds to
them); case, accents, spaces, punctuation and emoji do not matter. The latest word of each person
counts: START and UNSTOP remove numbers that were added by a reply. Replies that only look like an
opt-out are listed. After an upgrade from 0.1.0, words other than STOP count only in new replies, or
with --since.
"""

app = Group("Manage the do-not-contact list.")


def _replace_stop_words(session: Session, _: dict[str, Any], words: list[str]) -> None:
    # Empty from an unset variable, a keyword would match every empty reply.
    if not all(each.strip() for each in words):
        raise Usage("--keyword is empty")
    session.give("stop_words", [f"={words[0]}", *words[1:]])


KEYWORD = OldOption(
    Field("old_keyword", "", many=True, flag="--keyword"),
    _replace_stop_words,
    "--set stop_words==WORD[,WORD]",
)

register(
    app,
    "add",
    "Add numbers to the do-not-contact list.",
    (NUMBERS, REASON, MAP, *TABLE),
    deferred(CODE, "add_numbers"),
    reads=READS,
    epilog="""
    smsgw suppress add +12025550188 --reason 'asked by phone'
    smsgw suppress add @customers.csv --map phone1=mobile_number --reason 'closed their account'
    """,
)
register(
    app,
    "remove",
    "Remove numbers from the do-not-contact list.",
    (NUMBERS, MAP, *TABLE),
    deferred(CODE, "remove_numbers"),
    reads=READS,
    epilog="smsgw suppress remove +12025550188",
)
register(
    app,
    "list",
    "List the numbers with reason and date.",
    (UNREADABLE,),
    deferred(CODE, "list_numbers"),
    epilog="smsgw suppress list -o csv",
)
register(
    app,
    "from-replies",
    FROM_REPLIES_HELP,
    (*FROM_REPLIES, UNSUBSCRIBE),
    deferred(REPLIES, "add_repliers"),
    reads=("stop_words", "region"),
    old=(KEYWORD,),
    epilog="smsgw -p sandbox suppress from-replies --set stop_words=NOSMS",
)
# Of 0.1.0; `add @FILE` replaces it.
register(
    app,
    "import",
    "Add the numbers of a file.",
    (
        Field("file", "", argument=True, required=True, file=True),
        Field("column", "", metavar="NAME"),
        REASON,
    ),
    deferred(CODE, "import_numbers"),
    reads=(*READS, "encoding"),
    hidden=True,
    epilog="smsgw suppress import unsubscribed.txt",
)
