"""Sender ids: the senders shown in messages of sending servers."""

from typing import Any

from smsgw_cli.cli.actions import create
from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field, Resource, by_keys, find
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands.sending_servers import SENDING_SERVER

SENDER_ID = Resource(
    noun="sender id",
    path="sender-ids",
    columns=("id", "value"),
    names=by_keys("value"),
    loses=" with the messages sent with them",
)

app = crud(SENDER_ID, "Manage the sender ids of sending servers.", verbs="list get delete")

SERVER = Field(
    "server",
    "Sending server (id or name)",
    required=True,
    argument=True,
    names=SENDING_SERVER,
)
VALUE = Field(
    "value", "Sender shown to recipients: a name or a number", required=True, argument=True
)


def create_sender_id(session: Session, **given: Any) -> None:
    """`POST /sending-servers/{id}/sender-ids`. Raises NotFound for an unknown server."""
    server = find(session.api, SENDING_SERVER, given["server"])
    path = f"{SENDING_SERVER.path}/{server}/{SENDER_ID.path}"
    create(session, SENDER_ID, path, values_of(session, (VALUE,), given))


register(
    app,
    "create",
    "Create a sender id of a sending server.",
    (SERVER, VALUE),
    create_sender_id,
    epilog="smsgw -p sandbox sender-ids create Twilio MYSHOP",
)
