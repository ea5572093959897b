"""`campaigns retry`: send the failed messages of campaigns again, recorded in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands._campaign_reference import ids_of, references
from smsgw_cli.commands._message_send import PATH
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._send_options import BOTH_SENDERS
from smsgw_cli.commands._send_times import timed, without_quiet_hours
from smsgw_cli.commands._sending import check_options, is_known, send, send_all, sender_of
from smsgw_cli.errors import Pending, Usage
from smsgw_cli.messages.campaign_reference import Reference
from smsgw_cli.messages.retry_failed import RetryGroup, retry_groups
from smsgw_cli.messages.schedule import timing
from smsgw_cli.messages.send_request import Schedule, SendOptions
from smsgw_cli.model import FAILED, UNSENT, Record
from smsgw_cli.sms.timestamps import parse_timestamp
from smsgw_cli.wording import pluralize

OLDEST = timedelta(hours=20)  # of a run that is retried by name when nobody is there to ask
MOST_LISTED = 20  # ids in a hint


@dataclass(frozen=True)
class Failed:
    """A campaign, and its failed messages by content."""

    campaign: Record
    groups: list[RetryGroup]

    @property
    def count(self) -> int:
        return sum(len(group.numbers) for group in self.groups)


def retry_campaigns(session: Session, *, campaigns: Sequence[str], **given: Any) -> None:
    """Send the failed messages again, after confirmation.

    All are checked before any is sent, so that an error means that nothing was sent.
    """
    options = typed(SendOptions, given)
    check_options(session, options)
    schedule = typed(Schedule, given)
    timing(schedule)  # what needs no server is checked first
    # A job that retries the last send must not retry its own retry, again and again.
    found = references(session, campaigns, no_retry=True)
    records = {each: session.api.get(f"campaigns/{each}") for each in ids_of(found)}
    for each in found:
        _check_age(session, each, records)
    failed = [_failed(session, record) for record in records.values()]
    overrides = timed(session, values_of(session, BOTH_SENDERS, given), schedule, options)
    if not any(each.groups for each in failed):
        session.out.note(f"no message of {_named(failed)} failed; nothing to send")
        return
    sends = _checked(session, failed, overrides, options)
    if not session.options.dry_run:
        session.confirm(_question([each for each in failed if each.groups]))
    sender = sender_of(session, options)  # of all, as they are of one run
    if len(records) > 1:
        send_all(session, PATH, sends, sender)
        return
    for body, keyed in sends:
        send(session, PATH, body, keyed, sender)


def _check_age(session: Session, reference: Reference, records: dict[int, Record]) -> None:
    """Say when the campaigns of a name began. Raises Usage if that is long ago, and nobody is there
    to see it: a job whose send did not start would retry the one before."""
    if reference.is_id:
        return
    created = [parse_timestamp(records[each].get("created_at")) for each in reference.ids]
    began = reference.began or min(filter(None, created), default=None)
    shown = f"{began.astimezone():%Y-%m-%d %H:%M}" if began else "an unknown time"
    what = pluralize(len(reference.ids), "campaign")
    session.out.note(f"note: {reference.text!r} is from {shown} ({what})")
    if session.can_ask or (began and datetime.now(UTC) - began <= OLDEST):
        return
    raise Usage(
        f"{reference.text!r} is from {shown}: more than 20 hours ago, it is retried by id only",
        hint=f"to retry it: smsgw campaigns retry {_listed(reference.ids)}",
    )


def _listed(identities: Sequence[int]) -> str:
    more = " … (see 'smsgw sends list')" if len(identities) > MOST_LISTED else ""
    return " ".join(map(str, identities[:MOST_LISTED])) + more


def _failed(session: Session, campaign: Record) -> Failed:
    """What failed. Raises Pending for an unfinished campaign: a later retry would have other
    messages and another key."""
    identity = campaign["id"]
    left = session.api.count("messages", {"campaign": identity, "statuses": list(UNSENT)})
    if left:
        raise Pending(
            f"campaign {identity} is not finished: {left} of its messages are not sent yet",
            hint=f"wait for them with 'smsgw campaigns watch {identity}'",
        )
    messages = session.api.pages("messages", {"campaign": identity, "statuses": [FAILED]})
    return Failed(campaign, retry_groups(campaign, messages))


def _checked(
    session: Session, failed: Sequence[Failed], overrides: Record, options: SendOptions
) -> list[tuple[Record, SendOptions]]:
    """The bodies of all sends, each with its key. There is one confirmation for all."""
    checks = SendChecks(session, replace(options, ask_above=sum(each.count for each in failed)))
    sends = []
    for group in (group for each in failed for group in each.groups):
        keyed = replace(options, once=_key(options.once, group))
        body = without_quiet_hours(session, group.body(overrides), options)
        sends.append((body if is_known(session, keyed) else checks.body(body), keyed))
    return sends


def _question(failed: Sequence[Failed]) -> str:
    count, groups = sum(each.count for each in failed), sum(len(each.groups) for each in failed)
    parts = f" as {groups} campaigns" if groups > 1 else ""
    noun = "message" if count == 1 else "messages"
    return f"Send {count} failed {noun} of {_named(failed)} again{parts}?"


def _named(failed: Sequence[Failed]) -> str:
    if len(failed) == 1:
        return f"campaign {failed[0].campaign['id']}"
    return f"{len(failed):,} campaigns"


def _key(once: str | None, group: RetryGroup) -> str:
    return group.key if once is None else f"{once}: {group.key}"
