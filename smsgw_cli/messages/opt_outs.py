"""Finds opt-outs in received messages."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from smsgw_cli.api.reader import Reader
from smsgw_cli.errors import Usage
from smsgw_cli.model import RECEIVED, Record
from smsgw_cli.sms.numbers import e164


def opt_out_messages(
    api: Reader, keywords: Iterable[str], query: dict[str, Any]
) -> Iterator[Record]:
    """Received messages whose whole text is one of the keywords, ignoring case.

    `query` are further filters of `GET /messages`.
    """
    wanted = {_folded(keyword) for keyword in keywords}
    with closing(api.pages("messages", {**query, "statuses": [RECEIVED]})) as messages:
        for message in messages:
            if _folded(str(message.get("content") or "")) in wanted:
                yield message


def _folded(text: str) -> str:
    return text.strip().casefold()


def suppression(message: Record, region: str | None) -> tuple[str, str] | None:
    """The sender and the reason to suppress it; None if the sender is not a valid number."""
    try:
        number = e164(str(message.get("from") or ""), region, any_number=True)
    except Usage:
        return None
    content = str(message.get("content")).strip()
    return number, f"replied {content!r} in message {message['id']} of {message.get('sent_at')}"
