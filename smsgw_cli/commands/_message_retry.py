"""`messages retry`: send the failed messages of a campaign again, recorded in the ledger."""

from dataclasses import replace
from typing import Any

from smsgw_cli.cli.parameters import typed
from smsgw_cli.cli.session import Session
from smsgw_cli.cli.values import values_of
from smsgw_cli.commands._message_send import PATH
from smsgw_cli.commands._send_checks import SendChecks
from smsgw_cli.commands._send_options import BOTH_SENDERS
from smsgw_cli.commands._sending import check_options, is_known, send
from smsgw_cli.errors import Pending
from smsgw_cli.messages import compose
from smsgw_cli.messages.retry_failed import RetryGroup, retry_groups
from smsgw_cli.messages.send_request import Schedule, SendOptions
from smsgw_cli.model import FAILED, UNSENT, Record


def retry_messages(session: Session, **given: Any) -> None:
    """Send the failed messages again, after confirmation."""
    options = typed(SendOptions, given)
    check_options(options)
    schedule = compose.schedule(typed(Schedule, given))
    campaign = session.api.get(f"campaigns/{given['campaign']}")
    _refuse_unfinished(session, campaign)
    failed = {"campaign": campaign["id"], "statuses": [FAILED]}
    groups = retry_groups(campaign, session.api.pages("messages", failed))
    overrides = {**schedule, **values_of(session, BOTH_SENDERS, given)}
    if not groups:
        session.out.note(f"no message of campaign {campaign['id']} failed; nothing to send")
        return
    # All are checked before any is sent, so that an error means that nothing was sent.
    # There is one confirmation for all, below.
    checks = SendChecks(
        session, replace(options, ask_above=sum(len(group.numbers) for group in groups))
    )
    sends = []
    for group in groups:
        keyed = replace(options, once=_key(options.once, group))
        body = group.body(overrides)
        sends.append((body if is_known(session, keyed) else checks.body(body), keyed))
    if not session.options.dry_run:
        session.confirm(_question(campaign, groups))
    for body, keyed in sends:
        send(session, PATH, body, keyed)


def _refuse_unfinished(session: Session, campaign: Record) -> None:
    """Raise Pending for an unfinished campaign: a later retry would have other messages and key."""
    identity = campaign["id"]
    left = session.api.count("messages", {"campaign": identity, "statuses": list(UNSENT)})
    if left:
        raise Pending(
            f"campaign {identity} is not finished: {left} of its messages are not sent yet",
            hint=f"wait for them with 'smsgw campaigns watch {identity}'",
        )


def _question(campaign: Record, groups: list[RetryGroup]) -> str:
    count = sum(len(group.numbers) for group in groups)
    parts = f" as {len(groups)} campaigns" if len(groups) > 1 else ""
    noun = "message" if count == 1 else "messages"
    return f"Send {count} failed {noun} of campaign {campaign['id']} again{parts}?"


def _key(once: str | None, group: RetryGroup) -> str:
    return group.key if once is None else f"{once}: {group.key}"
