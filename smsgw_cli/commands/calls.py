"""Calls: the phones' call log."""

from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.resource import Field, Resource
from smsgw_cli.commands.devices import SIM

CALL = Resource(
    noun="call",
    path="calls",
    columns=("id", "number", "type", "sim_id", "started_at", "duration"),
    filters=(
        Field("type", "Only this type, such as Incoming or Missed", example="Missed"),
        Field("sim", "Only of this SIM: its id, number, label or name", names=SIM),
        Field(
            "answered", "Only answered, or only unanswered ones", bool, "--answered/--unanswered"
        ),
    ),
)

app = crud(CALL, "Look at the phones' call log.", verbs="list delete")
