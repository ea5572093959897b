"""USSD pulls: codes dialled by a SIM, with the network's responses."""

from smsgw_cli.cli import old_words
from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.commands._filters import OF_SEND, WHEN, status
from smsgw_cli.commands._filters import OLD as OLD_FILTERS
from smsgw_cli.commands._send_options import (
    ALLOW,
    CHECKS,
    NAME,
    OLD,
    PACE,
    RANDOM_SENDER,
    READS,
    SCHEDULE,
    SENDERS,
)
from smsgw_cli.model import USSD_STATUSES

USSD_PULL = Resource(
    noun="USSD pull",
    path="ussd-pulls",
    columns=("id", "code", "response", "status", "sim_id", "sent_at", "received_at"),
    filters=(*OF_SEND, status(*USSD_STATUSES), *WHEN),
)

app = crud(
    USSD_PULL,
    "Send USSD codes and read the responses.",
    verbs="list get delete",
    old=OLD_FILTERS,
)

CODES = Field("codes", "USSD codes, such as '*123#'", many=True, argument=True, metavar="CODE…")
SEND = (
    CODES,
    *SENDERS,
    RANDOM_SENDER,
    NAME,
    *SCHEDULE,
    *CHECKS,
    ALLOW,
    *PACE,
)


register(
    app,
    "send",
    "Dial USSD codes.",
    SEND,
    deferred("smsgw_cli.commands._ussd_send", "send_codes"),
    reads=READS,
    old=(*OLD, old_words.renamed("--code", CODES, "an argument")),
    epilog="smsgw -p sandbox ussd-pulls send '*123#' --watch",
)
