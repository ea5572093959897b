"""When a repetition comes, compared with what the sandbox does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.sandbox.instants import from_datetime, to_datetime
from smsgw_cli.sandbox.schedule import next_run
from smsgw_cli.sms.occurrences import LONGEST, Repetition

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "UTC")
starts = st.integers(0, 2 * 365 * 48).map(
    lambda half: datetime(2030, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * half)
)


@given(
    starts,
    st.integers(1, 40),
    st.sampled_from(list(LONGEST)),
    st.sampled_from(ZONES).map(ZoneInfo),
    st.timedeltas(timedelta(), timedelta(days=800)),
)
def test_the_next_ones_are_those_of_the_sandbox(
    first: datetime, frequency: int, unit: str, zone: ZoneInfo, later: timedelta
) -> None:
    after, expected = (first + later).replace(microsecond=0), []
    at = from_datetime(after)
    for _ in range(3):
        at = next_run(from_datetime(first), frequency, unit, zone, at)
        expected.append(to_datetime(at))
    found = Repetition(first, frequency, unit, zone)
    assert found.following(3, after, None) == expected
    assert found.following(3, after, expected[1]) == expected[:2]
    assert found.last(expected[2]) == expected[2]
    assert found.last(expected[2] - timedelta(seconds=1)) == expected[1]


def test_a_month_without_the_day_has_its_last_one() -> None:
    repetition = Repetition(datetime(2031, 1, 31, 9, tzinfo=UTC), 1, "month", UTC)
    found = repetition.following(3, repetition.first, None)
    assert [f"{each:%m-%d}" for each in found] == ["02-28", "03-31", "04-30"]
    assert repetition.last(datetime(2031, 1, 31, 9, tzinfo=UTC)) == repetition.first


@pytest.mark.parametrize(
    ("first", "unit", "zone", "is_inexact"),
    [
        ("2031-01-31T09:00", "month", "UTC", True),
        ("2031-01-29T09:00", "month", "UTC", True),
        ("2031-01-28T23:30", "month", "UTC", False),
        ("2031-01-28T23:30", "month", "Europe/Berlin", True),  # the 29th there
        ("2031-01-31T09:00", "week", "UTC", False),
        ("2032-02-29T09:00", "year", "UTC", True),
        ("2031-01-31T09:00", "year", "UTC", False),
    ],
)
def test_a_day_that_not_every_month_has_is_known(
    first: str, unit: str, zone: str, is_inexact: bool
) -> None:
    at = datetime.fromisoformat(f"{first}Z")
    assert Repetition(at, 1, unit, ZoneInfo(zone)).is_inexact is is_inexact


def test_nothing_comes_after_the_calendar() -> None:
    last = datetime(9999, 12, 1, tzinfo=UTC)
    assert Repetition(last, 1, "month", UTC).following(3, last, None) == []
