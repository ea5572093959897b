"""`messages retry`: the failed messages of a campaign sent again, through the record of sends."""

from typing import TYPE_CHECKING, Any

from smsgw_cli.cli.crud import register, values_of
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._campaign_watch import check_waits
from smsgw_cli.commands._message_send import BOTH_SENDERS, PATH
from smsgw_cli.commands._send_guard import GATE, passed
from smsgw_cli.commands._sends import SCHEDULE, send_passed
from smsgw_cli.errors import Pending
from smsgw_cli.model import UNSENT, Record

if TYPE_CHECKING:
    from smsgw_cli.messages.retry import RetryGroup

app = Commands()

CAMPAIGN = Field("campaign", "The campaign of which to send what failed", int, required=True)
HELP = """Send the failed messages of a campaign again, as a new campaign.

Text, type, attachments, SIMs and sender ids stay as they were, unless options say otherwise; a
recipient gets a text once. Messages with different texts become a campaign each. Run again,
it prints the same campaign and sends nothing, unless --once names another key. A
campaign that still has messages on their way is left alone.
"""


def retry_messages(session: Session, **given: Any) -> None:
    """Send again what failed, having asked."""
    check_waits(session, given)
    schedule = session.drafts.schedule(given)
    campaign = session.api.get(f"campaigns/{given['campaign']}")
    _refuse_unfinished(session, campaign)
    groups = session.failed_again(campaign)
    options = {**schedule, **values_of(session, BOTH_SENDERS, given)}
    if not groups:
        session.out.note(f"no message of campaign {campaign['id']} failed; nothing to send")
        return
    # All of them before any: who is kept out of one of them is told while nothing has gone out.
    given = {**given, "ask_above": sum(len(group.numbers) for group in groups)}
    bodies = [passed(session, group.body(options), given) for group in groups]
    if not session.dry_run:
        session.confirm(_question(campaign, groups))
    for group, body in zip(groups, bodies, strict=True):
        send_passed(session, PATH, body, {**given, "once": _key(given["once"], group)})


def _refuse_unfinished(session: Session, campaign: Record) -> None:
    """What fails later would be missing, and those sent again now not be told from it then."""
    identity = campaign["id"]
    left = session.api.count("messages", {"campaign": identity, "statuses": list(UNSENT)})
    if left:
        raise Pending(
            f"campaign {identity} is not over: {left} of its messages are on their way",
            hint=f"'smsgw campaigns watch {identity}' waits for them",
        )


def _question(campaign: Record, groups: "list[RetryGroup]") -> str:
    count = sum(len(group.numbers) for group in groups)
    parts = f" as {len(groups)} campaigns" if len(groups) > 1 else ""
    noun = "message" if count == 1 else "messages"
    return f"Send {count} failed {noun} of campaign {campaign['id']} again{parts}?"


def _key(once: str | None, group: "RetryGroup") -> str:
    return group.key if once is None else f"{once}: {group.key}"


register(
    app,
    "retry",
    HELP,
    (CAMPAIGN, *BOTH_SENDERS, *SCHEDULE, *GATE),
    retry_messages,
    epilog="smsgw -p sandbox messages retry --campaign 1 --yes --watch",
)
