"""Contact lists: recipients of campaigns."""

from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.resource import Dependant, Field, Resource, by_keys

CONTACT_LIST = Resource(
    noun="contact list",
    path="contact-lists",
    columns=("id", "name"),
    names=by_keys("name"),
    creates=(Field("name", "Name", required=True, argument=True, example="Friends"),),
    updates=(Field("name", "New name", example="Friends"),),
    dependants=(
        Dependant("contact", "contact-lists/{id}/contacts"),
        Dependant("field", "contact-lists/{id}/fields"),
    ),
    loses=" with all their contacts and fields",
)

app = crud(CONTACT_LIST, "Manage contact lists.")
