"""The filter options of lists of messages and USSD pulls."""

from importlib import import_module

from smsgw_cli.cli import old_words
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands.campaigns import CAMPAIGN
from smsgw_cli.commands.devices import SIM


def _campaigns(session: Session, text: str) -> list[int]:
    module = import_module("smsgw_cli.commands._campaign_reference")  # for this option only
    found: list[int] = module.filtered_by(session, text)
    return found


OF_CAMPAIGN = Field(
    "campaign", "Filter by campaign (id, name or last)", names=CAMPAIGN, resolve=_campaigns
)
OF_SEND = (
    Field("user", "Filter by user (id)", int),
    OF_CAMPAIGN,
    Field("sim", "Filter by SIM (id, number, label or name)", names=SIM),
)
WHEN = (
    Field(
        "after",
        "Only since this time: 2031-01-01, 18:00, 'mon 09:00', 2h (ago)",
        flag="--since",
        metavar="WHEN",
        past=True,
    ),
    Field(
        "before",
        "Only until this time: 2031-01-01, 18:00, 'mon 09:00', 2h (ago)",
        metavar="WHEN",
        past=True,
    ),
)
OLD = (old_words.renamed("--after", WHEN[0]),)


def status(*choices: str) -> Field:
    help = "Filter by status; repeatable"
    return Field("statuses", help, many=True, flag="--status", choices=choices)
