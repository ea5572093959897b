"""Groups the failed messages of a campaign by content, as new sends without duplicates."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from smsgw_cli.campaigns.messenger import SENDER_ID, SIM, messenger
from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages.ledger_runs import retry_key
from smsgw_cli.model import Record

ANY_HOUR = (("00:00", "23:59"), ("00:00", "24:00"))
EVERY_DAY = list(range(1, 8))
_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})")
ContentKey = tuple[Any, Any, tuple[str, ...]]
Recipient = tuple[str, ContentKey]
"""A number, and what is sent to it: each recipient gets it once."""
_SENDERS = {SIM: "sims", SENDER_ID: "sender_ids"}


@dataclass
class RetryGroup:
    """Messages with the same content, to be sent again as one campaign.

    `content` has text, type and attachments with the keys of `/messages/send`, and kept options.
    """

    campaign: int
    content: Record
    ids: list[int] = field(default_factory=list)
    numbers: dict[str, None] = field(default_factory=dict)
    senders: dict[str, set[int]] = field(default_factory=dict)

    def add(self, message: Record) -> None:
        self.ids.append(message["id"])
        self.numbers[message["to"]] = None
        if found := messenger(message):
            self.senders.setdefault(_SENDERS[found[0]], set()).add(found[1])

    def body(self, options: Record) -> Record:
        """The body of `/messages/send`; senders in `options` replace the group's own."""
        replaced = options.keys() & set(_SENDERS.values())
        own = {} if replaced else {key: sorted(ids) for key, ids in self.senders.items()}
        return {**self.content, "mobile_numbers": list(self.numbers), **own, **options}

    @property
    def key(self) -> str:
        """The idempotency key: the same for the same messages."""
        return self.key_for(None)

    def key_for(self, once: str | None) -> str:
        """The same for a command with a key of its own."""
        digest = hashlib.sha256(",".join(map(str, sorted(self.ids))).encode()).hexdigest()
        return retry_key(self.campaign, digest, once)


def retry_groups(campaign: Record, failed: Iterable[Record]) -> list[RetryGroup]:
    """The failed messages of a campaign by content. Raises SmsgwError for unreadable ones."""
    groups: dict[ContentKey, RetryGroup] = {}
    for message in failed:
        if not isinstance(message.get("to"), str):
            continue  # no recipient
        content = content_of(message)
        group = groups.get(content_key(content))
        if group is None:
            group = RetryGroup(campaign["id"], {**kept(campaign), **content})
            groups[content_key(content)] = group
        group.add(message)
    return list(groups.values())


def content_of(message: Record) -> Record:
    """Text, type and attachments, with the keys of `/messages/send`.

    Raises SmsgwError if one cannot be read, as without it another message would be sent.
    """
    names = {"message": "content", "type": "type", "attachments": "attachments"}
    content = {key: message[name] for key, name in names.items() if message.get(name)}
    attachments = content.get("attachments", [])
    texts = [content.get("message", ""), content.get("type", "")]
    texts += attachments if isinstance(attachments, list) else [None]
    if not all(isinstance(each, str) for each in texts):
        raise SmsgwError(f"cannot read the content of message {message['id']}")
    return content


def content_key(content: Record) -> ContentKey:
    """What tells the content of a body of `/messages/send` from another."""
    return content.get("message"), content.get("type"), tuple(content.get("attachments", ()))


def recipient_of(message: Record) -> Recipient:
    """The recipient of a message. Raises as `content_of` does."""
    return str(message.get("to")), content_key(content_of(message))


def kept(campaign: Record) -> Record:
    """Hours, days and their zone, priority, delay and delivery report, as keys of a send."""
    return {**_window(campaign), **_options(campaign.get("options"))}


def _window(campaign: Record) -> Record:
    """The hours and days, if they are limited, with the zone that they are meant in."""
    hours = _HOURS.fullmatch(str(campaign.get("active_hours")))
    days = _days(campaign.get("days_of_week"))
    window: Record = {}
    if hours and hours.groups() not in ANY_HOUR:
        window["active_hours"] = {"start": hours[1], "end": hours[2]}
    if days and days != EVERY_DAY:
        window["days_of_week"] = days
    zone = campaign.get("timezone")
    return {**window, "timezone": zone} if window and isinstance(zone, str) else window


def _days(value: Any) -> list[int]:
    """The days of the week, 1 being Monday; none if they cannot be read."""
    listed = value if isinstance(value, list) else []
    days = sorted({int(each) for each in listed if str(each) in set("1234567")})
    return days if len(days) == len(listed) else []


def _options(options: Any) -> Record:
    if not isinstance(options, dict):
        return {}
    kept: Record = {}
    if isinstance(options.get("delivery_report"), bool):
        kept["delivery_report"] = options["delivery_report"]
    if options.get("prioritize") is True:
        kept["prioritize"] = True
    delay = str(options.get("delay"))
    return {**kept, "delay": int(delay)} if re.fullmatch("[1-9][0-9]{0,5}", delay) else kept
