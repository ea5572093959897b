"""Contacts: the people on a list."""

from smsgw_cli.cli.crud import ALL, LIMIT
from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.cli.values import id_argument, ids_argument, parent_argument
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED

CONTACT = Resource(
    noun="contact",
    path="contacts",
    columns=("id", MOBILE_NUMBER, SUBSCRIBED, "*", "created_at"),
    keys=("id", MOBILE_NUMBER, SUBSCRIBED, "created_at", "updated_at"),
    parent=CONTACT_LIST,
)

app = Group("Manage, import, export and sync contacts.")

ON_LIST = Field(
    "list",
    "List of the contact (id or name); allows a number in place of the id",
    names=CONTACT_LIST,
)
(LIST,) = parent_argument(CONTACT)
NUMBER = Field("number", "Only contacts with this number; without a list, on all lists")
MODULE = "smsgw_cli.commands._contact_read"

register(
    app,
    "list",
    "List contacts.",
    (LIST._replace(required=False), NUMBER, ALL, LIMIT),
    deferred(MODULE, "list_contacts"),
    epilog="""
    smsgw -p sandbox contacts list 1
    smsgw -p sandbox contacts list --number +12025550123
    """,
)
register(
    app,
    "get",
    "Show one contact.",
    (id_argument(CONTACT), ON_LIST),
    deferred(MODULE, "get_contact"),
    epilog="""
    smsgw -p sandbox contacts get 1
    smsgw -p sandbox contacts get 1 --list Customers
    """,
)
register(
    app,
    "delete",
    "Delete contacts.",
    (ids_argument(CONTACT), ON_LIST),
    deferred(MODULE, "delete_contacts"),
    epilog="smsgw -p sandbox contacts delete 1 2",
)

for verb in ("create", "update"):
    app.lazy(verb, "smsgw_cli.commands._contact_edit")
for verb in ("import", "export", "sync"):
    app.lazy(verb, "smsgw_cli.commands._contact_commands")
