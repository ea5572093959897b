"""The failed messages of a campaign as new sends, grouped by content, without duplicates."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import Record

_MESSENGER = re.compile(r"(sim|sender id) #([0-9]{1,18})", re.IGNORECASE)
_SENDERS = {"sim": "sims", "sender id": "sender_ids"}


@dataclass
class RetryGroup:
    """Messages with the same text, type and attachments, to be sent again as one campaign.

    `says` are those three as `/messages/send` takes them.
    """

    campaign: int
    says: Record
    ids: list[int] = field(default_factory=list)
    numbers: dict[str, None] = field(default_factory=dict)
    senders: dict[str, set[int]] = field(default_factory=dict)

    def add(self, message: Record) -> None:
        self.ids.append(message["id"])
        self.numbers[message["to"]] = None
        found = _MESSENGER.fullmatch(str(message.get("messenger")))
        if found:
            self.senders.setdefault(_SENDERS[found[1].lower()], set()).add(int(found[2]))

    def body(self, options: Record) -> Record:
        """The body of `/messages/send`; options that name senders count instead of its own."""
        named = options.keys() & set(_SENDERS.values())
        own = {} if named else {key: sorted(ids) for key, ids in self.senders.items()}
        return {**self.says, "mobile_numbers": list(self.numbers), **own, **options}

    @property
    def key(self) -> str:
        """The idempotency key: the same for the same messages."""
        digest = hashlib.sha256(",".join(map(str, sorted(self.ids))).encode()).hexdigest()
        return f"retry of campaign {self.campaign}: {digest[:16]}"


def retry_groups(campaign: Record, failed: Iterable[Record]) -> list[RetryGroup]:
    """The sends that retry the failed messages of a campaign."""
    groups: dict[tuple[object, ...], RetryGroup] = {}
    for message in failed:
        if not isinstance(message.get("to"), str):
            continue  # no recipient
        says = _says(message)
        alike = (says.get("message"), says.get("type"), tuple(says.get("attachments", ())))
        group = groups.get(alike)
        if group is None:
            kept = {**_kept(campaign), **says}
            group = groups[alike] = RetryGroup(campaign["id"], kept)
        group.add(message)
    return list(groups.values())


def _says(message: Record) -> Record:
    """Text, type and attachments. Raises SmsgwError where the server shows them as nothing known.

    Sent again without them it would be another message.
    """
    wire = {"message": "content", "type": "type", "attachments": "attachments"}
    says = {key: message[name] for key, name in wire.items() if message.get(name)}
    attachments = says.get("attachments", [])
    texts = [says.get("message", ""), says.get("type", "")]
    texts += attachments if isinstance(attachments, list) else [None]
    if not all(isinstance(each, str) for each in texts):
        raise SmsgwError(f"cannot read the content of message {message['id']}")
    return says


def _kept(campaign: Record) -> Record:
    """The campaign's options to keep: delivery reports and delay."""
    options = campaign.get("options")
    if not isinstance(options, dict):
        return {}
    report = {"delivery_report": True} if options.get("delivery_report") is True else {}
    delay = str(options.get("delay"))
    return {**report, "delay": int(delay)} if re.fullmatch("[1-9][0-9]{0,5}", delay) else report
