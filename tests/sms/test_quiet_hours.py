"""Quiet hours as people write them, and what they leave of a campaign's hours and days."""

from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sms.open_hours import DAY, opens, span_of, time_of_day
from smsgw_cli.sms.quiet_hours import QuietHours, includes

minutes = st.integers(0, DAY)
spans = st.tuples(minutes, minutes).filter(lambda span: span[0] != span[1])


def written(span: tuple[int, int]) -> str:
    return "-".join(map(time_of_day, span))


@pytest.mark.parametrize(
    ("text", "hours", "days"),
    [
        ("21-8, sun", ("08:00", "21:00"), [1, 2, 3, 4, 5, 6]),
        ("sat-sun,21:30 - 07:15", ("07:15", "21:30"), [1, 2, 3, 4, 5]),
        ("0-8", ("08:00", "23:59"), None),
        ("24-8", ("08:00", "23:59"), None),
        ("21-24", ("00:00", "21:00"), None),
        ("21-0", ("00:00", "21:00"), None),
        ("Sunday", None, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_campaign_gets_the_rest_of_day_and_week(
    text: str, hours: tuple[str, str] | None, days: list[int] | None
) -> None:
    quiet = QuietHours.of(text)
    assert quiet.hours_left(None) == (hours and dict(zip(("start", "end"), hours, strict=True)))
    assert quiet.days_left(None) == days


@pytest.mark.parametrize("text", ["", "8", "8-8", "25-8", "21:60-8", "21-8,22-9", "21-8;sun"])
def test_what_is_neither_hours_nor_days_is_refused(text: str) -> None:
    with pytest.raises(Usage):
        QuietHours.of(text)


@given(st.text())
def test_any_text_is_something_or_is_refused(text: str) -> None:
    with suppress(Usage):
        QuietHours.of(text)


@given(spans, spans.filter(lambda span: span[0] < span[1]), minutes)
def test_a_minute_is_left_if_it_is_active_and_not_quiet(
    quiet: tuple[int, int], active: tuple[int, int], minute: int
) -> None:
    start, end = map(time_of_day, active)
    hours = {"start": start, "end": end if end != "24:00" else "23:59"}
    try:
        left = span_of(QuietHours.of(written(quiet)).hours_left(hours))
    except Usage:
        return
    first, last = quiet
    is_quiet = first <= minute < last if first < last else minute >= first or minute < last
    is_active = span_of(hours)[0] <= minute < span_of(hours)[1]
    assert (left[0] <= minute < left[1]) == (is_active and not is_quiet)


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        ("12-14", None),  # from 14 to 12, over midnight
        ("12-14", ("11:00", "15:00")),  # two spans
        ("21-8", ("22:00", "23:00")),  # nothing
        ("21-8", ("06:00", "08:00")),
        ("0-24", None),
    ],
)
def test_what_is_no_single_span_of_a_day_is_refused(
    quiet: str, hours: tuple[str, str] | None
) -> None:
    active = hours and dict(zip(("start", "end"), hours, strict=True))
    with pytest.raises(Usage) as refused:
        QuietHours.of(quiet).hours_left(active)
    assert "--allow quiet-hours" in str(refused.value.hint)


def test_days_are_left_out_or_none_is_left() -> None:
    assert QuietHours.of("sun").days_left([6, 7]) == [6]
    assert QuietHours.of("21-8").days_left([7]) == [7]
    with pytest.raises(Usage):
        QuietHours.of("sat,sun").days_left([6, 7])


@pytest.mark.parametrize(
    ("text", "other", "all_of_it"),
    [
        ("21-8", "22-7", True),
        ("22-7", "21-8", False),
        ("21-8, sun", "21-8", True),
        ("21-8", "21-8, sun", False),
        ("12-14", "12:30-13", True),
        ("sun", "21-8", False),
        ("0-24", "21-8, sun", True),
        (None, "21-8", False),
        ("21-8", None, True),
        (None, None, True),
    ],
)
def test_fewer_quiet_hours_are_known(text: str | None, other: str | None, all_of_it: bool) -> None:
    assert includes(text, other) is all_of_it


@pytest.mark.parametrize(
    ("now", "open_at"),
    [
        ("2031-03-29T12:00", "2031-03-29T12:00"),
        ("2031-03-29T20:30", "2031-03-31T06:00"),  # Sunday is quiet, and clocks change on it
        ("2031-03-30T12:00", "2031-03-31T06:00"),
        ("2031-03-28T02:00", "2031-03-28T07:00"),
    ],
)
def test_a_campaign_opens_with_its_hours_and_days(now: str, open_at: str) -> None:
    hours, days = {"start": "08:00", "end": "21:00"}, [1, 2, 3, 4, 5, 6]
    found = opens(datetime.fromisoformat(f"{now}Z"), ZoneInfo("Europe/Berlin"), hours, days)
    assert found == datetime.fromisoformat(f"{open_at}Z")


def test_hours_that_clocks_skip_are_those_of_another_day() -> None:
    hours, now = {"start": "02:00", "end": "03:00"}, datetime.fromisoformat("2031-03-30T00:30Z")
    found = opens(now, ZoneInfo("Europe/Berlin"), hours, None)
    assert found - now == timedelta(hours=23, minutes=30)


def test_hours_over_midnight_open_nothing() -> None:
    now = datetime.fromisoformat("2031-03-30T00:30Z")
    assert opens(now, ZoneInfo("Europe/Berlin"), {"start": "22:00", "end": "06:00"}, None) == now
