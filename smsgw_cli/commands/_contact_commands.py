"""`contacts import`, `export` and `sync`: options and help; the code is imported when they run."""

from typing import Any

from smsgw_cli.cli import old_words
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.old_words import OldOption
from smsgw_cli.cli.parameters import deferred, of_setting, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._bulk_options import (
    COLUMNS,
    FILE_SECTION,
    LIST,
    OLD,
    PACE,
    READS_OF_TABLES,
    SKIP_BAD,
    TABLE,
    TUNING,
)

IMPORT_HELP = """Import contacts from a CSV file or a workbook.

Every row is checked before anything is sent; a file with invalid rows is rejected.
To resume an interrupted import, run the same command again.
"""
SYNC_HELP = """Make a list match a CSV file or a workbook.

Rows with a new number are created, others updated field by field; contacts missing from the
file are unsubscribed, or deleted with --delete. An empty cell clears its field; fields without
a column are unchanged. Contacts are subscribed again only by a column 'subscribed'; an empty
cell there is ignored. White space around texts is ignored.

The changes are shown first: as a diff, or as one row per changed value. --yes skips the
confirmation, --dry-run only shows them. Every row is checked first; a file with invalid rows
is rejected. To finish an interrupted sync, run it again.
"""
EXPORT_HELP = """Export the contacts of a list as CSV, NDJSON or JSON.

Custom fields are included, and the export is proven complete. FILE is replaced only when the
export is complete.
"""

app = Commands()


def _undo(_: Session, arguments: dict[str, Any], run: str) -> None:
    arguments["undo"] = run


UNDO = OldOption(Field("old_undo", "", flag="--undo"), _undo, "smsgw imports undo RUN")

register(
    app,
    "import",
    IMPORT_HELP,
    (
        # Not required, as the old --undo takes neither.
        LIST._replace(required=False),
        TABLE._replace(required=False),
        Field(
            "existing",
            "What to do with numbers already on the list [default: skip]",
            choices=("skip", "update", "fail"),
        ),
        *COLUMNS,
        SKIP_BAD,
        Field(
            "shard",
            "Import only part I of N of the file; see 'smsgw help sharding'",
            metavar="I/N",
            section=FILE_SECTION,
        ),
        *PACE,
    ),
    deferred("smsgw_cli.commands._contact_import", "import_contacts"),
    reads=READS_OF_TABLES,
    old=(*OLD, UNDO),
    epilog="smsgw -p sandbox contacts import Customers customers.csv "
    "--map phone1=mobile_number --create-fields --region US",
)
register(
    app,
    "sync",
    SYNC_HELP,
    (
        LIST,
        TABLE,
        Field(
            "delete",
            "Delete contacts missing from the file, including their opt-outs",
            bool,
            "--delete",
        ),
        Field(
            "max_delete",
            "Maximum number of missing contacts to unsubscribe or delete [default: 10%]",
            metavar="N|N%",
        ),
        Field("all", "Show all changes, not only the first ones on a terminal", bool, "--all"),
        *COLUMNS,
        *PACE,
    ),
    deferred("smsgw_cli.commands._contact_sync", "sync_contacts"),
    reads=READS_OF_TABLES,
    old=OLD,
    epilog="smsgw -p sandbox contacts sync Customers customers.csv "
    "--map phone1=mobile_number --create-fields --region US --max-delete 200 --yes",
)

TO = Field(
    "file",
    "File to write [default: standard output]; .csv, .ndjson, .jsonl or .json, "
    "optionally with .gz, selects the format",
    argument=True,
    file=True,
)
register(
    app,
    "export",
    EXPORT_HELP,
    (LIST, TO, of_setting("workers", TUNING), of_setting("rate", TUNING)),
    deferred("smsgw_cli.commands._contact_export", "export_contacts"),
    old=(old_words.renamed("--to", TO, "the argument FILE"),),
    epilog="""
    smsgw -p sandbox contacts export Customers customers.csv.gz
    smsgw -p sandbox contacts export Customers -o ndjson
    """,
)
