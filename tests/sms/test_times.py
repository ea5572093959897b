"""Moments, rhythms, days and hours as people write them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sms import times

NOW = datetime(2031, 1, 1, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2031-01-01T12:00:00Z", "2031-01-01T12:00:00Z"),
        ("2031-01-01T12:00:00+02:00", "2031-01-01T10:00:00Z"),
        ("2031-01-01T12:00", "2031-01-01T11:00:00Z"),
        ("2031-07-01 12:00", "2031-07-01T10:00:00Z"),
        ("2031-07-01", "2031-06-30T22:00:00Z"),
        ("+2h", "2031-01-01T14:00:00Z"),
        ("+1d12h30m", "2031-01-03T00:30:00Z"),
        ("tomorrow 09:00", "2031-01-02T08:00:00Z"),
        ("Today 18:30", "2031-01-01T17:30:00Z"),
        ("tomorrow", "2031-01-01T23:00:00Z"),
        ("2031-10-26T02:30", "2031-10-26T00:30:00Z"),  # twice that night: the first
    ],
)
def test_a_moment_goes_out_in_utc(text: str, meant: str) -> None:
    assert times.instant(text, NOW, BERLIN) == meant


@pytest.mark.parametrize(
    "text", ["", "soon", "+", "+2x", "2031-13-01", "tomorrow noon", "9999-12-31"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    west = ZoneInfo("Pacific/Pago_Pago")  # where the last day of time ends too late for UTC
    with pytest.raises(Usage):
        times.instant(text if text != "9999-12-31" else "9999-12-31T23:00", NOW, west)


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), st.sampled_from(["UTC", "Asia/Tokyo"])
)
def test_a_local_moment_is_that_moment(moment: datetime, zone: str) -> None:
    local = ZoneInfo(zone)
    told = times.instant(moment.isoformat(), NOW, local)
    expected = moment.replace(tzinfo=local, microsecond=0)
    assert datetime.fromisoformat(told) == expected


@given(st.integers(0, 10**6))
def test_a_span_is_from_now_on(minutes: int) -> None:
    told = times.instant(f"+{minutes}m", NOW, None)
    assert datetime.fromisoformat(told) == NOW + timedelta(minutes=minutes)


@given(st.text())
def test_any_text_is_something_or_is_refused(text: str) -> None:
    with suppress(Usage):
        times.instant(text, NOW, BERLIN)
    for parse in (times.rhythm, times.days, times.hours, times.zone):
        with suppress(Usage):
            parse(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2 weeks", (2, "week")),
        ("day", (1, "day")),
        (" 90 Minutes ", (90, "minute")),
        ("1month", (1, "month")),
    ],
)
def test_a_rhythm_is_how_often_and_of_what(text: str, meant: tuple[int, str]) -> None:
    assert times.rhythm(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mon,tue", [1, 2]),
        ("Mon-Fri", [1, 2, 3, 4, 5]),
        ("fri-mon", [1, 5, 6, 7]),
        ("7,1", [1, 7]),
        ("sunday", [7]),
        ("wed,wed", [3]),
    ],
)
def test_days_count_from_monday(text: str, meant: list[int]) -> None:
    assert times.days(text) == meant


@pytest.mark.parametrize("text", ["", "mo", "8", "0", "mon-", "mon;tue"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Usage):
        times.days(text)


def test_hours_are_a_start_and_an_end() -> None:
    assert times.hours("8:00 - 17:30") == {"start": "08:00", "end": "17:30"}
    for text in ("8-17", "08:00", "24:00-25:00", "08:00-17:60"):
        with pytest.raises(Usage):
            times.hours(text)


def test_a_zone_has_a_name() -> None:
    assert times.zone("Europe/Berlin") == BERLIN
    assert times.zone(None) is None
    for name in ("Mars/Base", "../etc/passwd", "", "Europe"):
        with pytest.raises(Usage):
            times.zone(name)
