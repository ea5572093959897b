"""How long a send takes: the delay between its messages, and what Android lets an app send."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from smsgw_cli.model import Record

# Above this Android asks whoever holds the phone, or refuses (AOSP, SmsUsageMonitor:
# DEFAULT_SMS_MAX_COUNT in DEFAULT_SMS_CHECK_PERIOD). It counts parts, of all SIMs together.
LIMIT_PARTS, LIMIT_SECONDS = 30, 60


class SendTime(NamedTuple):
    """Seconds from the first to the last message: `by_delay`, and at least `by_limit`.

    `delay` and `by_delay` are None without a delay, `by_limit` is 0 where no phone reaches the
    limit, which the `safe_delay` keeps every phone within.
    """

    delay: int | None
    by_delay: int | None
    by_limit: int = 0
    safe_delay: int = 0

    @property
    def seconds(self) -> int | None:
        """None if nothing is known to slow it down."""
        return max(self.by_delay or 0, self.by_limit) if self.is_known else None

    @property
    def is_known(self) -> bool:
        return self.by_delay is not None or self.by_limit > 0

    @property
    def is_over_limit(self) -> bool:
        """Whether a phone would send faster than Android lets it."""
        return self.by_limit > 0 and (self.delay or 0) < self.safe_delay


def by_delay(delay: int | None, shares: Sequence[Record], recipients: int) -> int | None:
    """Each sender waits the delay between its own messages; one sender without shares."""
    if delay is None:
        return None
    counts: list[int] = [share["recipients"] for share in shares] or [recipients]
    return delay * max(0, max(counts) - 1)


def by_limit(shares: Sequence[Record], phones: Mapping[int, int], total_parts: int) -> int:
    """The least time within Android's limit; `phones` has the device of each SIM, where known.

    Without shares one phone sends everything; sending servers have no such limit.
    """
    parts: Counter[object] = Counter()
    for share in shares:
        if "sim" in share:
            parts[phone_of(share["sim"], phones)] += share["parts"]
    most = max(parts.values(), default=0) if shares else total_parts
    return LIMIT_SECONDS * (max(0, most - 1) // LIMIT_PARTS)


def safe_delay(shares: Sequence[Record], phones: Mapping[int, int], parts: int) -> int:
    """The delay that keeps messages of this many parts within the limit, if any does."""
    sims = Counter(phone_of(share["sim"], phones) for share in shares if "sim" in share)
    at_once = parts * max(sims.values(), default=1)
    return -(-LIMIT_SECONDS // max(1, LIMIT_PARTS // max(1, at_once)))


def phone_of(sim: int, phones: Mapping[int, int]) -> object:
    """The device of a SIM; one of its own if it is unknown."""
    return phones.get(sim, f"of SIM {sim}")
