"""Backups of a server and of the records of this program."""

from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.commands.contact_lists import CONTACT_LIST

CREATE = "smsgw_cli.commands._backup_create"
RESTORE = "smsgw_cli.commands._backup_restore"
CREATE_HELP = """Back up a server and the records of this program to a folder or a tar archive.

A backup contains the contact lists with their fields and contacts, the do-not-contact list, the
record of sends, and profiles without tokens; and, only for reading, devices, sending servers
(without secrets, unless --show-secrets is given), sender ids, campaigns, messages, calls and USSD
pulls. With --list, it contains only these lists. The files are NDJSON; 'sha256sum -c SHA256SUMS'
checks them. manifest.json is written last, and nothing is restored without it; it lists what the
API does not return.
"""
RESTORE_HELP = """Restore contact lists from a backup, and merge the records of this program.

The backup is verified first. Lists are matched by name and fields by tag; missing ones are
created. An update never subscribes a contact again. Suppressed numbers, sends to the same server
and missing profiles are added, and nothing is removed. Devices, sending servers, sender ids,
campaigns, messages, calls and USSD pulls cannot be restored. To resume an interrupted restore,
run the same command again.
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
