"""`campaigns report`: what became of a campaign, as charts, as data, or as a page."""

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
    """Read everything a campaign sent, count it, and show that."""
    if html and html.is_dir():
        raise Usage(f"{html} is a folder", hint="--html FILE says what the page is to be called")
    if html and not html.parent.is_dir():
        raise Usage(f"there is no folder {html.parent}")
    found = {
        "id": campaign["id"],
        "campaign": {key: campaign.get(key) for key in ABOUT},
        "read_at": format_timestamp(datetime.now(UTC)),
        **_counted(session, campaign),
    }
    if html:
        _write(found, html)
        session.out.note(f"the report is in {html}")
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
    """The counts, a row each, for formats that have no nested values."""
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
    """The page, whole or not at all. Recipients are not in it, but reasons may be private."""
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
