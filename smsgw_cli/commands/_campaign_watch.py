"""`campaigns watch` and `--watch`: follow campaigns until every message has a final status."""

import sys
from collections.abc import Sequence
from typing import cast

from smsgw_cli.campaigns import no_messages
from smsgw_cli.campaigns.senders import CampaignSenders
from smsgw_cli.campaigns.status_counts import NEWS, Counts
from smsgw_cli.campaigns.watch import Watch
from smsgw_cli.campaigns.watches import Watches
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._campaign_reference import ids_of, references
from smsgw_cli.commands._ussd_answers import show_answers
from smsgw_cli.config.settings import checked
from smsgw_cli.errors import Partial, SmsgwError
from smsgw_cli.model import COMPLETED, OUTGOING_STATUSES, UNSENT, Campaign, Record

FOR_PEOPLE = (*NEWS, *UNSENT)
FOR_SCRIPTS = (*OUTGOING_STATUSES, COMPLETED)  # the order of columns does not change


PATIENCE = 6 * 3600.0  # seconds


def follow_all(
    session: Session, campaigns: Sequence[Record], max_failed: str | None = None
) -> None:
    """Show progress until every message has a final status, within --timeout; then print the
    answers to USSD codes. Raises as `watch_all` does."""
    try:
        watch_all(session, campaigns, allowed_share(max_failed), session.options.timeout)
    finally:
        show_answers(session, campaigns)


def watch_campaigns(
    session: Session, campaigns: Sequence[str], max_failed: str | None = None
) -> None:
    """Watch campaigns, and print their counts at the end, however it ends."""
    allowed = allowed_share(max_failed)
    session.give("timeout", None)  # --timeout limits the watching here, not single requests
    found = [
        session.api.get(f"campaigns/{each}") for each in ids_of(references(session, campaigns))
    ]
    watch_all(session, found, allowed, session.options.timeout, show=True)


def allowed_share(text: str | None) -> float | None:
    """The share allowed to fail (0 to 1), None for no limit. Raises Usage if it is invalid."""
    return None if text is None else float(checked("max_failed", text, "--max-failed"))


def watch_all(
    session: Session,
    campaigns: Sequence[Record],
    allowed: float | None,
    timeout: float | None,
    *,
    show: bool = False,
) -> None:
    """Show progress until every message of these campaigns has a final status.

    `show` prints the counts at the end. Raises Usage for an invalid timeout, Partial if more than
    the allowed share of all failed, SmsgwError if all failed or there are no messages, Pending if
    they are not finished after the timeout.
    """
    if timeout is not None:
        checked("timeout", timeout)
    # In cron a lost phone goes unnoticed: without a timeout the job would never end.
    patience = None if timeout is not None or sys.stderr.isatty() else PATIENCE
    watches = Watches(
        session.api, cast("list[Campaign]", campaigns), timeout=timeout, patience=patience
    )
    try:
        _show_steps(session, watches)
    finally:
        if show:
            _show_statuses(session, watches)
    _check_messages(session, watches)
    _check_failures(watches, allowed)


def _show_steps(session: Session, watches: Watches) -> None:
    """Show each step: a line for each status change on a device, the counts as progress."""
    for watch in watches.each:
        if at := watch.campaign.get("scheduled_at"):
            session.out.note(f"{_title(watch)} is scheduled for {at}; Ctrl-C only stops watching")
    before: dict[int, CampaignSenders] = {}
    progress = session.out.progress(_titles(watches), is_result=True)
    with watches.stoppable(), progress as show:
        for watch, step in watches.steps():
            identity = watch.campaign["id"]
            for change in step.senders.changes(before.get(identity)):
                session.out.note(f"{_title(watch)}: {change}")
            before[identity] = step.senders
            if all(each.last for each in watches.each):
                counts = watches.counts
                show(counts.ended, counts.total, counts.news)
    for watch in watches.each if watches.counts.total else ():
        if watch.last and not watch.last.counts.total:
            session.warn(f"warning: {_title(watch)} has no messages: {_why_none(session, watch)}")


def _why_none(session: Session, watch: Watch) -> str:
    return no_messages.reason(session.api, watch.last.senders if watch.last else CampaignSenders())


def _title(watch: Watch) -> str:
    return f"campaign {watch.campaign['id']}"


def _titles(watches: Watches) -> str:
    return _title(watches.each[0]) if len(watches.each) == 1 else f"{len(watches.each):,} campaigns"


def _check_messages(session: Session, watches: Watches) -> None:
    """Raise SmsgwError if there are none: nobody was reached."""
    if watches.counts.total:
        return
    why = _why_none(session, watches.each[0])
    hint = "see 'smsgw devices sims'; it may go out once one is active"
    raise SmsgwError(
        f"{_titles(watches)} has no messages: {why}",
        hint=hint if why == no_messages.NO_SIM else None,
    )


def _check_failures(watches: Watches, allowed: float | None) -> None:
    """Raise Partial or SmsgwError if too many messages failed."""
    counts = watches.counts
    if not counts.failed:
        return
    ids = " ".join(str(each.campaign["id"]) for each in watches.each)
    title, hint = _titles(watches), f"see 'smsgw campaigns report {ids}' for the reasons"
    if allowed is None and counts.failed == counts.total:
        failed = f"all {counts.total:,} messages" if counts.total > 1 else "its only message"
        raise SmsgwError(f"{title}: {failed} failed", hint=hint)
    if allowed is not None and counts.exceeds(allowed):
        raise Partial(f"{title}: {_failed(counts)}, more than {allowed * 100:g}%", hint=hint)


def _failed(counts: Counts) -> str:
    return f"{counts.failed} of {counts.total} failed ({counts.failed / counts.total:.1%})"


def _show_statuses(session: Session, watches: Watches) -> None:
    """Print the status of each campaign: counts by status, devices and sending servers."""
    polled = [each for each in watches.each if each.last]
    statuses = FOR_PEOPLE if session.out.is_table else FOR_SCRIPTS
    columns = ("id", "total", *(f"statuses.{status}" for status in statuses))
    if len(watches.each) > 1:
        session.out.rows(map(_status, polled), columns)
        return
    for watch in polled:
        session.out.record(_status(watch, flat=session.out.is_table), columns)


def _status(watch: Watch, *, flat: bool = False) -> Record:
    """The counts of a watch; `flat` is for a table of one campaign."""
    if watch.last is None:
        return {}
    counts, senders = watch.last.counts, watch.last.senders
    about = {"id": watch.campaign["id"], "name": watch.campaign.get("name"), "total": counts.total}
    if flat:
        return {**about, **counts.by_news, **senders.by_name}
    details = {"devices": senders.devices, "sending_servers": senders.sending_servers}
    return {**about, "statuses": counts.by_status, **details}
