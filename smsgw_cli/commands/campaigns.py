"""Campaigns: what every send is, from one message to thousands."""

from pathlib import Path
from typing import Annotated

import typer

from smsgw_cli.commands._campaign_report import report
from smsgw_cli.commands._campaign_watch import (
    MAX_FAILED,
    judge,
    most_failed,
    show_standing,
    show_steps,
)
from smsgw_cli.crud import crud, show_list
from smsgw_cli.offers import name_of
from smsgw_cli.resource import Dependant, Field, Resource, find
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


@app.command("watch", epilog="smsgw -p sandbox campaigns watch 3 --max-failed 5% --timeout 600")
def watch_campaign(
    session: Session,
    campaign: _Id,
    max_failed: Annotated[
        str | None, typer.Option(metavar="SHARE", help=MAX_FAILED.help, show_default=False)
    ] = None,
) -> None:
    """Show what becomes of a campaign until nothing is left to happen.

    With --timeout it ends with exit code 9 if the campaign is not over by then. Ctrl-C
    leaves the campaign as it is.
    """
    allowed = most_failed(max_failed)
    # Here it is how long to watch; a poll that hangs for all of it would be no watching.
    timeout, session.timeout = session.timeout, None
    record = session.api.get(f"campaigns/{find(session.api, CAMPAIGN, campaign)}")
    watch = session.watch(record, timeout)
    try:
        show_steps(session, record, watch)
    finally:
        if watch.last:
            show_standing(session, record, watch.last)
    judge(record, watch, allowed)


@app.command(
    "report",
    epilog="""
    smsgw -p sandbox campaigns report 3
    smsgw -p sandbox campaigns report 3 --html report.html
    """,
)
def report_campaign(
    session: Session,
    campaign: _Id,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write it as one page for a browser", show_default=False
        ),
    ] = None,
) -> None:
    """Report what became of a campaign: by status, sender and reason of failure, and how fast.

    As JSON: campaign, read_at, total; statuses, senders and failures with their counts and
    shares (0 to 1; of failures, of those that failed); delivery_seconds with count, median, p90,
    p99 and longest, interpolated between the nearest two; timeline with bucket_seconds and
    buckets of how many were sent and delivered. CSV, TSV and NDJSON have the counts, a row each.
    """
    identity = find(session.api, CAMPAIGN, campaign)
    report(session, session.api.get(f"campaigns/{identity}"), html)


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
