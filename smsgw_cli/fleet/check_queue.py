"""How long messages have been waiting that may go out now, and sends of unknown outcome."""

from collections.abc import Iterator

from smsgw_cli.campaigns.senders import STALLED_MEANS, campaign_senders
from smsgw_cli.fleet.context import CheckContext
from smsgw_cli.fleet.devices import labelled
from smsgw_cli.fleet.measurement import WHOLE, Finding, Measurement, Status, Subject
from smsgw_cli.fleet.waiting import Queue, QueueReader, Waiting
from smsgw_cli.messages.history import History
from smsgw_cli.model import PROCESSING, QUEUED, SCHEDULED, STALLED, Campaign
from smsgw_cli.sms.durations import in_words
from smsgw_cli.wording import pluralize

MAX_STALLED = 3  # campaigns whose devices and sending servers are read
STALLED_AFTER = 60  # seconds of waiting
# Source: the vendor's manual (smsgateway.rbsoft.org/docs/message.html, campaign.html), and "Why my
# messages are stuck in Pending status?" (support.rbsoft.org).
PENDING_MEANS = "a phone may be off or out of reach, or its battery saver has stopped the app"
NOT_BEGUN = {
    QUEUED: "the server's queue worker may have stopped",
    PROCESSING: "the server's queue worker may have stopped",
    SCHEDULED: "the server's scheduler may have stopped",
}


def check(context: CheckContext) -> Iterator[Measurement | Finding]:
    """The age of the oldest Pending or Queued message in `GET /messages` that may go out now.

    That is the time since its campaign was due in which its hours and days were open; for one of a
    recurring campaign, the time since it was first seen. Ids are those of campaigns. Raises
    NotFound, and what reading raises.
    """
    queue = QueueReader(context).read()
    yield _measured(queue)
    for waiting in queue.found[:MAX_STALLED]:
        if waiting.campaign and waiting.messages and waiting.age >= STALLED_AFTER:
            yield from _stalled(context, waiting.campaign)
    yield from _unknown_sends(context)


def _measured(queue: Queue) -> Measurement:
    oldest = max(queue.found, key=lambda each: each.age, default=None)
    pending = f"{pluralize(queue.pending, 'message')} pending or queued"
    if oldest is None:
        text = pending + (", none of which may go out now" if queue.pending else "")
        return Measurement("queue_age", 0, WHOLE, text)
    text, why = _said(oldest)
    return Measurement("queue_age", oldest.age, WHOLE, f"{pending}; {text}", why=why)


def _said(waiting: Waiting) -> tuple[str, str]:
    """For how long it has been waiting, and why that may be."""
    campaign, age = waiting.campaign, in_words(waiting.age)
    if campaign is None:
        return f"the oldest was first seen {age} ago, in an unknown campaign", PENDING_MEANS
    label, status = labelled(_subject(campaign)), str(campaign.get("status"))
    if waiting.messages:
        return f"the oldest that may go out has been waiting for {age}, in {label}", PENDING_MEANS
    return f"{label} is {status}, and was due {age} ago", NOT_BEGUN[status]


def _subject(campaign: Campaign) -> Subject:
    return Subject("campaign", campaign["id"], str(campaign.get("name") or ""))


def _stalled(context: CheckContext, campaign: Campaign) -> Iterator[Finding]:
    """A campaign is Stalled outside its hours, which is as it should be; here they are open."""
    senders = campaign_senders(context.api, campaign).by_name
    on = [name for name, status in senders.items() if status == STALLED]
    if on or campaign.get("status") == STALLED:
        where = f" on {', '.join(on)}" if on else ""
        text = f"{STALLED}{where}: {STALLED_MEANS}"
        yield Finding(Status.WARNING, text, _subject(campaign))


def _unknown_sends(context: CheckContext) -> Iterator[Finding]:
    """One finding for all of them, from the ledger of this machine."""
    unknown = [] if context.ids else History(context.ledger).unknown()
    if unknown:
        sends = pluralize(len(unknown), "send")
        text = f"{sends} of unknown outcome; run 'smsgw sends settle'"
        yield Finding(Status.WARNING, text)
