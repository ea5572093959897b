"""`campaigns watch` and `--watch`: follow a campaign until every message has a final status."""

from typing import Annotated, cast

import typer

from smsgw_cli.campaigns.senders import CampaignSenders
from smsgw_cli.campaigns.status_counts import Counts, share
from smsgw_cli.campaigns.watch import Step, Watch
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._send_options import MAX_FAILED
from smsgw_cli.commands.campaigns import CAMPAIGN, CAMPAIGN_ID
from smsgw_cli.config.settings import checked
from smsgw_cli.errors import Partial, SmsgwError
from smsgw_cli.model import COMPLETED, OUTGOING_STATUSES, Campaign, Record

app = Commands()

COLUMNS = ("id", "total", *(f"statuses.{status}" for status in (*OUTGOING_STATUSES, COMPLETED)))


def allowed_share(text: str | None) -> float | None:
    """The share allowed to fail (0 to 1), None for no limit. Raises Usage if it is invalid."""
    return None if text is None else share(text)


def follow(session: Session, campaign: Record, max_failed: str | None = None) -> None:
    """Show progress until every message has a final status, then the result.

    Raises Partial if more than `max_failed` failed, SmsgwError if all failed, Pending if the
    campaign is not finished after --timeout.
    """
    allowed = allowed_share(max_failed)
    watch = _watch(session, campaign, session.options.timeout)
    show_steps(session, campaign, watch)
    check_failures(campaign, watch, allowed)


def _watch(session: Session, campaign: Record, timeout: float | None) -> Watch:
    """A watch of `timeout` seconds at most. Raises Usage for an invalid timeout."""
    if timeout is not None:
        checked("timeout", timeout)
    return Watch(session.api, cast("Campaign", campaign), timeout=timeout)


def show_steps(session: Session, campaign: Record, watch: Watch) -> None:
    """Show each step: a line for each status change on a device, the counts as progress."""
    title = f"campaign {campaign['id']}"
    if campaign.get("scheduled_at"):
        session.out.note(
            f"{title} is scheduled for {campaign['scheduled_at']}; Ctrl-C stops watching only"
        )
    before: CampaignSenders | None = None
    with watch.stoppable(), session.out.progress(title) as show:
        for step in watch.steps():
            for change in step.senders.changes(before):
                session.out.note(f"{title}: {change}")
            before = step.senders
            show(step.counts.ended, step.counts.total, str(step.counts))
    if not step.counts.total:
        session.out.note(f"{title} has no messages: no subscribed contact on its lists")


def check_failures(campaign: Record, watch: Watch, allowed: float | None) -> None:
    """Raise Partial or SmsgwError if too many messages failed."""
    if watch.last is None or not watch.last.counts.failed:
        return
    counts, title = watch.last.counts, f"campaign {campaign['id']}"
    hint = f"see 'smsgw campaigns report {campaign['id']}' for the reasons"
    if allowed is None and counts.failed == counts.total:
        raise SmsgwError(f"{title}: all {counts.total} failed", hint=hint)
    if allowed is not None and counts.exceeds(allowed):
        raise Partial(f"{title}: {_failed(counts)}, more than {allowed * 100:g}%", hint=hint)


def _failed(counts: Counts) -> str:
    return f"{counts.failed} of {counts.total} failed ({counts.failed / counts.total:.1%})"


def show_status(session: Session, campaign: Record, step: Step) -> None:
    """Print the status of a campaign: counts by status, devices and sending servers."""
    about = {"id": campaign["id"], "name": campaign.get("name"), "total": step.counts.total}
    devices, servers = step.senders.devices, step.senders.sending_servers
    if session.out.is_table:
        named = step.senders.by_name
        session.out.record({**about, **step.counts.by_status, **named})
        return
    details = {"statuses": step.counts.by_status, "devices": devices, "sending_servers": servers}
    session.out.record({**about, **details}, COLUMNS)


@app.command("watch", epilog="smsgw -p sandbox campaigns watch 3 --max-failed 5% --timeout 600")
def watch_campaign(
    session: Session,
    campaign: CAMPAIGN_ID,
    max_failed: Annotated[
        str | None, typer.Option(metavar="SHARE", help=MAX_FAILED.help, show_default=False)
    ] = None,
) -> None:
    """Watch a campaign until every message has a final status.

    With --timeout it exits with 9 if the campaign is not finished by then. Ctrl-C stops watching,
    not the campaign.
    """
    allowed = allowed_share(max_failed)
    # --timeout limits the watching here, so it is not used for single requests.
    timeout, session.options.timeout = session.options.timeout, None
    record = session.api.get(f"campaigns/{find(session.api, CAMPAIGN, campaign)}")
    watch = _watch(session, record, timeout)
    try:
        show_steps(session, record, watch)
    finally:
        if watch.last:
            show_status(session, record, watch.last)
    check_failures(record, watch, allowed)
