"""Campaigns: every send creates one."""

from typing import Annotated

import typer

from smsgw_cli.cli import old_words
from smsgw_cli.cli.actions import show_list
from smsgw_cli.cli.crud import crud
from smsgw_cli.cli.resource import Dependant, Field, Resource, find
from smsgw_cli.cli.session import Session
from smsgw_cli.model import CAMPAIGN_STATUSES, CAMPAIGN_TYPES, Campaign, Record

SINCE = Field(
    "after",
    "Only created since this time: 2031-01-01, 'mon 09:00', 2h (ago)",
    flag="--since",
    metavar="WHEN",
    past=True,
)
BEFORE = Field(
    "before",
    "Only created before this time: 2031-01-01, 'mon 09:00', 2h (ago)",
    metavar="WHEN",
    past=True,
)


def _is_named(campaign: Record, name: str) -> bool:
    return campaign.get("name") == name


CAMPAIGN = Resource(
    noun="campaign",
    path="campaigns",
    columns=("id", "name", "type", "status", "scheduled_at", "recurring", "created_at"),
    keys=tuple(Campaign.__annotations__),
    filters=(
        Field("name", "Filter by name (the whole name)", selects=_is_named),
        Field("status", "Filter by status", choices=CAMPAIGN_STATUSES),
        Field("type", "Filter by type", choices=CAMPAIGN_TYPES),
        Field("recurring", "Only recurring or one-time campaigns", bool, "--recurring/--one-off"),
        SINCE,
        BEFORE,
    ),
    updates=(Field("name", "New name", example="'Spring sale'"),),
    dependants=(
        Dependant("message", "messages", "campaign"),
        Dependant("USSD pull", "ussd-pulls", "campaign"),
    ),
    loses=" with all their messages and USSD pulls",
)

CAMPAIGN_DEVICE = Resource(
    noun="device",
    path="devices",
    columns=("id", "name", "model", "enabled", "battery", "status", "sims"),
    keys=(
        *("id", "name", "model", "android_version", "app_version", "battery", "is_charging"),
        *("enabled", "status", "sims"),
    ),
)
CAMPAIGN_SERVER = Resource(
    noun="sending server",
    path="sending-servers",
    columns=("id", "name", "enabled", "status", "sender_ids"),
)

HELP = """Manage campaigns (every send creates one).

The API cannot cancel a campaign. To stop one, cancel it on the gateway's web pages; until that is
done, disable its phones there or turn on airplane mode. 'campaigns delete' deletes a campaign and
its messages from the server, but does not recall messages that a phone already has. 'campaigns
watch' and 'campaigns report' show what was sent.
"""

app = crud(
    CAMPAIGN,
    HELP,
    verbs="list get update delete",
    old=(old_words.renamed("--after", SINCE),),
)

CAMPAIGN_ID = Annotated[
    str,
    typer.Argument(help="Id of the campaign", metavar="ID", show_default=False),
    CAMPAIGN.hint,
]


for verb in ("watch", "report", "retry"):
    app.lazy(verb, "smsgw_cli.commands._campaign_commands")


@app.command("devices", epilog="smsgw -p sandbox campaigns devices 1")
def list_devices(session: Session, campaign: CAMPAIGN_ID) -> None:
    """List the devices of a campaign and its status on each.

    Stalled: its quota is used up, or it is outside the hours or days; it resumes automatically.
    """
    path = f"campaigns/{find(session.api, CAMPAIGN, campaign)}/devices"
    show_list(session, CAMPAIGN_DEVICE, path)


@app.command("sending-servers", epilog="smsgw -p sandbox campaigns sending-servers 1")
def list_sending_servers(session: Session, campaign: CAMPAIGN_ID) -> None:
    """List the sending servers of a campaign and its status on each.

    Stalled: its quota is used up, or it is outside the hours or days; it resumes automatically.
    """
    path = f"campaigns/{find(session.api, CAMPAIGN, campaign)}/sending-servers"
    show_list(session, CAMPAIGN_SERVER, path)
