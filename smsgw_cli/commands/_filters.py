"""The filter options of lists of messages and USSD pulls."""

from smsgw_cli.cli.resource import Field
from smsgw_cli.commands.campaigns import CAMPAIGN
from smsgw_cli.commands.devices import SIM

OF_SEND = (
    Field("user", "Filter by user (id)", int),
    Field("campaign", "Filter by campaign (id)", names=CAMPAIGN),
    Field("sim", "Filter by SIM (id, number, label or name)", names=SIM),
)
WHEN = (
    Field("after", "Only since this time: 2031-01-01, 18:00, 'mon 09:00', 2h (ago)", past=True),
    Field("before", "Only until this time: 2031-01-01, 18:00, 'mon 09:00', 2h (ago)", past=True),
)


def status(*choices: str) -> Field:
    """The filter by status."""
    help = "Filter by status; repeatable"
    return Field("statuses", help, many=True, flag="--status", choices=choices)
