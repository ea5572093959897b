"""Who got the text of a failed message since, whoever sent it: a server that retries by itself,
another machine, or another campaign."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from smsgw_cli.api.reader import ListReader
from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages.failed_messages import FailedMessages
from smsgw_cli.messages.retry_failed import Recipient, recipient_of
from smsgw_cli.model import DELIVERED, SENT, UNSENT, Record
from smsgw_cli.sms.timestamps import parse_timestamp

MOST_TEXTS = 3  # of one campaign that are searched for one by one
LONGEST_PART = 60  # characters of a text in an address, whose length servers limit
# A filter by a text may not find these: MySQL reads a backslash as an escape, and a server may
# trim spaces.
_UNSAFE = re.compile(r"[\\\s]{2,}|[\\\n\r\t]")
NOT_YET = datetime.max.replace(tzinfo=UTC)


def is_reached_since(api: ListReader, failed: FailedMessages) -> Callable[[Record], bool]:
    """Whether the recipient of a failed message got the same since, or is about to.

    Raises what listing messages raises.
    """
    wanted = failed.recipients
    latest: dict[Recipient, datetime] = {}
    for message in _later(api, failed):
        recipient = _recipient(message)
        if recipient in wanted:
            sent = parse_timestamp(message.get("sent_at")) or NOT_YET
            latest[recipient] = max(sent, latest.get(recipient, sent))

    def is_reached(message: Record) -> bool:
        last, sent = latest.get(recipient_of(message)), failed.sent_at(message)
        return last is not None and (sent is None or last >= sent)

    return is_reached


def _recipient(message: Record) -> Recipient | None:
    """The recipient; None of a message that cannot be read, as it may be anybody's."""
    try:
        return recipient_of(message)
    except SmsgwError:
        return None


def _later(api: ListReader, failed: FailedMessages) -> Iterator[Record]:
    """Messages with these texts that were sent since, or will be."""
    for query in [*_queries(failed, [SENT, DELIVERED], _first_day(failed)),
                  *_queries(failed, list(UNSENT), {})]:  # fmt: skip
        with closing(api.pages("messages", query)) as messages:
            yield from messages


def _queries(failed: FailedMessages, statuses: list[str], period: Record) -> list[Record]:
    parts = {part_of(text) for (_, (text, _, _)) in failed.recipients}
    query = {**period, "statuses": statuses}
    if len(parts) > MOST_TEXTS or not all(parts):
        return [query]
    return [{**query, "message": part} for part in sorted(parts)]


def part_of(text: str | None) -> str:
    """A part of a text by which every server finds the messages with it; empty if there is none."""
    return max(_UNSAFE.split(text or ""), key=len)[:LONGEST_PART].strip()


def _first_day(failed: FailedMessages) -> Record:
    """The day before the first of them was sent, as the server may be in another zone."""
    times = [sent for each in failed.messages if (sent := failed.sent_at(each))]
    try:
        return {"after": (min(times) - timedelta(days=1)).date().isoformat()}
    except (ValueError, OverflowError):  # no time, or the first of the calendar
        return {}
