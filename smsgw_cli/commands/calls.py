"""Calls: the phones' call log."""

from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.commands.devices import SIM
from smsgw_cli.model import CALL_TYPES

CALL = Resource(
    noun="call",
    path="calls",
    columns=("id", "number", "type", "sim_id", "started_at", "duration"),
    filters=(
        Field("type", "Filter by type", choices=CALL_TYPES, example="Missed"),
        Field("sim", "Filter by SIM (id, number, label or name)", names=SIM),
        Field("answered", "Only answered or unanswered calls", bool, "--answered/--unanswered"),
    ),
)

app = crud(CALL, "List and delete calls of the phones.", verbs="list delete")
