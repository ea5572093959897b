"""USSD pulls: codes that a SIM dials, and what the network answers."""

from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.commands._filters import OF_SEND, WHEN, status
from smsgw_cli.commands._send_options import ASKING, SCHEDULE, SENDERS
from smsgw_cli.model import USSD_STATUSES

USSD_PULL = Resource(
    noun="USSD pull",
    path="ussd-pulls",
    columns=("id", "code", "response", "status", "sim_id", "sent_at", "received_at"),
    filters=(*OF_SEND, status(*USSD_STATUSES), *WHEN),
)

app = crud(USSD_PULL, "Send USSD codes and read their answers.", verbs="list get delete")

SEND = (
    Field(
        "code",
        "A code such as '*123#'; may be given several times",
        many=True,
        required=True,
        flag="--code",
    ),
    *SENDERS,
    *SCHEDULE,
    *ASKING,
)


register(
    app,
    "send",
    "Have SIMs dial USSD codes.",
    SEND,
    deferred("smsgw_cli.commands._ussd_send", "send_codes"),
    epilog="smsgw -p sandbox ussd-pulls send --code '*123#' --watch",
)
