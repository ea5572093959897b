"""The failed messages of a campaign that are to be sent again, and who is left out of them."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from smsgw_cli.messages.retry_failed import Recipient, RetryGroup, recipient_of, retry_groups
from smsgw_cli.model import Record
from smsgw_cli.sms.timestamps import parse_timestamp
from smsgw_cli.wording import pluralize

KEYS = ("id", "to", "content", "type", "attachments", "messenger", "sent_at")  # what a retry needs


@dataclass
class FailedMessages:
    """Failed messages of a campaign; `left_out` counts recipients by reason."""

    campaign: Record
    messages: list[Record]
    left_out: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, campaign: Record, messages: Iterable[Record]) -> Self:
        """From the messages as the server lists them, without those that have no recipient.

        Only what is needed is kept, and a text once, as a hundred thousand may have failed.
        """
        texts: dict[Any, Any] = {}
        kept = []
        for message in messages:
            if isinstance(message.get("to"), str):
                slim = {key: message.get(key) for key in KEYS}
                if isinstance(slim["content"], str):
                    slim["content"] = texts.setdefault(slim["content"], slim["content"])
                kept.append(slim)
        return cls(campaign, kept)

    @property
    def id(self) -> int:
        return int(self.campaign["id"])

    @property
    def groups(self) -> list[RetryGroup]:
        """The messages as new sends. Raises SmsgwError if one cannot be read."""
        return retry_groups(self.campaign, self.messages)

    @property
    def recipients(self) -> set[Recipient]:
        return {recipient_of(each) for each in self.messages}

    def leave_out(self, reason: str, is_left_out: Callable[[Record], bool]) -> None:
        """Leave out the messages for which this is true, and count their recipients."""
        kept: list[Record] = []
        dropped: set[Recipient] = set()
        for message in self.messages:
            if is_left_out(message):
                dropped.add(recipient_of(message))
            else:
                kept.append(message)
        self.messages = kept
        self.left_out[reason] += len(dropped)

    def sent_at(self, message: Record) -> datetime | None:
        """When a message was sent: at the latest when the campaign changed last."""
        sent = parse_timestamp(message.get("sent_at"))
        return sent or parse_timestamp(self.campaign.get("updated_at"))


def summary(failed: Iterable[FailedMessages]) -> str | None:
    """`3 recipients skipped: 2 retried before, 1 reached since`; None if none were."""
    counts: Counter[str] = Counter()
    for each in failed:
        counts.update(each.left_out)
    if not counts.total():
        return None
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in counts.items() if count)
    return f"{pluralize(counts.total(), 'recipient')} skipped: {reasons}"
