"""Time zones, intervals, days and hours as people write them."""

from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.errors import Usage
from smsgw_cli.sms import recurrence


@given(st.text())
def test_any_text_is_something_or_is_refused(text: str) -> None:
    for parse in (
        recurrence.interval,
        recurrence.days_of_week,
        recurrence.active_hours,
        recurrence.time_zone,
    ):
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
def test_an_interval_is_how_often_and_of_what(text: str, meant: tuple[int, str]) -> None:
    assert recurrence.interval(text) == meant


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
    assert recurrence.days_of_week(text) == meant


@pytest.mark.parametrize("text", ["", "mo", "8", "0", "mon-", "mon;tue"])
def test_an_unknown_weekday_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="unknown weekday"):
        recurrence.days_of_week(text)


def test_hours_are_a_start_and_an_end() -> None:
    assert recurrence.active_hours("8:00 - 17:30") == {"start": "08:00", "end": "17:30"}
    for text in ("8-17", "08:00", "24:00-25:00", "08:00-17:60"):
        with pytest.raises(Usage):
            recurrence.active_hours(text)


def test_a_zone_has_a_name() -> None:
    assert recurrence.time_zone("Europe/Berlin") == ZoneInfo("Europe/Berlin")
    assert recurrence.time_zone(None) is None
    for name in ("Mars/Base", "../etc/passwd", "", "Europe"):
        with pytest.raises(Usage):
            recurrence.time_zone(name)
