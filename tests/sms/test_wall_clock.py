"""Local times where clocks change: the first instant that shows them or a later one."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.sms import wall_clock

SECOND = timedelta(seconds=1)
# Changes of the clocks, in UTC: forward and back, by half an hour too, at midnight, by a day.
CHANGES = {
    "Europe/Berlin": ["2031-03-30T01:00", "2031-10-26T01:00"],
    "America/New_York": ["2031-03-09T07:00", "2031-11-02T06:00"],
    "Australia/Lord_Howe": ["2031-10-04T15:30", "2031-04-05T15:00"],
    "Africa/Cairo": ["2031-04-24T22:00", "2031-10-30T21:00"],
    "America/Sao_Paulo": ["2018-11-04T03:00", "2019-02-17T02:00"],
    "Pacific/Apia": ["2011-12-30T10:00"],
}
near_changes = st.sampled_from(
    [(zone, datetime.fromisoformat(at)) for zone, changes in CHANGES.items() for at in changes]
)


@given(near_changes, st.integers(-30 * 3600, 30 * 3600))
def test_an_instant_is_the_first_that_shows_a_time_or_a_later_one(
    change: tuple[str, datetime], seconds: int
) -> None:
    zone, at = ZoneInfo(change[0]), change[1].replace(tzinfo=UTC)
    naive = at.astimezone(zone).replace(tzinfo=None) + timedelta(seconds=seconds)
    found = wall_clock.instant(naive, zone)
    shown = found.astimezone(zone).replace(tzinfo=None)
    before = (found - SECOND).astimezone(zone).replace(tzinfo=None)
    assert shown >= naive > before
    assert (shown != naive) == wall_clock.is_skipped(naive, zone)
    assert not found.astimezone(zone).fold


@pytest.mark.parametrize("zone", CHANGES)
def test_this_machines_zone_means_the_same_as_its_name(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    for change in CHANGES[zone]:
        local = datetime.fromisoformat(f"{change}Z").astimezone().replace(tzinfo=None)
        for minutes in range(-180, 181, 15):
            naive = local + timedelta(minutes=minutes)
            named = ZoneInfo(zone)
            assert wall_clock.instant(naive, None) == wall_clock.instant(naive, named)
            assert wall_clock.is_skipped(naive, None) == wall_clock.is_skipped(naive, named)
            assert wall_clock.is_repeated(naive, None) == wall_clock.is_repeated(naive, named)


@pytest.mark.parametrize(
    ("day", "zone", "ends"),
    [
        ("2031-01-31", "Europe/Berlin", "2031-01-31T22:59:59"),
        ("2031-03-30", "Europe/Berlin", "2031-03-30T21:59:59"),
        ("2018-11-03", "America/Sao_Paulo", "2018-11-04T02:59:59"),  # the next begins at 01:00
        ("2019-02-16", "America/Sao_Paulo", "2019-02-17T02:59:59"),  # it has 23:30 twice
        ("2031-04-24", "Africa/Cairo", "2031-04-24T21:59:59"),
    ],
)
def test_a_day_ends_a_second_before_the_next_begins(day: str, zone: str, ends: str) -> None:
    found = wall_clock.end_of_day(date.fromisoformat(day), ZoneInfo(zone))
    assert found == datetime.fromisoformat(f"{ends}Z")
