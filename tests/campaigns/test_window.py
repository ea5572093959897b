"""When a campaign may send, and for how long it might have, by its own clock."""

from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.campaigns.window import may_send, open_time
from smsgw_cli.model import Campaign
from smsgw_cli.sandbox.instants import from_datetime
from smsgw_cli.sandbox.schedule import Calendar

WEDNESDAY = datetime(2031, 1, 1, 12, tzinfo=UTC)
STEP = timedelta(minutes=15)


def campaign(**values: object) -> Campaign:
    return cast(Campaign, {"id": 1, "timezone": "UTC", **values})


@given(
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
    # Not at night, where clocks change: whether an hour that comes twice is open is a choice.
    hours=st.tuples(st.integers(16, 60), st.integers(61, 95)),
    days=st.sets(st.integers(1, 7), min_size=1),
    start=st.datetimes(datetime(2030, 1, 1), datetime(2032, 1, 1)),
    steps=st.integers(0, 4 * 24 * 9),
)
def test_the_open_time_is_that_of_the_calendar_of_the_sandbox(
    zone: str, hours: tuple[int, int], days: set[int], start: datetime, steps: int
) -> None:
    first = start.replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
    opens, closes = (15 * each for each in hours)
    calendar = Calendar(ZoneInfo(zone), opens, closes, frozenset(days))
    shown = "-".join(f"{each // 60:02}:{each % 60:02}" for each in (opens, closes))
    sent = campaign(timezone=zone, active_hours=shown, days_of_week=sorted(days))
    moments = [first + each * STEP for each in range(steps)]
    are_open = [
        calendar.window(from_datetime(each)).opens <= from_datetime(each) for each in moments
    ]
    assert [may_send(sent, each) for each in moments] == are_open
    assert open_time(sent, first, first + steps * STEP) == sum(are_open) * STEP


@pytest.mark.parametrize(
    ("hours", "open_hours"),
    [("22:00-06:00", 8), ("00:00-23:59", 24), (None, 24), ("soon", 24), ("99:99-77:77", 24)],
)
def test_hours_over_midnight_and_what_cannot_be_read(hours: str | None, open_hours: int) -> None:
    sent = campaign(active_hours=hours)
    day = timedelta(days=1)
    assert open_time(sent, WEDNESDAY, WEDNESDAY + day) == timedelta(hours=open_hours)
    assert may_send(sent, WEDNESDAY) == (open_hours == 24)
    assert may_send(sent, WEDNESDAY.replace(hour=23))


def test_nothing_is_open_before_the_time_of_a_campaign() -> None:
    sent = campaign(scheduled_at="2031-01-01T12:00:01.000000Z")
    assert not may_send(sent, WEDNESDAY)
    assert may_send(sent, WEDNESDAY + timedelta(seconds=1))
    assert open_time(sent, WEDNESDAY, WEDNESDAY) == timedelta()
    assert open_time(sent, WEDNESDAY + STEP, WEDNESDAY) == timedelta()


def test_days_may_be_texts_as_php_sends_them() -> None:
    sent = campaign(days_of_week=["3", "4"])
    assert may_send(sent, WEDNESDAY)
    assert not may_send(sent, WEDNESDAY - timedelta(days=1))
