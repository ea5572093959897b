"""How messages and USSD pulls are sent: the options of both, and what is done."""

from typing import TYPE_CHECKING, Any

from smsgw_cli.cli.crud import would_send
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._campaign_watch import MAX_FAILED, check_waits, follow
from smsgw_cli.commands._send_guard import passed
from smsgw_cli.commands.campaigns import CAMPAIGN
from smsgw_cli.commands.devices import SIM
from smsgw_cli.errors import Pending, SmsgwError
from smsgw_cli.model import Record
from smsgw_cli.output.streams import WriteFailed
from smsgw_cli.sms.durations import seconds, whole_seconds

if TYPE_CHECKING:
    from smsgw_cli.messages.sender import UnknownPolicy

SENDERS = (
    Field(
        "sims",
        "Send by this SIM: its id, number, label or name",
        many=True,
        flag="--sim",
        names=SIM,
    ),
)
SCHEDULE = (
    Field("random_sender", "Take the senders in random order", bool, "--random-sender"),
    Field("delay", "Time between one message and the next: 30, 5m", parse=whole_seconds),
    Field("prioritize", "Send before other campaigns", bool, "--prioritize"),
    Field("name", "What to call the campaign"),
    Field("at", "When: 2031-01-01T12:00, 18:00, 'fri 09:00', +2h", flag="--at"),
    Field("timezone", "The time zone of all times, such as Europe/Berlin"),
    Field("every", "Repeat it so often, such as '2 weeks'", flag="--every"),
    Field("until", "When to stop repeating it", flag="--until"),
    Field("days", "Only on these days, such as mon,tue or mon-fri"),
    Field("active_hours", "Only within these hours, such as 08:00-17:00"),
    Field("once", "Send only if no send with this key was accepted before"),
    Field(
        "settle",
        "How long a send without an answer is left alone before the server's word counts that "
        "it did not take it (60); 0 asks at once",
        parse=seconds,
    ),
    Field("no_retry", "Do not send again what was lost on its way", bool, "--no-retry"),
    Field("watch", "Show what becomes of it until all of it has", bool, "--watch"),
    MAX_FAILED,
)


def send(session: Session, path: str, body: dict[str, Any], given: dict[str, Any]) -> None:
    """Send and print the campaign; then, if it was asked for, watch it."""
    check_waits(session, given)
    send_passed(session, path, passed(session, body, given), given)


def send_passed(session: Session, path: str, body: dict[str, Any], given: dict[str, Any]) -> None:
    """The same for a body that has passed what every send passes before it goes out."""
    if would_send(session, "POST", path, session.drafts.named(body)):
        return
    care = care_of(session, given)
    campaign, is_new = session.sender.send(path, body, once=given["once"], care=care)
    if not is_new:
        session.out.note(f"note: sent before with the key {given['once']!r}; not sent again")
    print_sent(session, [campaign], alone=True)
    if given["watch"]:
        _refuse_hidden(campaign)
        follow(session, campaign, given["max_failed"])


def _refuse_hidden(campaign: Record) -> None:
    """Raise Pending for a campaign that the server does not show."""
    if campaign["id"] is None:
        raise Pending(
            f"the campaign {campaign['name']!r} is not shown yet, so it cannot be watched",
            hint="'smsgw sends settle' looks for it again",
        )


def care_of(session: Session, given: dict[str, Any]) -> "UnknownPolicy":
    """What is to be done about a send of which nobody knows what became. Raises Usage."""
    return session.care(given["settle"], again=not given["no_retry"])


def print_sent(session: Session, campaigns: list[Record], *, alone: bool = False) -> None:
    """Print campaigns that were accepted; where that fails, tell their ids all the same."""
    try:
        if alone:
            shown = {key: campaigns[0].get(key) for key in CAMPAIGN.columns}
            whole = shown if session.out.is_table else campaigns[0]
            session.out.record(whole, CAMPAIGN.columns)
        else:
            session.out.rows(campaigns, CAMPAIGN.columns)
    except (SmsgwError, WriteFailed):
        ids = ", ".join(str(campaign["id"]) for campaign in campaigns)
        session.tell(f"note: sent, as campaign {ids}; only printing it failed")
        raise
