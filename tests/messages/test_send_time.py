"""The delay that a preview names keeps every phone within Android's limit."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.messages.send_time import LIMIT_PARTS, LIMIT_SECONDS, by_limit, safe_delay
from smsgw_cli.model import Record

SIMS = st.dictionaries(st.integers(1, 6), st.integers(1, 3), min_size=1)  # SIM: phone


@given(SIMS, st.integers(1, 10), st.integers(1, 80))
def test_no_phone_sends_more_in_a_minute_than_android_lets_it(
    phones: dict[int, int], parts: int, messages: int
) -> None:
    shares: list[Record] = [{"sim": each, "parts": parts * messages} for each in phones]
    delay = safe_delay(shares, phones, parts)
    sims = max(Counter(phones.values()).values())
    if parts * sims > LIMIT_PARTS:
        return  # no delay does
    sent = [(delay * number, parts * sims) for number in range(messages)]
    for start, _ in sent:
        window = [count for at, count in sent if start <= at < start + LIMIT_SECONDS]
        assert sum(window) <= LIMIT_PARTS
    assert by_limit(shares, phones, 0) <= sent[-1][0] + LIMIT_SECONDS
