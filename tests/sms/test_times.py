"""Points in time as people write them, and as records have them."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import smsgw_cli
from smsgw_cli.errors import Usage
from smsgw_cli.output.values import in_local_time
from smsgw_cli.sms import local_time
from smsgw_cli.sms.times import Direction, past, read, upcoming
from smsgw_cli.sms.timestamps import format_timestamp, parse_timestamp

Parse = Callable[[str, datetime, tzinfo | None], datetime]

NOW = datetime(2031, 1, 1, 12, 0, tzinfo=UTC)  # a Wednesday, 13:00 in Berlin
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # clocks change by half an hour
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",  # 30 December 2011 never was
    "Pacific/Pago_Pago",
    "America/St_Johns",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
WORDS = ["now", "today", "tomorrow 09:00", "yesterday", "fri", "monday 23:59", "18:00", "2h", "+1d"]
texts = (
    st.text()
    | st.sampled_from(WORDS)
    | st.from_regex(r"[+-]?[0-9]{1,12}[smhdw]", fullmatch=True)
    | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(Z|[+-][0-9:]{2,6})?")
    | st.datetimes().map(str)
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2031-01-01T12:00:00Z", "2031-01-01T12:00:00Z"),
        ("2031-01-01t12:00:00z", "2031-01-01T12:00:00Z"),
        ("2031-01-01T12:00:00+02:00", "2031-01-01T10:00:00Z"),
        ("2031-01-01T12:00", "2031-01-01T11:00:00Z"),
        ("2031-07-01 12:00", "2031-07-01T10:00:00Z"),
        ("2031-07-01", "2031-06-30T22:00:00Z"),
        ("+2h", "2031-01-01T14:00:00Z"),
        ("+1d12h30m", "2031-01-03T00:30:00Z"),
        ("tomorrow 09:00", "2031-01-02T08:00:00Z"),
        ("Today 18:30", "2031-01-01T17:30:00Z"),
        ("today 09:00", "2031-01-01T08:00:00Z"),
        ("yesterday 09:00", "2030-12-31T08:00:00Z"),
        ("tomorrow", "2031-01-01T23:00:00Z"),
        ("2031-10-26T02:30", "2031-10-26T00:30:00Z"),  # twice that night: the first
        ("2031-03-30T02:30", "2031-03-30T01:00:00Z"),  # never that night: when it was past
    ],
)
def test_a_time_is_the_same_whichever_way_one_looks(text: str, meant: str) -> None:
    assert format_timestamp(upcoming(text, NOW, BERLIN)) == meant
    assert format_timestamp(past(text, NOW, BERLIN)) == meant


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [
        ("18:00", "2031-01-01T17:00:00Z", "2030-12-31T17:00:00Z"),
        ("9:00", "2031-01-02T08:00:00Z", "2031-01-01T08:00:00Z"),
        ("13:00:00", "2031-01-01T12:00:00Z", "2031-01-01T12:00:00Z"),
        ("12:56", "2031-01-01T11:56:00Z", "2031-01-01T11:56:00Z"),  # four minutes ago
        ("12:55", "2031-01-02T11:55:00Z", "2031-01-01T11:55:00Z"),  # five
        ("fri 09:00", "2031-01-03T08:00:00Z", "2030-12-27T08:00:00Z"),
        ("Friday", "2031-01-02T23:00:00Z", "2030-12-26T23:00:00Z"),
        ("wed 14:00", "2031-01-01T13:00:00Z", "2030-12-25T13:00:00Z"),
        ("wed 09:00", "2031-01-08T08:00:00Z", "2031-01-01T08:00:00Z"),
        ("wed", "2031-01-07T23:00:00Z", "2030-12-31T23:00:00Z"),
    ],
)
def test_a_clock_or_weekday_is_the_next_one_or_the_last_one(
    text: str, ahead: str, back: str
) -> None:
    assert format_timestamp(upcoming(text, NOW, BERLIN)) == ahead
    assert format_timestamp(past(text, NOW, BERLIN)) == back


def test_what_cron_starts_a_moment_late_is_still_meant_over_midnight() -> None:
    now = datetime(2031, 1, 3, 0, 1, tzinfo=UTC)
    assert format_timestamp(upcoming("23:59", now, UTC)) == "2031-01-02T23:59:00Z"
    assert format_timestamp(upcoming("thu 23:59", now, UTC)) == "2031-01-02T23:59:00Z"


def test_an_age_is_a_time_gone_by_and_never_one_to_come() -> None:
    assert past("1d12h", NOW, BERLIN) == NOW - timedelta(hours=36)
    assert past("400d", NOW) == NOW - timedelta(days=400)
    with pytest.raises(Usage):
        upcoming("2h", NOW, BERLIN)


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "6pm", "+", "+2x", "2031-13-01", "2031-02-30", "tomorrow noon", "24:00", "5",
        "18:00Z", "mo", "fri 25:00", "2031-01-01+02:00", "2031-01-01x12:00", "+999999999w",
        "2h ago",         "2031-01-01T12:00+99:00",
    ],
)  # fmt: skip
@pytest.mark.parametrize(("parse", "form"), [(upcoming, "+2h"), (past, "2h (ago)")])
def test_what_cannot_be_read_is_refused_with_the_forms(text: str, parse: Parse, form: str) -> None:
    with pytest.raises(Usage, match="cannot read") as refused:
        parse(text, NOW, BERLIN)
    assert form in str(refused.value.hint)


@pytest.mark.parametrize(
    ("text", "zone"),
    [("9999-12-31T23:00", "Pacific/Pago_Pago"), ("0001-01-01T00:00", "Asia/Tokyo"),
     ("0001-01-01T00:00", None), ("9999-12-31T23:59", None)],
)  # fmt: skip
def test_the_ends_of_the_calendar_are_no_mistake(text: str, zone: str | None) -> None:
    for parse in (upcoming, past):
        with suppress(Usage):
            assert parse(text, NOW, ZoneInfo(zone) if zone else None).tzinfo is UTC


@given(texts, zones | st.none(), st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 1)))
@example("tue 23:59", ZoneInfo("Pacific/Apia"), datetime(2011, 12, 30, 11, 0))
@example("23:59", ZoneInfo("Pacific/Apia"), datetime(2011, 12, 30, 11, 0))
def test_any_text_is_a_time_in_utc_or_is_refused(
    text: str, zone: ZoneInfo | None, now: datetime
) -> None:
    for parse in (upcoming, past):
        with suppress(Usage):
            assert parse(text, now.replace(tzinfo=UTC), zone).tzinfo is UTC


clocks = st.times().map(lambda at: f"{at:%H:%M}")


@given(clocks, zones, st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)))
def test_a_clock_is_two_days_off_at_most(text: str, zone: ZoneInfo, now: datetime) -> None:
    here = now.replace(tzinfo=UTC)
    assert timedelta(minutes=-5) < upcoming(text, here, zone) - here < timedelta(hours=49)
    assert timedelta() <= here - past(text, here, zone) < timedelta(hours=49)


# Every hour of a few years, changes of the clocks included.
hours = st.integers(0, 24 * 365 * 20 * 2).map(
    lambda half: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * half)
)


@given(hours, zones)
def test_a_time_that_is_shown_can_be_typed_back(moment: datetime, zone: ZoneInfo) -> None:
    local = moment.astimezone(zone)
    shown = local.strftime("%Y-%m-%d %H:%M:%S")
    again = upcoming(shown, NOW, zone).astimezone(zone)
    assert again.strftime("%Y-%m-%d %H:%M:%S") == shown
    assert local.fold or again == local  # of an hour that comes twice the first is meant
    assert upcoming(local.isoformat(), NOW, None) == moment
    assert upcoming(format_timestamp(moment), NOW, zone) == moment


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/St_Johns"])
def test_what_a_table_shows_can_be_typed_back(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TZ", zone)
    time.tzset()
    for month in range(1, 13):
        moment = datetime(2031, month, 1, 12, 34, 56, tzinfo=UTC)
        shown = in_local_time(format_timestamp(moment))
        assert past(shown, NOW) == moment


@given(hours, zones)
def test_what_is_shown_in_the_zone_of_a_setting_can_be_typed_back(
    moment: datetime, zone: ZoneInfo
) -> None:
    local_time.follow(lambda: zone.key)
    try:
        again = upcoming(in_local_time(format_timestamp(moment)), NOW)
    finally:
        local_time.follow(None)
    assert moment.astimezone(zone).fold or again == moment


def test_a_zone_or_an_age_needs_no_local_clock() -> None:
    assert not read("2031-01-01T12:00Z", NOW, None, Direction.LAST).is_local
    assert not read("2h", NOW, None, Direction.LAST).is_local
    for text in ("2031-01-01", "18:00", "today", "fri"):
        assert read(text, NOW, None, Direction.LAST).is_local


@given(st.datetimes(timezones=zones))
def test_a_timestamp_is_read_back_to_the_second(moment: datetime) -> None:
    with suppress(OverflowError):  # the last day of time, in the west
        whole = moment.astimezone(UTC).replace(microsecond=0)
        assert parse_timestamp(format_timestamp(moment)) == whole


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()))
def test_what_is_not_a_timestamp_is_none(value: object) -> None:
    assert parse_timestamp(value) is None or isinstance(value, str)


def test_times_are_read_in_three_modules_and_nowhere_else() -> None:
    """But for dates and times that are values of contacts' fields, and the headers of HTTP."""
    root = Path(smsgw_cli.__file__).parent
    words = ("fromisoformat", "strptime", "parsedate")
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if any(word in path.read_text() for word in words)
        if path.relative_to(root).parts[0] not in ("sandbox", "api")
    }
    assert found == {
        "sms/times.py",
        "sms/timestamps.py",
        "contacts/field_plan.py",
        "contacts/sync/compare.py",
    }
