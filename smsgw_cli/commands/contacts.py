"""Contacts: the people on a list."""

from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.resource import Resource
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.model import MOBILE_NUMBER, SUBSCRIBED

CONTACT = Resource(
    noun="contact",
    path="contacts",
    columns=("id", MOBILE_NUMBER, SUBSCRIBED, "*", "created_at"),
    keys=("id", MOBILE_NUMBER, SUBSCRIBED, "created_at", "updated_at"),
    parent=CONTACT_LIST,
)

app = crud(
    CONTACT,
    "Manage, import, export and sync contacts.",
    verbs="list get delete",
)

for verb, module in (
    ("create", "edit"),
    ("update", "edit"),
    ("import", "import"),
    ("export", "export"),
    ("sync", "sync"),
):
    app.lazy(verb, f"smsgw_cli.commands._contact_{module}")
