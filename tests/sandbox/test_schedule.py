"""When campaigns may act and when they run again, summer time included."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsgw_cli.sandbox.instants import (
    DAY,
    MINUTE,
    SECOND,
    from_datetime,
    parse_instant,
    to_datetime,
)
from smsgw_cli.sandbox.schedule import FULL_DAY, UNITS, Calendar, next_run

NEW_YORK = ZoneInfo("America/New_York")
# Clocks here jump at midnight, by half an hour, across a day, or not at all.
ZONES = (
    "UTC",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Pacific/Apia",
)
MOMENTS = st.integers(parse_instant("2010-01-01"), parse_instant("2040-01-01")).map(
    lambda at: at // SECOND * SECOND
)
ALWAYS = Calendar(ZoneInfo("UTC"))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    opens = draw(st.integers(0, FULL_DAY - 2))
    closes = draw(st.integers(opens + 1, FULL_DAY))
    days = draw(st.frozensets(st.integers(1, 7), min_size=1))
    return Calendar(ZoneInfo(draw(st.sampled_from(ZONES))), opens, closes, days)


CALENDARS = calendars()


def is_active(calendar: Calendar, at: int) -> bool:
    """Whether clocks and calendars on the wall allow it."""
    local = to_datetime(at, calendar.zone)
    minutes = local.hour * 60 + local.minute
    return local.isoweekday() in calendar.days and calendar.opens <= minutes < calendar.closes


@settings(deadline=None, max_examples=400)
@given(CALENDARS, MOMENTS)
def test_a_window_is_active_and_not_over(calendar: Calendar, at: int) -> None:
    window = calendar.window(at)
    assert window.closes > at
    assert is_active(calendar, window.opens)
    assert is_active(calendar, window.closes - 1)
    assert is_active(calendar, (window.opens + window.closes) // 2)


@settings(deadline=None)
@given(CALENDARS, MOMENTS)
def test_the_next_window_is_never_far(calendar: Calendar, at: int) -> None:
    # A week, or two where the only window of a week falls into an hour that is skipped.
    assert calendar.window(at).opens - at <= 15 * DAY


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        # On 2030-03-10 clocks in New York go from 02:00 to 03:00.
        (1 * 60, 4 * 60, ("2030-03-10T06:00+00:00", "2030-03-10T08:00+00:00")),
        (2 * 60 + 30, 4 * 60, ("2030-03-10T07:00+00:00", "2030-03-10T08:00+00:00")),
        (1 * 60, 2 * 60 + 30, ("2030-03-10T06:00+00:00", "2030-03-10T07:00+00:00")),
        (2 * 60 + 10, 2 * 60 + 50, ("2030-03-11T06:10+00:00", "2030-03-11T06:50+00:00")),
    ],
)
def test_hours_that_clocks_skip(opens: int, closes: int, expected: tuple[str, str]) -> None:
    window = Calendar(NEW_YORK, opens, closes).window(parse_instant("2030-03-10T05:30:00"))
    assert tuple(to_datetime(at).isoformat(timespec="minutes") for at in window) == expected


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        # On 2030-11-03 clocks in New York go from 02:00 back to 01:00.
        (0, 3 * 60, ("2030-11-03T04:00+00:00", "2030-11-03T08:00+00:00")),
        (60, 90, ("2030-11-03T05:00+00:00", "2030-11-03T05:30+00:00")),
        (90, 3 * 60, ("2030-11-03T06:30+00:00", "2030-11-03T08:00+00:00")),
    ],
)
def test_hours_that_happen_twice(opens: int, closes: int, expected: tuple[str, str]) -> None:
    window = Calendar(NEW_YORK, opens, closes).window(parse_instant("2030-11-03T04:00:00"))
    assert tuple(to_datetime(at).isoformat(timespec="minutes") for at in window) == expected


@settings(deadline=None, max_examples=300)
@given(
    MOMENTS,
    st.integers(1, 40),
    st.sampled_from(UNITS),
    st.sampled_from(ZONES).map(ZoneInfo),
    st.integers(-DAY, 900 * DAY),
)
def test_the_next_run_is_the_first_one_later(
    anchor: int, frequency: int, unit: str, zone: ZoneInfo, passed: int
) -> None:
    after = anchor + passed
    found = next_run(anchor, frequency, unit, zone, after)
    assert found > max(after, anchor)
    # What comes after any earlier moment is no later, and nothing lies in between.
    assert next_run(anchor, frequency, unit, zone, found - 1) == found
    assert next_run(anchor, frequency, unit, zone, found) > found


@pytest.mark.parametrize(
    ("start", "frequency", "unit", "expected"),
    [
        ("2030-06-03T12:00", 15, "minute", ["06-03T12:15", "06-03T12:30"]),
        ("2030-06-03T12:00", 5, "hour", ["06-03T17:00", "06-03T22:00"]),
        ("2030-03-09T12:00", 1, "day", ["03-10T12:00", "03-11T12:00"]),
        ("2030-10-31T12:00", 1, "week", ["11-07T12:00", "11-14T12:00"]),
        ("2030-01-31T12:00", 1, "month", ["02-28T12:00", "03-31T12:00", "04-30T12:00"]),
        ("2028-02-29T12:00", 1, "year", ["02-28T12:00", "02-28T12:00", "02-28T12:00"]),
        ("2030-03-09T02:30", 1, "day", ["03-10T03:30", "03-11T02:30"]),
    ],
)
def test_runs_keep_the_local_time(
    start: str, frequency: int, unit: str, expected: list[str]
) -> None:
    anchor = at = parse_instant(start, NEW_YORK)
    found = []
    for _ in expected:
        at = next_run(anchor, frequency, unit, NEW_YORK, at)
        found.append(to_datetime(at, NEW_YORK).strftime("%m-%dT%H:%M"))
    assert found == expected


def test_beyond_2100_every_hour_is_active() -> None:
    at = parse_instant("2099-12-31") + 400 * DAY
    assert Calendar(NEW_YORK, 60, 61, frozenset({1})).window(at).opens == at


def test_nothing_runs_after_the_last_year() -> None:
    anchor = from_datetime(datetime(2030, 1, 1, tzinfo=UTC))
    with pytest.raises(OverflowError):
        next_run(anchor, 9_000, "year", NEW_YORK, anchor)


def test_a_day_is_its_midnight() -> None:
    assert parse_instant("2030-06-03", NEW_YORK) == parse_instant("2030-06-03T04:00:00Z")
    assert to_datetime(parse_instant("2030-06-03") + MINUTE) - to_datetime(
        parse_instant("2030-06-03")
    ) == (timedelta(minutes=1))
