"""How long to wait before a retry: pure functions."""

from datetime import UTC, datetime
from importlib import import_module

from smsgw_cli.api.http_date import parse_http_date
from smsgw_cli.api.retry_rules import LONGEST_RETRY_AFTER

UNIX_TIME = 1e9  # a larger number is a time, not a duration
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
SHORTEST_RETRY_AFTER = 0.25  # avoids a busy loop for a Retry-After of 0


def retry_after_seconds(header: str | None, now: datetime | None = None) -> float | None:
    """The seconds of a Retry-After header, which has seconds or a date (RFC 9110, 10.2.3).

    `now` is the server's time, as the date is by its clock. None if it is missing or invalid.
    """
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    when = parse_http_date(text)
    if when is None:
        return None
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def reset_seconds(header: str | None, now: datetime | None = None) -> float | None:
    """The seconds of an X-RateLimit-Reset header, which has seconds, or a Unix time as in Laravel
    and at GitHub. None if it is missing, invalid, past or too far away to be waited for."""
    if header is None or not (header.isascii() and header.isdigit()):
        return None
    number = float(header[:20])
    seconds = number if number < UNIX_TIME else number - (now or datetime.now(UTC)).timestamp()
    return seconds if 0 < seconds <= LONGEST_RETRY_AFTER else None


def backoff(attempts: int, jitter: float | None = None) -> float:
    """Seconds to wait after the `attempts`-th attempt: exponential backoff with jitter."""
    full = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempts - 1))
    if jitter is None:
        jitter = float(import_module("random").random())  # takes 1 ms to import
    return full * (0.5 + 0.5 * jitter)


def wait_before_retry(attempts: int, retry_after: float | None) -> float:
    """Seconds to wait after the `attempts`-th attempt: Retry-After if given, else the backoff."""
    return backoff(attempts) if retry_after is None else max(retry_after, SHORTEST_RETRY_AFTER)
