"""The filter options of lists of messages and USSD pulls."""

from smsgw_cli.cli.resource import Field
from smsgw_cli.commands.campaigns import CAMPAIGN
from smsgw_cli.commands.devices import SIM

OF_SEND = (
    Field("user", "Only of this user (id)", int),
    Field("campaign", "Only of this campaign (id)", names=CAMPAIGN),
    Field("sim", "Only of this SIM (id, number, label or name)", names=SIM),
)
WHEN = (
    Field("after", "Only from then on: 2031-01-01, 18:00, 'mon 09:00', 2h (ago)", past=True),
    Field("before", "Only until then: 2031-01-01, 18:00, 'mon 09:00', 2h (ago)", past=True),
)


def status(*choices: str) -> Field:
    """The filter by status."""
    help = "Only with this status; repeatable"
    return Field("statuses", help, many=True, flag="--status", choices=choices)
