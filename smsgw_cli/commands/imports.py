"""Imports: runs of `contacts import`, `contacts sync` and `backup restore`, finished or not."""

from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.commands._bulk_options import OLD, PACE, READS, RUN

CODE = "smsgw_cli.commands._import_runs"
RESUME_HELP = """Resume an interrupted import.

For a sync, the changes are computed again, shown and confirmed.
"""

app = Group("List, resume and undo imports.")

register(
    app,
    "list",
    "List past imports, newest last.",
    (),
    deferred(CODE, "list_runs"),
    epilog="smsgw imports list -o json",
)
register(
    app,
    "get",
    "Show one import.",
    (RUN,),
    deferred(CODE, "get_run"),
    epilog="smsgw imports get 1",
)
register(
    app,
    "resume",
    RESUME_HELP,
    (RUN, *PACE),
    deferred(CODE, "resume_run"),
    reads=READS,
    old=OLD,
    epilog="smsgw -p sandbox imports resume 1",
)
register(
    app,
    "undo",
    "Delete the contacts that an import created, and its fields if empty.",
    (RUN, *PACE),
    deferred(CODE, "undo"),
    reads=READS,
    old=OLD,
    epilog="smsgw -p sandbox imports undo 1 --yes",
)
register(
    app,
    "remove",
    "Remove the record of an import; its contacts are kept.",
    (RUN,),
    deferred(CODE, "remove_run"),
    epilog="smsgw imports remove 1 --yes",
)
app.renamed("show", "get", "imports get")
