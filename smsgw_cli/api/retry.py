"""How long to wait before a request is made again: pure functions."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
SHORTEST_RETRY_AFTER = 0.25  # avoids a busy loop for a Retry-After of 0


def retry_after_seconds(header: str | None, now: datetime | None = None) -> float | None:
    """Seconds asked for by a Retry-After header, given as seconds or as a date (RFC 9110).

    None if there is no header or it makes no sense.
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def backoff(tries: int, jitter: float | None = None) -> float:
    """Seconds to wait after the `tries`-th attempt: exponential backoff with jitter."""
    full = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (tries - 1))
    return full * (0.5 + 0.5 * (random.random() if jitter is None else jitter))


def wait_before_retry(tries: int, retry_after: float | None) -> float:
    """How many seconds to wait after the `tries`-th try: as the server asked, or backing off."""
    return backoff(tries) if retry_after is None else max(retry_after, SHORTEST_RETRY_AFTER)
