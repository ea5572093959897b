"""Backups: what a server and this program hold, and its restoration."""

from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.commands.contact_lists import CONTACT_LIST

CREATE = "smsgw_cli.commands._backup_create"
RESTORE = "smsgw_cli.commands._backup_restore"
CREATE_HELP = """Write a backup to a new folder, or as a tar archive to standard output.

It has the contact lists with their fields and contacts, the do-not-contact list, the record of
sends and the profiles without tokens, and, to be read, devices, sending servers, sender ids,
campaigns, messages, calls and USSD pulls. It is private, complete, and whole only with its
manifest.json, which also says what the API does not give; 'sha256sum -c SHA256SUMS' checks it.
With --list it has these lists alone.
"""
RESTORE_HELP = """Restore the lists of a backup, and merge the records of this program.

The backup is verified first. Lists and fields are found by name and tag, and created if they are
missing; nobody is subscribed again who has unsubscribed. Numbers are added to the do-not-contact
list, sends to the record of the server that the backup is of, and profiles if their names are
free; nothing is removed. Devices, servers, campaigns and messages cannot be restored. To resume
an interrupted restoration, run the same command again.
"""

app = Group("Back up lists and records, and restore them.")

register(
    app,
    "create",
    CREATE_HELP,
    (
        Field(
            "folder",
            "A new or empty folder; - for standard output",
            argument=True,
            required=True,
            file=True,
            metavar="DIR|-",
        ),
        Field(
            "contact_lists",
            "Only this list (id or name); repeatable",
            many=True,
            flag="--list",
            names=CONTACT_LIST,
        ),
    ),
    deferred(CREATE, "create_backup"),
    epilog="""
    smsgw -p sandbox backup create sandbox-backup
    smsgw -p sandbox backup create - --list Customers > customers.tar
    """,
)
register(
    app,
    "restore",
    RESTORE_HELP,
    (
        Field(
            "folder",
            "Folder of a backup; - for an archive on standard input",
            argument=True,
            required=True,
            file=True,
            metavar="DIR|-",
        ),
        Field(
            "existing",
            "What to do with numbers already on the list [default: skip]",
            choices=("skip", "update"),
        ),
    ),
    deferred(RESTORE, "restore_backup"),
    reads=("workers", "settle"),
    epilog="""
    smsgw -p sandbox backup restore sandbox-backup --dry-run
    smsgw backup create - --list Customers | smsgw -p new backup restore -
    """,
)
