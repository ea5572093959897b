"""Whether a request may be made again, and how long to wait before: pure functions.

The rule behind them: a GET, PUT or DELETE may be repeated after any passing trouble; a
POST only where the server provably did not take it.
"""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import NamedTuple

FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
LONGEST_RETRY_AFTER = 300.0
SHORTEST_RETRY_AFTER = 0.25  # a Retry-After of 0 would otherwise be a busy loop
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


class Trouble(Enum):
    """How a request ended that got no answer."""

    NOT_CONNECTED = "no connection"  # refused, no such host: the server never saw the request
    TIMEOUT = "timeout"  # the request may have been handled
    DROPPED = "connection lost"  # likewise


class Outcome(NamedTuple):
    """What became of one try: an HTTP `status`, or the `trouble` that kept it away."""

    status: int | None = None
    trouble: Trouble | None = None
    retry_after: str | None = None


def was_not_taken(outcome: Outcome) -> bool:
    """Whether the server provably did not act on the request."""
    if outcome.status is None:
        return outcome.trouble is Trouble.NOT_CONNECTED
    return outcome.status == 429 or (outcome.status == 503 and outcome.retry_after is not None)


def may_repeat(outcome: Outcome, *, idempotent: bool) -> bool:
    """Whether trying again can neither do harm nor be useless."""
    passing = outcome.trouble is not None or outcome.status in PASSING
    return passing and (idempotent or was_not_taken(outcome))


def retry_after_seconds(header: str | None, now: datetime | None = None) -> float | None:
    """Seconds asked for by a Retry-After header, given as seconds or as a date (RFC 9110).

    None if there is no header or it makes no sense.
    """
    text = (header or "").strip()
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
    """Seconds to wait after the `tries`-th try: doubling, between half and all of it by chance."""
    full = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (tries - 1))
    return full * (0.5 + 0.5 * (random.random() if jitter is None else jitter))


def wait_before_retry(
    outcome: Outcome, *, idempotent: bool, tries: int, retries: int
) -> float | None:
    """How many seconds to wait before trying again, or None for not at all.

    `tries` counts the tries made so far, `retries` how many more than one are allowed. A
    server that asks for more than LONGEST_RETRY_AFTER is not waited for.
    """
    if tries > retries or not may_repeat(outcome, idempotent=idempotent):
        return None
    asked = retry_after_seconds(outcome.retry_after)
    if asked is None:
        return backoff(tries)
    return None if asked > LONGEST_RETRY_AFTER else max(asked, SHORTEST_RETRY_AFTER)
