"""How long to wait before a request is made again."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.api import responses
from smsgw_cli.api.attempts import feedback_of
from smsgw_cli.api.backoff import (
    FIRST_WAIT,
    LONGEST_WAIT,
    backoff,
    reset_seconds,
    retry_after_seconds,
    wait_before_retry,
)


@pytest.fixture(autouse=True)
def real_waits(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smsgw_cli.api.backoff.FIRST_WAIT", FIRST_WAIT)


@given(st.none() | st.floats(0, 300), st.integers(1, 10))
def test_a_wait_is_never_shorter_than_asked_nor_none(asked: float | None, tries: int) -> None:
    wait = wait_before_retry(tries, asked)
    assert wait >= max(0.25, asked or 0.0)
    assert wait <= max(LONGEST_WAIT, asked or 0.0)


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


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", None),
        (str(int(NOON.timestamp()) + 30), 30.0),
        (str(int(NOON.timestamp()) - 30), None),
        ("86400", None),
        ("-1", None),
        ("soon", None),
        ("٣", None),
        ("9" * 400, None),
        (None, None),
    ],
)
def test_the_reset_of_a_limit_is_seconds_or_a_time(header: str | None, seconds: float) -> None:
    assert reset_seconds(header, NOON) == seconds


def test_a_date_to_retry_after_is_by_the_clock_of_the_server() -> None:
    """Which is a year behind here."""
    headers = {"Date": "Thu, 01 Jan 2026 12:00:00 GMT"}
    headers["Retry-After"] = "Thu, 01 Jan 2026 12:00:07 GMT"
    response = httpx.Response(429, headers=headers)
    assert responses.summary(response).retry_after == 7.0
    assert feedback_of(response, 0.1).retry_after == 7.0
