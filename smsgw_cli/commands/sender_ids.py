"""Sender ids: what recipients see as the sender, where a sending server sends."""

from smsgw_cli.crud import crud
from smsgw_cli.resource import Resource, called

SENDER_ID = Resource(
    noun="sender id",
    path="sender-ids",
    columns=("id", "value"),
    names=called("value"),
    loses=" with the messages sent with them",
)

app = crud(SENDER_ID, "Look after the sender ids of sending servers.", verbs="list get delete")
