"""`campaigns report`: statistics of a campaign as charts, data or an HTML page."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, cast

import typer

from smsgw_cli.campaigns.statistics.tally import Tally
from smsgw_cli.campaigns.status_counts import path_and_statuses
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands.campaigns import CAMPAIGN, CAMPAIGN_ID
from smsgw_cli.errors import SmsgwError, Usage
from smsgw_cli.model import Campaign, Record
from smsgw_cli.output.formats import module
from smsgw_cli.output.stdout import writing
from smsgw_cli.sms.timestamps import format_timestamp
from smsgw_cli.storage.atomic_write import atomic_write

app = Commands()

ABOUT = ("id", "name", "type", "status", "scheduled_at", "created_at")
ROW = ("of", "name", "count", "share")


def report(session: Session, campaign: Record, html: Path | None) -> None:
    """Read all messages of a campaign, count them, and show the result, or write it to `html`.

    Raises Usage if that is a folder, or in a missing one; SmsgwError if it cannot be written.
    """
    if html and html.is_dir():
        raise Usage(f"{html} is a folder", hint="use --html FILE")
    if html and not html.parent.is_dir():
        raise Usage(f"folder {html.parent} not found")
    found = {
        "id": campaign["id"],
        "campaign": {key: campaign.get(key) for key in ABOUT},
        "read_at": format_timestamp(datetime.now(UTC)),
        **_counted(session, campaign),
    }
    if html:
        _write(found, html)
        session.out.note(f"report written to {html}")
    elif session.out.is_table:
        with writing() as stdout:
            module("report.table").show(found, stdout)
    elif session.out.is_nested:
        session.out.record(found)
    else:
        session.out.rows(rows(found), ROW)


def _counted(session: Session, campaign: Record) -> Record:
    path, _ = path_and_statuses(cast(Campaign, campaign))
    chosen = {"campaign": campaign["id"]}
    tally, total = Tally(), session.api.count(path, chosen)
    with (
        session.out.progress("report") as show,
        closing(session.api.pages(path, chosen)) as records,
    ):
        for done, record in enumerate(records, start=1):
            tally.add(record)
            if done % 100 == 0:
                show(done, max(total, done), "")
    return tally.report()


def rows(found: Record) -> Iterator[Record]:
    """The counts, one row each, for formats without nested values."""
    for status in found["statuses"]:
        yield _row("status", status["status"], status["count"], status["share"])
    for sender in found["senders"]:
        share = sender["total"] / found["total"]
        yield _row("sender", sender["sender"], sender["total"], round(share, 6))
    for failure in found["failures"]:
        yield _row("failure", failure["reason"], failure["count"], failure["share"])


def _row(of: str, name: str, count: int, share: float) -> Record:
    return dict(zip(ROW, (of, name, count, share), strict=True))


def _write(found: Record, path: Path) -> None:
    """Write the page atomically. It has no recipients, but failure reasons may be private."""
    text: str = module("report.page").page(found)
    try:
        with atomic_write(path.resolve()) as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise SmsgwError(f"cannot write {path}: {error.strerror or error}") from error


@app.command(
    "report",
    epilog="""
    smsgw -p sandbox campaigns report 3
    smsgw -p sandbox campaigns report 3 --html report.html
    """,
)
def report_campaign(
    session: Session,
    campaign: CAMPAIGN_ID,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write it as an HTML page", show_default=False),
    ] = None,
) -> None:
    """Report counts by status, sender and failure reason, and delivery times.

    JSON keys: campaign, read_at, total; statuses, senders and failures with counts and shares
    (0 to 1; for failures, of all failed); delivery_seconds with count, median, p90, p99 and
    longest (percentiles are interpolated); timeline with bucket_seconds and the number sent and
    delivered in each bucket. CSV, TSV and NDJSON have one row per count.
    """
    identity = find(session.api, CAMPAIGN, campaign)
    report(session, session.api.get(f"campaigns/{identity}"), html)
