"""Finds opt-outs in received messages."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from smsgw_cli.api.reader import Reader
from smsgw_cli.model import RECEIVED, Record
from smsgw_cli.sms.numbers import as_written


def asking(api: Reader, keywords: Iterable[str], query: dict[str, Any]) -> Iterator[Record]:
    """Received messages whose whole text is one of the keywords, ignoring case."""
    wanted = {folded(keyword) for keyword in keywords}
    with closing(api.pages("messages", {**query, "statuses": [RECEIVED]})) as messages:
        for message in messages:
            if folded(str(message.get("content") or "")) in wanted:
                yield message


def folded(text: str) -> str:
    return text.strip().casefold()


def suppressing(message: Record, region: str | None) -> tuple[str, str] | None:
    """The sender and the reason to suppress it; None if the sender is not a valid number."""
    number = as_written(str(message.get("from") or ""), region)
    if number is None:
        return None
    said = str(message.get("content")).strip()
    return number, f"replied {said!r} in message {message['id']} of {message.get('sent_at')}"
