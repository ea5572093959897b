"""When a request may be made again, and after how long."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.api.retry import (
    LONGEST_RETRY_AFTER,
    LONGEST_WAIT,
    Outcome,
    Trouble,
    backoff,
    may_repeat,
    retry_after_seconds,
    wait_before_retry,
    was_not_taken,
)

OUTCOMES = st.one_of(
    st.builds(
        Outcome,
        status=st.integers(200, 599),
        retry_after=st.none() | st.sampled_from(["0", "3", "soon", "9999"]),
    ),
    st.builds(Outcome, trouble=st.sampled_from(Trouble)),
)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(trouble=Trouble.NOT_CONNECTED),
        Outcome(status=429),
        Outcome(status=503, retry_after="1"),
    ],
)
def test_a_post_is_repeated_where_the_server_did_not_take_it(outcome: Outcome) -> None:
    assert may_repeat(outcome, idempotent=False)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(trouble=Trouble.TIMEOUT),
        Outcome(trouble=Trouble.DROPPED),
        Outcome(status=500),
        Outcome(status=502),
        Outcome(status=503),
        Outcome(status=504),
    ],
)
def test_a_get_is_repeated_after_passing_trouble_and_a_post_is_not(outcome: Outcome) -> None:
    assert may_repeat(outcome, idempotent=True)
    assert not may_repeat(outcome, idempotent=False)


@pytest.mark.parametrize("status", [200, 201, 204, 302, 400, 401, 403, 404, 405, 409, 422, 501])
def test_an_answer_that_says_how_it_is_is_final(status: int) -> None:
    assert not may_repeat(Outcome(status=status), idempotent=True)


@given(OUTCOMES)
def test_a_post_is_never_repeated_unless_it_provably_did_nothing(outcome: Outcome) -> None:
    if may_repeat(outcome, idempotent=False):
        assert was_not_taken(outcome)
        assert may_repeat(outcome, idempotent=True)


@given(OUTCOMES, st.booleans(), st.integers(0, 10))
def test_tries_end(outcome: Outcome, idempotent: bool, retries: int) -> None:
    after_last = wait_before_retry(
        outcome, idempotent=idempotent, tries=retries + 1, retries=retries
    )
    assert after_last is None


@given(OUTCOMES, st.integers(1, 10))
def test_a_wait_is_never_shorter_than_asked_nor_endless(outcome: Outcome, tries: int) -> None:
    wait = wait_before_retry(outcome, idempotent=True, tries=tries, retries=10)
    if wait is not None:
        assert 0.25 <= wait <= LONGEST_RETRY_AFTER
        assert wait >= (retry_after_seconds(outcome.retry_after) or 0)


@given(st.integers(1, 1000), st.floats(0, 1))
def test_backoff_doubles_up_to_a_limit(tries: int, jitter: float) -> None:
    assert backoff(tries, 0) <= backoff(tries, jitter) <= backoff(tries, 1) <= LONGEST_WAIT
    assert backoff(tries, 0) == backoff(tries, 1) / 2


def test_backoff_grows() -> None:
    assert [backoff(tries, 1) for tries in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]


def test_retry_after_is_taken_as_seconds_or_as_a_date() -> None:
    now = datetime(2031, 1, 1, tzinfo=UTC)
    later = format_datetime(now + timedelta(seconds=90), usegmt=True)
    earlier = format_datetime(now - timedelta(seconds=90), usegmt=True)
    assert retry_after_seconds(" 7 ", now) == 7
    assert retry_after_seconds(later, now) == 90
    assert retry_after_seconds(earlier, now) == 0


@given(st.text())
def test_any_retry_after_is_seconds_or_nothing(header: str) -> None:
    seconds = retry_after_seconds(header)
    assert seconds is None or seconds >= 0


def test_a_server_that_asks_for_an_hour_is_not_waited_for() -> None:
    outcome = Outcome(status=429, retry_after="3600")
    assert wait_before_retry(outcome, idempotent=True, tries=1, retries=4) is None
