"""Campaigns: what every send is, from one message to thousands."""

from typing import Annotated

import typer

from smsgw_cli.crud import crud, show_list
from smsgw_cli.errors import SmsgwError
from smsgw_cli.offers import name_of
from smsgw_cli.resource import Dependant, Field, Record, Resource, find
from smsgw_cli.session import Session

CAMPAIGN = Resource(
    noun="campaign",
    path="campaigns",
    columns=("id", "name", "type", "status", "scheduled_at", "recurring", "created_at"),
    keys=(
        "id",
        "name",
        "scheduled_at",
        "timezone",
        "recurring",
        "frequency",
        "frequency_unit",
        "ends_at",
        "repeat_at",
        "active_hours",
        "days_of_week",
        "status",
        "type",
        "options",
        "created_at",
        "updated_at",
    ),
    filters=(
        Field("status", "Only of this status"),
        Field("type", "Only of this type: SMS, MMS, WhatsApp or USSD Pull"),
        Field("recurring", "Only recurring, or only one-off ones", bool, "--recurring/--one-off"),
        Field("after", "Only created after this day or instant"),
        Field("before", "Only created before this day or instant"),
    ),
    updates=(Field("name", "What to call it from now on", example="'Spring sale'"),),
    takes_along=(
        Dependant("messages", "messages", "campaign"),
        Dependant("USSD pulls", "ussd-pulls", "campaign"),
    ),
    loses=" with all their messages and USSD pulls",
)

CAMPAIGN_DEVICE = Resource(
    noun="device",
    path="devices",
    columns=("id", "name", "model", "enabled", "battery", "status"),
    keys=(
        "id",
        "name",
        "model",
        "android_version",
        "app_version",
        "battery",
        "is_charging",
        "enabled",
        "status",
        "sims",
    ),
)
CAMPAIGN_SERVER = Resource(
    noun="sending server",
    path="sending-servers",
    columns=("id", "name", "enabled", "status", "sender_ids"),
)

app = crud(CAMPAIGN, "Look after campaigns.", verbs="list get update delete")

_Id = Annotated[
    str,
    typer.Argument(help="The campaign's id", metavar="ID", show_default=False),
    name_of(CAMPAIGN),
]


@app.command("watch", epilog="smsgw -p sandbox campaigns watch 3")
def watch_campaign(session: Session, campaign: _Id) -> None:
    """Show what becomes of a campaign until nothing is left to happen."""
    follow(session, session.api.get(f"campaigns/{find(session.api, CAMPAIGN, campaign)}"))


@app.command("devices", epilog="smsgw -p sandbox campaigns devices 1")
def list_devices(session: Session, campaign: _Id) -> None:
    """List the devices of a campaign, and how it stands on each."""
    path = f"campaigns/{find(session.api, CAMPAIGN, campaign)}/devices"
    show_list(session, CAMPAIGN_DEVICE, path)


@app.command("sending-servers", epilog="smsgw -p sandbox campaigns sending-servers 1")
def list_sending_servers(session: Session, campaign: _Id) -> None:
    """List the sending servers of a campaign, and how it stands on each."""
    path = f"campaigns/{find(session.api, CAMPAIGN, campaign)}/sending-servers"
    show_list(session, CAMPAIGN_SERVER, path)


def follow(session: Session, campaign: Record) -> None:
    """Show progress until nothing is left to happen, then how it ended.

    Raises SmsgwError if not one of its messages arrived.
    """
    title = f"campaign {campaign['id']}"
    if campaign.get("scheduled_at"):
        session.out.note(
            f"{title} is scheduled for {campaign['scheduled_at']}; Ctrl-C leaves it so"
        )
    with session.out.progress(title) as show:
        for counts in session.sender.watch(campaign):
            show(counts.ended, counts.total, str(counts))
    if not counts.total:
        session.out.note(f"{title} has no messages: its lists have no subscribed contact")
    if counts.total and counts.by_status["Failed"] == counts.total:
        raise SmsgwError(
            f"{title}: all {counts.total} failed",
            hint=f"'smsgw messages list --campaign {campaign['id']}' shows why",
        )
