"""Sending servers: services that send in place of phones."""

from smsgw_cli.crud import crud
from smsgw_cli.resource import Resource, called

SENDING_SERVER = Resource(
    noun="sending server",
    path="sending-servers",
    columns=("id", "name", "driver", "supported_types", "enabled", "created_at"),
    keys=("id", "name", "driver", "supported_types", "config", "enabled", "created_at"),
    names=called("name"),
    loses=" with their sender ids and the messages of those",
)

app = crud(
    SENDING_SERVER, "Look after servers that send in place of phones.", verbs="list get delete"
)
