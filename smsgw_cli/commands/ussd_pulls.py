"""USSD pulls: codes that a SIM dials, and what the network answers."""

from typing import Any

from smsgw_cli.cli.crud import crud, register, values_of
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._filters import OF_SEND, WHEN, status
from smsgw_cli.commands._send_guard import ASKING
from smsgw_cli.commands._sends import SCHEDULE, SENDERS, send
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


def send_codes(session: Session, **given: Any) -> None:
    body = {**session.drafts.ussd(given), **values_of(session, SENDERS, given)}
    send(session, "ussd-pulls/send", body, given)


register(
    app,
    "send",
    "Have SIMs dial USSD codes.",
    SEND,
    send_codes,
    epilog="smsgw -p sandbox ussd-pulls send --code '*123#' --watch",
)
