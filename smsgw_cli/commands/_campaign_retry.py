"""`campaigns retry`: send the failed messages of campaigns again, recorded in the ledger."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands._campaign_reference import ids_of, references
from smsgw_cli.commands._retry_plan import AgeLimit, failed_messages
from smsgw_cli.commands._retry_send import Retry
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._send_options import BOTH_SENDERS
from smsgw_cli.commands._send_times import timed
from smsgw_cli.commands._sending import check_options
from smsgw_cli.errors import Usage
from smsgw_cli.messages.campaign_reference import Reference
from smsgw_cli.messages.schedule import timing
from smsgw_cli.messages.send_request import Schedule, SendOptions
from smsgw_cli.model import Record
from smsgw_cli.sms import local_time
from smsgw_cli.sms.timestamps import parse_timestamp
from smsgw_cli.wording import pluralize

OLDEST = timedelta(hours=20)  # of a run that is retried by name when nobody is there to ask
MOST_LISTED = 20  # ids in a hint


def retry_campaigns(
    session: Session, *, campaigns: Sequence[str], before: str | None = None, **given: Any
) -> None:
    """Send the failed messages again, after confirmation.

    All are checked before any is sent, so that an error means that nothing was sent.
    """
    options = typed(SendOptions, given)
    check_options(session, options)
    schedule = typed(Schedule, given)
    timing(schedule)  # what needs no server is checked first
    if before is not None:
        AgeLimit.read(before, None)
    checks = SendChecks(session, replace(options, ask_above=sys.maxsize))  # one question for all
    # A job that retries the last send must not retry its own retry, again and again.
    found = references(session, campaigns, no_retry=True)
    records = {each: session.api.get(f"campaigns/{each}") for each in ids_of(found)}
    for each in found:
        _check_age(session, each, records)
    failed = [failed_messages(session, record) for record in records.values()]
    overrides = timed(session, values_of(session, BOTH_SENDERS, given), schedule, options)
    if not any(each.messages for each in failed):
        which = f"campaign {failed[0].id}" if len(failed) == 1 else f"{len(failed):,} campaigns"
        session.out.note(f"no message of {which} failed; nothing to send")
        if session.options.dry_run:
            session.out.json([])
        return
    retry = Retry(session, options, checks, failed)
    retry.leave_out(before)
    retry.carry_out(overrides, warns=before is None)


def _check_age(session: Session, reference: Reference, records: dict[int, Record]) -> None:
    """Say when the campaigns of a name began. Raises Usage if that is long ago, and nobody is there
    to see it: a job whose send did not start would retry the one before."""
    if reference.is_id:
        return
    created = [parse_timestamp(records[each].get("created_at")) for each in reference.ids]
    began = reference.began or min(filter(None, created), default=None)
    shown = f"{local_time.of(began):%Y-%m-%d %H:%M}" if began else "an unknown time"
    what = pluralize(len(reference.ids), "campaign")
    session.out.note(f"note: {reference.text!r} is from {shown} ({what})")
    if session.can_ask or (began and datetime.now(UTC) - began <= OLDEST):
        return
    raise Usage(
        f"{reference.text!r} is from {shown}: more than 20 hours ago, and can be retried only by "
        "id",
        hint=f"to retry it: smsgw campaigns retry {_listed(reference.ids)}",
    )


def _listed(identities: Sequence[int]) -> str:
    more = " … (see 'smsgw sends list')" if len(identities) > MOST_LISTED else ""
    return " ".join(map(str, identities[:MOST_LISTED])) + more
